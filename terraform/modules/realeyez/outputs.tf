output "url" {
  description = "Where the service is reached."
  value       = module.service.url
}

output "scaling_group" {
  description = "The service's hosts."
  value       = module.service.scaling_group
}

output "repository_url" {
  description = "Where images are pushed."
  value       = module.storage.repository_url
}

output "buckets" {
  description = "Buckets by what they are for."
  value       = module.storage.bucket_names
}

output "database" {
  description = "Name of the database's instance, for snapshots and restores."
  value       = module.database.identifier
}

output "monitoring_instance_id" {
  description = "The monitoring host, for Session Manager."
  value       = module.monitoring.instance_id
}

output "metrics_key_secret_arn" {
  description = "Secret that wants the API key for /metrics."
  value       = module.monitoring.metrics_key_secret_arn
}

output "ci_instance_id" {
  description = "The Jenkins host, for Session Manager; null: none."
  value       = one(module.ci[*].instance_id)
}

output "ci_role_name" {
  description = "The Jenkins host's role, for the trust of the deploy roles; null: none."
  value       = one(module.ci[*].role_name)
}

output "training" {
  description = "Queue and job definition of AWS Batch; null: none."
  value       = one([for training in module.training : { queue = training.queue, job_definition = training.job_definition }])
}

output "eks" {
  description = "Name of the cluster and role of the service's pods; null: none."
  value       = one([for eks in module.eks : { cluster = eks.cluster_name, service_role_arn = eks.service_role_arn }])
}
