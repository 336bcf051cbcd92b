# Prometheus, Alertmanager and Grafana, reached by Session Manager's port forwarding. The repository's
# monitoring/ installs them.
module "host" {
  source = "../host"

  name          = var.name
  role          = "monitoring"
  vpc_id        = var.vpc_id
  subnet_id     = var.subnet_id
  instance_type = var.instance_type
  data_gib      = var.data_gib
  bundle_dir    = "${path.module}/../../../monitoring"
  bundle_files  = ["{alertmanager,blackbox,install,prometheus}/**", "grafana/{dashboards,provisioning}/**"]
  installer     = "install/install.sh"
  bundle_bucket = var.bundle_bucket

  environment = {
    ENVIRONMENT        = var.name
    ALERTS_TOPIC       = aws_sns_topic.alerts.arn
    METRICS_KEY_SECRET = aws_secretsmanager_secret.metrics_key.arn
    SERVICE_NAME_TAG   = var.service.scaling_group
    SERVICE_PORT       = "8000"
    SITE_URL           = var.site_url
  }

  statements = [
    {
      Sid      = "FindTheHosts"
      Effect   = "Allow"
      Action   = ["ec2:DescribeInstances", "ec2:DescribeAvailabilityZones"]
      Resource = "*" # they take no narrower one
    },
    {
      Sid      = "Alert"
      Effect   = "Allow"
      Action   = "sns:Publish"
      Resource = aws_sns_topic.alerts.arn
    },
    {
      Sid      = "EncryptAlerts"
      Effect   = "Allow"
      Action   = "kms:GenerateDataKey"
      Resource = var.kms_key_arn
    },
    {
      Sid      = "ReadTheMetricsKey"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = aws_secretsmanager_secret.metrics_key.arn
    },
  ]

  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}

# Who gives figures on the service's hosts: the service, the node exporter, the DCGM exporter.
locals {
  ports = { service = 8000, node = 9100, gpu = 9400 }
}

resource "aws_vpc_security_group_egress_rule" "metrics" {
  for_each = local.ports

  security_group_id            = module.host.security_group_id
  description                  = "Metrics: ${each.key}."
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = var.service.security_group_id
}

resource "aws_vpc_security_group_ingress_rule" "metrics" {
  for_each = local.ports

  security_group_id            = var.service.security_group_id
  description                  = "Metrics for Prometheus: ${each.key}."
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = module.host.security_group_id
}

# The API key that Prometheus asks /metrics with: `realeyez keys create monitoring` on a host of the
# service, then `aws secretsmanager put-secret-value`. No state file knows it.
resource "aws_secretsmanager_secret" "metrics_key" {
  #checkov:skip=CKV2_AWS_57:A key of the service, which only its own command can make anew.
  name_prefix             = "${var.name}-metrics-key-"
  description             = "API key for /metrics."
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 7
}
