mock_provider "aws" {
  source = "../../mocks"
}

override_resource {
  target          = aws_sns_topic.alerts
  values          = { arn = "arn:aws:sns:eu-west-1:123456789012:test" }
  override_during = plan
}

variables {
  name          = "realeyez-test"
  vpc_id        = "vpc-1"
  subnet_id     = "subnet-1"
  bundle_bucket = "artifacts"
  site_url      = "https://realeyez.test"
  emails        = ["ops@example.org"]
  database      = "realeyez-test"
  kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/test"

  service = {
    balancer          = "app/test/1"
    target_group      = "targetgroup/test/1"
    scaling_group     = "realeyez-test"
    max_hosts         = 3
    security_group_id = "sg-1"
    log_group         = "/realeyez/realeyez-test/service"
  }
}

run "every_alarm_is_heard" {
  command = plan

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : contains(alarm.alarm_actions, aws_sns_topic.alerts.arn)])
    error_message = "Every alarm goes to the topic."
  }

  assert {
    condition     = aws_sns_topic_subscription.email["ops@example.org"].protocol == "email"
    error_message = "Somebody hears the topic."
  }

  assert {
    condition     = aws_sns_topic.alerts.kms_master_key_id == var.kms_key_arn
    error_message = "Alerts are encrypted."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["no-host"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.this["no-host"].comparison_operator == "LessThanThreshold"
    error_message = "Silence about hosts is an alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["slow"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.this["slow"].statistic == null
    error_message = "Percentiles are asked for as such."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["full"].threshold == 2.5
    error_message = "Three of three hosts are all."
  }
}

run "the_host_installs_itself_from_the_repository" {
  command = plan

  assert {
    condition     = length(setsubtract(["install/install.sh", "install/images.env", "prometheus/prometheus.yml", "prometheus/rules/slo.yml", "prometheus/discovery/ec2.yml", "alertmanager/render.sh", "alertmanager/ways/sns.yml", "blackbox/blackbox.yml", "grafana/dashboards/service.json", "grafana/provisioning/datasources/prometheus.yml"], module.host.bundle_files)) == 0
    error_message = "The bundle has all that the installer wants."
  }
}

run "prometheus_reaches_the_service" {
  command = plan

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.metrics : rule.security_group_id == "sg-1" && rule.cidr_ipv4 == null]) && toset([for rule in aws_vpc_security_group_ingress_rule.metrics : rule.from_port]) == toset([8000, 9100, 9400])
    error_message = "Three ports, from one machine."
  }
}

run "alarms_without_a_hearer_are_refused" {
  command = plan

  variables {
    emails = []
  }

  expect_failures = [var.emails]
}
