mock_provider "aws" {
  source = "../../mocks"
}

# What is only known after the apply, and looked into by the plan.
override_resource {
  target = aws_acm_certificate.this
  values = {
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/test"
    domain_validation_options = [{
      domain_name           = "realeyez.example.org"
      resource_record_name  = "_x.realeyez.example.org."
      resource_record_type  = "CNAME"
      resource_record_value = "_y.acm-validations.aws."
    }]
  }
  override_during = plan
}

override_resource {
  target          = aws_cloudwatch_log_group.service
  values          = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/realeyez/realeyez-test/service" }
  override_during = plan
}

variables {
  name               = "realeyez-test"
  image              = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/realeyez@sha256:abababababababababababababababababababababababababababababababab"
  domain_name        = "realeyez.example.org"
  zone_id            = "Z0123456789ABCDEFGHIJ"
  vpc_id             = "vpc-1"
  public_subnet_ids  = ["subnet-1", "subnet-2"]
  private_subnet_ids = ["subnet-3", "subnet-4"]
  repository_arn     = "arn:aws:ecr:eu-west-1:123456789012:repository/realeyez-test"
  log_bucket         = "realeyez-test-logs"
  kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/test"

  database = {
    address           = "db.example.internal"
    name              = "realeyez"
    secret_arn        = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:test"
    security_group_id = "sg-1"
  }
}

run "hosts_are_closed_and_told_no_secret" {
  command = plan

  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "IMDSv2 only."
  }

  assert {
    condition     = one(aws_launch_template.this.network_interfaces).associate_public_ip_address == "false"
    error_message = "No public address."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.service.from_port == 8000 && aws_vpc_security_group_ingress_rule.service.cidr_ipv4 == null
    error_message = "Only the balancer reaches a host."
  }

  assert {
    condition     = contains(split("\n", yamldecode(base64decode(aws_launch_template.this.user_data)).write_files[1].content), "REALEYEZ_KEYS=required")
    error_message = "Beyond loopback, keys are required."
  }

  assert {
    condition     = !can(regex("REALEYEZ_DATABASE='", base64decode(aws_launch_template.this.user_data)))
    error_message = "The password is fetched when the container starts."
  }

  assert {
    condition     = length(base64decode(aws_launch_template.this.user_data)) < 16384
    error_message = "EC2 takes 16 KiB of user data."
  }
}

run "the_balancer_asks_whether_a_host_is_ready_and_hides_metrics" {
  command = plan

  assert {
    condition     = aws_lb_target_group.this.health_check[0].path == "/health/ready" && aws_lb_target_group.this.port == 8000
    error_message = "Readiness decides."
  }

  assert {
    condition     = contains(one(one(aws_lb_listener_rule.metrics.condition).path_pattern).values, "/metrics") && contains(one(one(aws_lb_listener_rule.metrics.condition).path_pattern).values, "/status") && aws_lb_listener_rule.metrics.action[0].fixed_response[0].status_code == "404"
    error_message = "Metrics are not for the internet."
  }

  assert {
    condition     = startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13") && aws_lb_listener.http.default_action[0].type == "redirect"
    error_message = "TLS, and nothing else."
  }
}

run "the_role_reads_its_model_and_no_other" {
  command = plan

  variables {
    model = "s3://models/realeyez-b0/0.2.0/"
  }

  assert {
    condition     = local.reads_model[0].Resource == "arn:aws:s3:::models/realeyez-b0/0.2.0/*"
    error_message = "One prefix of one bucket."
  }

  assert {
    condition = toset([
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid if statement.Resource == "*"
    ]) == toset(["LogIn", "SayHowLongPicturesWait"])
    error_message = "Only what takes nothing narrower is for all resources."
  }
}

run "a_bundled_model_needs_no_bucket" {
  command = plan

  assert {
    condition     = length(local.reads_model) == 0
    error_message = "No bucket, no right."
  }
}

run "hosts_follow_the_queue_and_the_latency" {
  command = plan

  assert {
    condition     = one(one(aws_autoscaling_policy.queue.target_tracking_configuration).customized_metric_specification).metric_name == "QueueSeconds"
    error_message = "Target tracking on how long pictures wait."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.extended_statistic == "p95" && alltrue([for step in aws_autoscaling_policy.latency.step_adjustment : step.scaling_adjustment > 0])
    error_message = "Latency adds hosts and takes none."
  }

  assert {
    condition     = aws_autoscaling_group.this.health_check_type == "ELB" && aws_autoscaling_group.this.instance_refresh[0].preferences[0].auto_rollback
    error_message = "A release that is not healthy goes back by itself."
  }
}

run "pictures_are_no_attack" {
  command = plan

  assert {
    condition     = contains(local.managed_rules["AWSManagedRulesCommonRuleSet"], "SizeRestrictions_BODY")
    error_message = "AWS's rules would refuse every body over 8 KiB."
  }

  assert {
    condition     = toset(keys(local.managed_rules)) == toset(local.managed_order)
    error_message = "Every group has its place."
  }
}

run "gpu" {
  command = plan

  variables {
    gpu           = true
    instance_type = "g4dn.xlarge"
    volume_gib    = 80
  }

  assert {
    condition     = local.settings.REALEYEZ_PROVIDER == "cuda" && local.host.GPUS == "all" && strcontains(data.aws_ssm_parameter.ami.name, "gpu")
    error_message = "Drivers, container and service all know of the GPU."
  }
}

run "gpu_on_a_machine_without_one" {
  command = plan

  variables {
    gpu = true
  }

  expect_failures = [var.instance_type, var.volume_gib]
}

run "bad_values_are_named" {
  command = plan

  variables {
    image                  = "realeyez/realeyez:latest"
    model                  = "https://example.org/model"
    settings               = { REALEYEZ_KEYS = "auto" }
    instance_type          = "t4g.medium"
    size                   = { min = 3, max = 1 }
    domain_name            = "https://realeyez.example.org"
    zone_id                = "example.org"
    target_queue_seconds   = 0
    target_latency_seconds = 0
    requests_per_address   = 1
  }

  expect_failures = [
    var.image, var.model, var.settings, var.instance_type, var.size, var.domain_name, var.zone_id,
    var.target_queue_seconds, var.target_latency_seconds, var.requests_per_address,
  ]
}
