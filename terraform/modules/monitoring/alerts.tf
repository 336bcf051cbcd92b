data "aws_caller_identity" "current" {}

resource "aws_sns_topic" "alerts" {
  name              = "${var.name}-alerts"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsAndBudgets"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alerts.arn
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  balancer = { LoadBalancer = var.service.balancer, TargetGroup = var.service.target_group }
  database = { DBInstanceIdentifier = var.database }

  # These hold when the monitoring host itself is gone. Each is asked every minute.
  alarms = {
    no-host = {
      says       = "No host of the service is ready."
      metric     = ["AWS/ApplicationELB", "HealthyHostCount", "Maximum"]
      dimensions = local.balancer
      below      = 1
      minutes    = 3
      missing    = "breaching"
    }
    errors = {
      says       = "The service answers with errors of its own."
      metric     = ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum"]
      dimensions = local.balancer
      above      = 10
      minutes    = 5
    }
    slow = {
      says       = "The slowest twentieth of the answers takes more than five seconds."
      metric     = ["AWS/ApplicationELB", "TargetResponseTime", "p95"]
      dimensions = local.balancer
      above      = 5
      minutes    = 10
    }
    full = {
      says       = "As many hosts as are allowed, for half an hour."
      metric     = ["AWS/AutoScaling", "GroupInServiceInstances", "Minimum"]
      dimensions = { AutoScalingGroupName = var.service.scaling_group }
      above      = var.service.max_hosts - 0.5
      minutes    = 30
    }
    logged-errors = {
      says       = "The service logs errors."
      metric     = ["RealEyez", "LoggedErrors-${var.name}", "Sum"]
      dimensions = {}
      above      = 5
      minutes    = 5
    }
    database-cpu = {
      says       = "The database is busy."
      metric     = ["AWS/RDS", "CPUUtilization", "Average"]
      dimensions = local.database
      above      = 80 # per cent
      minutes    = 15
    }
    database-disk = {
      says       = "The database's disk is nearly full."
      metric     = ["AWS/RDS", "FreeStorageSpace", "Minimum"]
      dimensions = local.database
      below      = 2 * 1024 * 1024 * 1024 # bytes
      minutes    = 5
    }
    database-memory = {
      says       = "The database is short of memory."
      metric     = ["AWS/RDS", "FreeableMemory", "Minimum"]
      dimensions = local.database
      below      = 64 * 1024 * 1024 # bytes
      minutes    = 15
    }
    monitoring-host = {
      says       = "The monitoring host is down."
      metric     = ["AWS/EC2", "StatusCheckFailed", "Maximum"]
      dimensions = { InstanceId = module.host.instance_id }
      above      = 0
      minutes    = 5
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.says
  namespace           = each.value.metric[0]
  metric_name         = each.value.metric[1]
  statistic           = startswith(each.value.metric[2], "p") ? null : each.value.metric[2]
  extended_statistic  = startswith(each.value.metric[2], "p") ? each.value.metric[2] : null
  dimensions          = each.value.dimensions
  comparison_operator = can(each.value.below) ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = try(each.value.below, each.value.above)
  period              = 60
  evaluation_periods  = each.value.minutes
  treat_missing_data  = try(each.value.missing, "notBreaching")
  alarm_actions       = [aws_sns_topic.alerts.arn]
  ok_actions          = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  log_group_name = var.service.log_group
  pattern        = "{ $.level = \"ERROR\" || $.level = \"CRITICAL\" }"

  metric_transformation {
    namespace = "RealEyez"
    name      = "LoggedErrors-${var.name}"
    value     = "1"
  }
}
