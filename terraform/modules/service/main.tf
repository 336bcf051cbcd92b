data "aws_caller_identity" "current" {}
data "aws_default_tags" "this" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

# The newest image, seen by the plan: a new one is rolled out like a new release.
data "aws_ssm_parameter" "ami" {
  name = var.gpu ? "/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id" : "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

locals {
  port = 8000

  settings = merge(
    {
      REALEYEZ_HOST          = "0.0.0.0"
      REALEYEZ_PORT          = local.port
      REALEYEZ_KEYS          = "required"
      REALEYEZ_MODEL         = var.model
      REALEYEZ_PROVIDER      = var.gpu ? "cuda" : "cpu"
      REALEYEZ_DRAIN_SECONDS = 15 # the balancer asks every five and believes the second answer
    },
    var.settings,
  )

  host = {
    AWS_REGION        = data.aws_region.current.name
    IMAGE             = var.image
    GPUS              = var.gpu ? "all" : ""
    LOG_GROUP         = aws_cloudwatch_log_group.service.name
    SCALING_GROUP     = var.name
    DATABASE_ADDRESS  = var.database.address
    DATABASE_NAME     = var.database.name
    DATABASE_SECRET   = var.database.secret_arn
    DATABASE_CA       = "/etc/realeyez/rds.pem"
    DATABASE_CA_URL   = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
    METRICS_NAMESPACE = local.metrics_namespace
  }

  exporters = concat(["realeyez-node.service"], var.gpu ? ["realeyez-gpu.service"] : [])
  units = concat(
    ["realeyez.service", "realeyez-queue.service", "realeyez-queue.timer", "realeyez-secret.service", "realeyez-secret.timer"],
    local.exporters,
  )

  cloud_config = {
    packages = ["docker"] # where it is there already, as on the GPU image, nothing happens
    write_files = concat(
      [
        { path = "/etc/realeyez/host.env", permissions = "0600", content = join("", [for name, value in local.host : "${name}='${value}'\n"]) },
        { path = "/etc/realeyez/service.env", permissions = "0600", content = join("", [for name, value in local.settings : "${name}=${value}\n"]) },
      ],
      [for name in ["realeyez", "realeyez-queue", "realeyez-secret"] : {
        path = "/usr/local/bin/${name}", permissions = "0755", content = file("${path.module}/host/${name}.sh")
      }],
      [for unit in local.units : {
        path = "/etc/systemd/system/${unit}", permissions = "0644", content = file("${path.module}/host/${unit}")
      }],
    )
    runcmd = [
      ["systemctl", "daemon-reload"],
      concat(
        ["systemctl", "enable", "--now", "docker", "realeyez.service", "realeyez-queue.timer", "realeyez-secret.timer"],
        local.exporters,
      ),
    ]
  }
}

resource "aws_launch_template" "this" {
  name_prefix            = "${var.name}-"
  description            = "Runs the service's container."
  image_id               = nonsensitive(data.aws_ssm_parameter.ami.value)
  instance_type          = var.instance_type
  user_data              = base64encode("#cloud-config\n${yamlencode(local.cloud_config)}")
  update_default_version = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required" # IMDSv2
    http_put_response_hop_limit = 1          # the container shares the host's network, and nothing is forwarded
  }

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = [aws_security_group.instance.id]
    delete_on_termination       = true
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
    for_each = ["instance", "volume", "network-interface"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(data.aws_default_tags.this.tags, { Name = var.name, Role = "service" })
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                = var.name
  min_size            = var.size.min
  max_size            = var.size.max
  vpc_zone_identifier = var.private_subnet_ids
  target_group_arns   = [aws_lb_target_group.this.arn]

  health_check_type         = "ELB"
  health_check_grace_period = 300
  default_instance_warmup   = 180
  max_instance_lifetime     = 30 * 24 * 3600 # seconds; no host is older than a month's patches
  enabled_metrics           = ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize"]

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  # A release: new hosts must be healthy before old ones go, or all goes back.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 200
      auto_rollback          = true
    }
  }

  dynamic "tag" {
    for_each = merge(data.aws_default_tags.this.tags, { Name = var.name, Role = "service" })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # Its hosts cannot start without them.
  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.ssm]
}

resource "aws_cloudwatch_log_group" "service" {
  name              = "/realeyez/${var.name}/service"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
