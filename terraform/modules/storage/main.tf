data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  arn     = "arn:${data.aws_partition.current.partition}"

  purposes = {
    data      = "pictures and lists for training"
    models    = "models with a prefix for each version"
    artifacts = "what the hosts install themselves from"
    logs      = "access logs of the balancer and of the other buckets"
  }
  # Not the logs: load balancers cannot write with a key of ours. Not the data: training tells by the
  # ETag what has changed, and with KMS that is no MD5 (training/realeyez_training/data/s3.py).
  own_key = toset(["models", "artifacts"])
  logged  = toset(setsubtract(keys(local.purposes), ["logs"]))
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_144:One region: models and data can be made again, and are versioned.
  #checkov:skip=CKV2_AWS_62:Nothing waits for objects to arrive.
  #checkov:skip=CKV_AWS_145:models and artifacts are, by the resource `kms`; why not the others is said at own_key.
  #checkov:skip=CKV_AWS_18:The three are logged by aws_s3_bucket_logging below; the logs' own bucket would log itself.
  for_each = local.purposes

  bucket        = "${var.name}-${each.key}-${local.account}"
  force_destroy = var.force_destroy

  tags = { Purpose = each.value }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.purposes

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "kms" {
  for_each = local.own_key

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "s3" {
  for_each = setsubtract(keys(local.purposes), local.own_key)

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.purposes

  bucket = aws_s3_bucket.this[each.key].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.purposes

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.purposes

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "old"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    dynamic "expiration" {
      for_each = each.key == "logs" ? [var.log_days] : []

      content {
        days = expiration.value
      }
    }

    dynamic "transition" {
      for_each = each.key == "data" ? [30] : []

      content {
        days          = transition.value
        storage_class = "INTELLIGENT_TIERING"
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_logging" "this" {
  for_each = local.logged

  bucket        = aws_s3_bucket.this[each.key].id
  target_bucket = aws_s3_bucket.this["logs"].id
  target_prefix = "s3/${each.key}/"

  depends_on = [aws_s3_bucket_policy.this]
}

resource "aws_s3_bucket_policy" "this" {
  for_each = local.purposes

  bucket = aws_s3_bucket.this[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "EncryptedConnectionsOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [for statement in local.writes_logs : statement if each.key == "logs"],
    )
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

locals {
  log_bucket = "${local.arn}:s3:::${var.name}-logs-${local.account}"

  writes_logs = concat(
    [{
      Sid       = "Balancer"
      Effect    = "Allow"
      Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${local.log_bucket}/alb/AWSLogs/${local.account}/*" # the path names whose it is
    }],
    [for purpose in local.logged : {
      Sid       = "Bucket${title(purpose)}"
      Effect    = "Allow"
      Principal = { Service = "logging.s3.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${local.log_bucket}/s3/${purpose}/*"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }],
  )
}
