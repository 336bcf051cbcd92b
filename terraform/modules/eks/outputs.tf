output "cluster_name" {
  description = "For `aws eks update-kubeconfig --name`."
  value       = aws_eks_cluster.this.name
}

output "service_role_arn" {
  description = "For the service account's annotation eks.amazonaws.com/role-arn."
  value       = aws_iam_role.service.arn
}

output "security_group_id" {
  description = "The nodes' and pods' group."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}
