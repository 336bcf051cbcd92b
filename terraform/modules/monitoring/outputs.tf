output "topic_arn" {
  description = "Where alerts go; other alerts may join."
  value       = aws_sns_topic_policy.alerts.arn
}

output "instance_id" {
  description = "The machine, for Session Manager."
  value       = module.host.instance_id
}

output "metrics_key_secret_arn" {
  description = "Secret that wants the API key for /metrics."
  value       = aws_secretsmanager_secret.metrics_key.arn
}
