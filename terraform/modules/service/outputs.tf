output "url" {
  description = "Where the service is reached."
  value       = "https://${var.domain_name}"
}

output "balancer" {
  description = "The load balancer as CloudWatch names it."
  value       = aws_lb.this.arn_suffix
}

output "target_group" {
  description = "The target group as CloudWatch names it."
  value       = aws_lb_target_group.this.arn_suffix
}

output "listener_arn" {
  description = "The HTTPS listener, for further rules."
  value       = aws_lb_listener.https.arn
}

output "balancer_security_group_id" {
  description = "The load balancer's group."
  value       = aws_security_group.balancer.id
}

output "security_group_id" {
  description = "The hosts' group."
  value       = aws_security_group.instance.id
}

output "scaling_group" {
  description = "The hosts' Auto Scaling group."
  value       = aws_autoscaling_group.this.name
}

output "role_name" {
  description = "The hosts' role."
  value       = aws_iam_role.this.name
}

output "log_group" {
  description = "Where the service logs."
  value       = aws_cloudwatch_log_group.service.name
}
