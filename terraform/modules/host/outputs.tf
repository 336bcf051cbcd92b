output "instance_id" {
  description = "The machine, for Session Manager."
  value       = aws_instance.this.id
}

output "security_group_id" {
  description = "The machine's group."
  value       = aws_security_group.this.id
}

output "role_name" {
  description = "The machine's role."
  value       = aws_iam_role.this.name
}

output "log_group" {
  description = "Where its containers log."
  value       = aws_cloudwatch_log_group.this.name
}

output "bundle_files" {
  description = "What it installs itself from."
  value       = local.files
}
