data "aws_default_tags" "this" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  arn  = "arn:${data.aws_partition.current.partition}"
  name = "${var.name}-training"
  data = "${local.arn}:s3:::${var.data_bucket}"
}

# Spot machines with a GPU, made when a job waits and gone when none does: idle, it costs nothing.
resource "aws_batch_compute_environment" "this" {
  compute_environment_name_prefix = "${local.name}-"
  type                            = "MANAGED"

  compute_resources {
    type                = "SPOT"
    allocation_strategy = "SPOT_PRICE_CAPACITY_OPTIMIZED"
    instance_type       = var.instance_types
    min_vcpus           = 0
    max_vcpus           = var.max_vcpus
    instance_role       = aws_iam_instance_profile.host.arn
    subnets             = var.subnet_ids
    security_group_ids  = [aws_security_group.this.id]
    tags                = merge(data.aws_default_tags.this.tags, { Name = local.name })

    launch_template {
      launch_template_id = aws_launch_template.this.id
      version            = aws_launch_template.this.latest_version
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_iam_role_policy_attachment.host]
}

resource "aws_batch_job_queue" "this" {
  name     = local.name
  state    = "ENABLED"
  priority = 1

  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.this.arn
  }
}

resource "aws_batch_job_definition" "this" {
  name                  = local.name
  type                  = "container"
  platform_capabilities = ["EC2"]
  propagate_tags        = true
  parameters            = { dataset = "data/first", run = "first", weights = "imagenet" }

  container_properties = jsonencode({
    image            = var.image
    command          = ["bash", "-c", file("${path.module}/job.sh"), "train", "Ref::dataset", "Ref::run", "Ref::weights"]
    jobRoleArn       = aws_iam_role.job.arn
    executionRoleArn = aws_iam_role.execution.arn
    environment = [
      { name = "DATA_BUCKET", value = var.data_bucket },
      { name = "AWS_DEFAULT_REGION", value = data.aws_region.current.name },
    ]
    resourceRequirements = [
      { type = "GPU", value = "1" },
      { type = "VCPU", value = tostring(var.job.vcpus) },
      { type = "MEMORY", value = tostring(var.job.memory_mib) },
    ]
    linuxParameters = { sharedMemorySize = 2048 } # MiB
    logConfiguration = {
      logDriver = "awslogs"
      options   = { "awslogs-group" = aws_cloudwatch_log_group.this.name }
    }
  })

  # A run goes on where the machine was taken away; what fails by itself would only fail again.
  retry_strategy {
    attempts = 10

    evaluate_on_exit {
      on_status_reason = "Host EC2*"
      action           = "RETRY"
    }

    evaluate_on_exit {
      on_reason = "*"
      action    = "EXIT"
    }
  }

  timeout {
    attempt_duration_seconds = var.job.hours * 3600
  }
}

resource "aws_launch_template" "this" {
  name_prefix            = "${local.name}-"
  description            = "Room for a data set, and IMDSv2."
  update_default_version = true

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1 # jobs have their own role, and not the machine's
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_size           = var.volume_gib
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  dynamic "tag_specifications" {
    for_each = ["instance", "volume"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(data.aws_default_tags.this.tags, { Name = local.name })
    }
  }
}

resource "aws_security_group" "this" {
  name        = local.name
  description = "Training machines: nothing comes in."
  vpc_id      = var.vpc_id

  tags = { Name = local.name }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "AWS, and weights for Keras."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/realeyez/${var.name}/training"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
