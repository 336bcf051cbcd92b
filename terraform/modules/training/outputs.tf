output "queue" {
  description = "Queue to submit jobs to."
  value       = aws_batch_job_queue.this.name
}

output "job_definition" {
  description = "What to submit; parameters: dataset, run, weights."
  value       = aws_batch_job_definition.this.name
}
