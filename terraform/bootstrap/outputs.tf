output "bucket" {
  description = "For backend.hcl of the environments."
  value       = aws_s3_bucket.state.id
}
