mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name           = "realeyez-test"
  vpc_id         = "vpc-1"
  subnet_id      = "subnet-1"
  bundle_bucket  = "artifacts"
  repository_arn = "arn:aws:ecr:eu-west-1:123456789012:repository/realeyez-test"
  repository_url = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/realeyez-test"
  kms_key_arn    = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

run "jenkins_is_reached_by_nobody" {
  command = plan

  assert {
    condition     = length(aws_lb_listener_rule.webhook) == 0 && length(aws_vpc_security_group_ingress_rule.webhook) == 0
    error_message = "Without a webhook nothing comes in."
  }

  assert {
    condition     = alltrue([for statement in local.statements : statement.Sid != "Deploy"])
    error_message = "Without a role to take, none may be taken."
  }
}

run "the_webhook_comes_from_github_only" {
  command = plan

  variables {
    deploy_role_arns = ["arn:aws:iam::123456789012:role/deploy"]
    webhook = {
      listener_arn               = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/test/1/2"
      balancer_security_group_id = "sg-1"
      cidrs                      = ["192.30.252.0/22", "140.82.112.0/20"]
    }
  }

  assert {
    condition     = length(aws_lb_listener_rule.webhook[0].condition) == 2
    error_message = "Path and address, both."
  }

  assert {
    condition     = local.statements[2].Resource[0] == "arn:aws:iam::123456789012:role/deploy"
    error_message = "It may take the role that is named."
  }
}

run "bad_values_are_named" {
  command = plan

  variables {
    deploy_role_arns = ["admin"]
    webhook = {
      listener_arn               = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/test/1/2"
      balancer_security_group_id = "sg-1"
      cidrs                      = ["github.com"]
    }
  }

  expect_failures = [var.deploy_role_arns, var.webhook]
}
