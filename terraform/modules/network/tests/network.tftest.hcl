mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "realeyez-test"
  kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

run "two_zones_share_a_gateway" {
  command = plan

  assert {
    condition     = length(aws_subnet.public) == 2 && length(aws_subnet.private) == 2 && length(aws_subnet.database) == 2
    error_message = "Three subnets a zone."
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["eu-west-1a"]
    error_message = "One gateway for all."
  }

  assert {
    condition     = length(distinct(concat(values(local.public), values(local.private), values(local.database)))) == 6
    error_message = "Subnets must not overlap."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.map_public_ip_on_launch != true])
    error_message = "Nothing gets a public address by itself."
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0 && length(aws_security_group.endpoints) == 0
    error_message = "No endpoint that costs, unless it is asked for."
  }
}

run "three_zones_with_a_gateway_each" {
  command = plan

  variables {
    cidr                = "10.9.0.0/20"
    zone_count          = 3
    nat_per_zone        = true
    interface_endpoints = ["ecr.dkr", "logs"]
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && local.nat_of["eu-west-1c"] == "eu-west-1c"
    error_message = "Each zone goes out by its own gateway."
  }

  assert {
    condition     = local.database["eu-west-1c"] == "10.9.10.0/24"
    error_message = "Subnets are cut from the network."
  }

  assert {
    condition     = aws_vpc_endpoint.interface["logs"].service_name == "com.amazonaws.eu-west-1.logs"
    error_message = "Endpoints are of this region."
  }
}

run "a_network_is_neither_tiny_nor_no_network" {
  command = plan

  variables {
    cidr       = "10.0.0.0/24"
    zone_count = 1
    flow_logs  = "SOME"
  }

  expect_failures = [var.cidr, var.zone_count, var.flow_logs]
}

run "names_are_names" {
  command = plan

  variables {
    name = "Real Eyez"
  }

  expect_failures = [var.name]
}
