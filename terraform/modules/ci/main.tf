module "host" {
  source = "../host"

  name               = var.name
  role               = "ci"
  vpc_id             = var.vpc_id
  subnet_id          = var.subnet_id
  instance_type      = var.instance_type
  data_gib           = var.data_gib
  bundle_dir         = coalesce(var.bundle_dir, "${path.module}/bundle")
  bundle_bucket      = var.bundle_bucket
  environment        = { REPOSITORY = var.repository_url }
  statements         = local.statements
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}

locals {
  statements = concat(
    [
      {
        Sid      = "LogIn"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*" # it takes no narrower one
      },
      {
        Sid    = "PushImages"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:DescribeImageScanFindings",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ]
        Resource = var.repository_arn
      },
    ],
    # What Terraform may do is that role's to say, and who may take it.
    length(var.deploy_role_arns) == 0 ? [] : [{
      Sid      = "Deploy"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = tolist(var.deploy_role_arns)
    }],
  )
}

# GitHub's webhook comes in by the load balancer; nothing else does.
resource "aws_lb_target_group" "webhook" {
  #checkov:skip=CKV_AWS_378:TLS ends at the balancer; the host hears it alone, inside the network.
  count = var.webhook == null ? 0 : 1

  name        = "${var.name}-webhook"
  port        = 8080
  protocol    = "HTTP"
  target_type = "instance"
  vpc_id      = var.vpc_id

  health_check {
    path    = "/login"
    matcher = "200"
  }
}

resource "aws_lb_target_group_attachment" "webhook" {
  count = var.webhook == null ? 0 : 1

  target_group_arn = aws_lb_target_group.webhook[0].arn
  target_id        = module.host.instance_id
}

resource "aws_lb_listener_rule" "webhook" {
  count = var.webhook == null ? 0 : 1

  listener_arn = var.webhook.listener_arn
  priority     = 10

  condition {
    path_pattern {
      values = ["/github-webhook/"]
    }
  }

  condition {
    source_ip {
      values = var.webhook.cidrs
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.webhook[0].arn
  }
}

resource "aws_vpc_security_group_ingress_rule" "webhook" {
  count = var.webhook == null ? 0 : 1

  security_group_id            = module.host.security_group_id
  description                  = "Webhooks from the load balancer."
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = var.webhook.balancer_security_group_id
}

resource "aws_vpc_security_group_egress_rule" "webhook" {
  count = var.webhook == null ? 0 : 1

  security_group_id            = var.webhook.balancer_security_group_id
  description                  = "Webhooks to Jenkins."
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = module.host.security_group_id
}
