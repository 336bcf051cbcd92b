data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.name

  # Services that use the key in their own name, for this account only.
  services = [
    "logs.${local.region}.amazonaws.com",
    "cloudwatch.amazonaws.com", # alarms and budgets speak through an encrypted topic
    "budgets.amazonaws.com",
  ]
}

# One key an environment: a dollar a month, and one place to see who uses it.
resource "aws_kms_key" "this" {
  description             = "What ${var.name} stores."
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_window_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "IamDecides"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*" # in a key's policy: this key
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = local.services[0] }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = {
          ArnLike = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:${data.aws_partition.current.partition}:logs:${local.region}:${local.account}:*"
          }
        }
      },
      {
        Sid       = "Alerts"
        Effect    = "Allow"
        Principal = { Service = slice(local.services, 1, 3) }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
