locals {
  metrics_namespace = "RealEyez"
}

# How long pictures wait is what more hosts make shorter: the better measure, and it scales in too.
resource "aws_autoscaling_policy" "queue" {
  name                   = "queue"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = var.target_queue_seconds

    # Sent each minute by every host: host/realeyez-queue.sh.
    customized_metric_specification {
      namespace   = local.metrics_namespace
      metric_name = "QueueSeconds"
      statistic   = "Average"
      unit        = "Seconds"

      metric_dimension {
        name  = "AutoScalingGroupName"
        value = aws_autoscaling_group.this.name
      }
    }
  }
}

# What callers feel, whatever the reason. It only adds hosts: latency has causes that they do not mend.
resource "aws_autoscaling_policy" "latency" {
  name                   = "latency"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "StepScaling"
  adjustment_type        = "ChangeInCapacity"

  step_adjustment {
    metric_interval_lower_bound = 0
    metric_interval_upper_bound = var.target_latency_seconds
    scaling_adjustment          = 1
  }

  step_adjustment {
    metric_interval_lower_bound = var.target_latency_seconds # twice the target
    scaling_adjustment          = 2
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-scale-out-on-latency"
  alarm_description   = "The slowest twentieth of the answers takes more than ${var.target_latency_seconds} s."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p95"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.target_latency_seconds
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_autoscaling_policy.latency.arn]

  dimensions = {
    LoadBalancer = aws_lb.this.arn_suffix
    TargetGroup  = aws_lb_target_group.this.arn_suffix
  }
}
