output "address" {
  description = "Host name."
  value       = aws_db_instance.this.address
}

output "database" {
  description = "Name of the database."
  value       = aws_db_instance.this.db_name
}

output "identifier" {
  description = "Name of the instance."
  value       = aws_db_instance.this.identifier
}

output "secret_arn" {
  description = "Secret with the user's name and password."
  value       = one(aws_db_instance.this.master_user_secret[*].secret_arn)
}

output "security_group_id" {
  description = "The database's group."
  value       = aws_security_group.this.id
}
