output "bucket_names" {
  description = "Names of the buckets: data, models, artifacts, logs."
  value       = { for purpose, bucket in aws_s3_bucket.this : purpose => bucket.id }
}

output "bucket_arns" {
  description = "ARNs of the buckets: data, models, artifacts, logs."
  value       = { for purpose, bucket in aws_s3_bucket.this : purpose => bucket.arn }
}

output "log_bucket" {
  description = "Bucket of the access logs, once it takes them."
  value       = aws_s3_bucket_policy.this["logs"].bucket
}

output "repository_url" {
  description = "Where images are pushed."
  value       = aws_ecr_repository.this.repository_url
}

output "repository_arn" {
  description = "The repository."
  value       = aws_ecr_repository.this.arn
}
