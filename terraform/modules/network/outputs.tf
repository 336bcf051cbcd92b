output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "Its addresses."
  value       = aws_vpc.this.cidr_block
}

output "zones" {
  description = "The availability zones in use."
  value       = local.zones
}

output "public_subnet_ids" {
  description = "Subnets of the load balancer, one a zone."
  value       = [for zone in local.zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Subnets of the machines, which go out by NAT, one a zone."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "database_subnet_ids" {
  description = "Subnets without a way out, one a zone."
  value       = [for zone in local.zones : aws_subnet.database[zone].id]
}
