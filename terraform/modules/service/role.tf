locals {
  model_bucket = one(regex("^s3://([^/]+)", var.model == "bundled" ? "s3://none" : var.model))
  model_prefix = var.model == "bundled" ? "" : trimsuffix(trimprefix(var.model, "s3://${local.model_bucket}/"), "/")
  arn          = "arn:${data.aws_partition.current.partition}"

  reads_model = var.model == "bundled" ? [] : [{
    Sid      = "ReadTheModel"
    Effect   = "Allow"
    Action   = "s3:GetObject"
    Resource = "${local.arn}:s3:::${local.model_bucket}/${local.model_prefix}/*"
  }]
}

resource "aws_iam_role" "this" {
  name_prefix = "${var.name}-service-"
  description = "What a host of the service may do."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name_prefix = "${var.name}-service-"
  role        = aws_iam_role.this.name
}

# A shell through Session Manager; no port and no key of SSH.
resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.this.name
  policy_arn = "${local.arn}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "this" {
  name = "service"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.reads_model, [
      {
        Sid      = "ReadTheDatabasesPassword"
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
        Resource = var.database.secret_arn
      },
      {
        Sid      = "Decrypt"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.kms_key_arn
        Condition = {
          StringEquals = {
            "kms:ViaService" = [for service in ["s3", "secretsmanager"] : "${service}.${data.aws_region.current.name}.amazonaws.com"]
          }
        }
      },
      {
        Sid      = "LogIn"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*" # it takes no narrower one
      },
      {
        Sid      = "PullTheImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"]
        Resource = var.repository_arn
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.service.arn}:*"
      },
      {
        Sid       = "SayHowLongPicturesWait"
        Effect    = "Allow"
        Action    = "cloudwatch:PutMetricData"
        Resource  = "*" # it takes no narrower one
        Condition = { StringEquals = { "cloudwatch:namespace" = local.metrics_namespace } }
      },
    ])
  })
}
