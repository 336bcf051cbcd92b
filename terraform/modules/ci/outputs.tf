output "instance_id" {
  description = "The machine, for Session Manager."
  value       = module.host.instance_id
}

output "role_name" {
  description = "The machine's role, for the trust of the deploy roles."
  value       = module.host.role_name
}
