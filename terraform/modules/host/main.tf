data "aws_default_tags" "this" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

data "aws_subnet" "this" {
  id = var.subnet_id
}

locals {
  name  = "${var.name}-${var.role}"
  arn   = "arn:${data.aws_partition.current.partition}"
  files = setunion([for pattern in var.bundle_files : fileset(var.bundle_dir, pattern)]...)

  host = merge(var.environment, {
    AWS_REGION = data.aws_region.current.name
    BUNDLE     = "s3://${var.bundle_bucket}/${var.role}/"
    BUNDLE_SHA = sha256(join("", [for file in local.files : "${file} ${filesha256("${var.bundle_dir}/${file}")}\n"]))
    INSTALLER  = var.installer
    LOG_GROUP  = aws_cloudwatch_log_group.this.name
  })

  cloud_config = {
    packages = ["docker"]
    write_files = [
      { path = "/etc/realeyez/host.env", permissions = "0600", content = join("", [for name, value in local.host : "${name}='${value}'\n"]) },
      { path = "/usr/local/bin/realeyez-prepare", permissions = "0755", content = file("${path.module}/host/prepare.sh") },
    ]
    runcmd = [["/usr/local/bin/realeyez-prepare"]]
  }
}

resource "aws_instance" "this" {
  #checkov:skip=CKV_AWS_126:Figures every five minutes do; Prometheus has finer ones.
  ami                         = nonsensitive(data.aws_ssm_parameter.ami.value)
  instance_type               = var.instance_type
  subnet_id                   = var.subnet_id
  vpc_security_group_ids      = [aws_security_group.this.id]
  iam_instance_profile        = aws_iam_instance_profile.this.name
  associate_public_ip_address = false
  ebs_optimized               = true
  user_data                   = "#cloud-config\n${yamlencode(local.cloud_config)}"
  user_data_replace_on_change = true # the data are on a volume of their own

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required" # IMDSv2
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 30
    encrypted   = true
    tags        = merge(data.aws_default_tags.this.tags, { Name = local.name })
  }

  tags = { Name = local.name, Role = var.role }

  lifecycle {
    ignore_changes = [ami] # replaced when somebody says so: terraform apply -replace=…
  }

  depends_on = [aws_s3_object.bundle, aws_iam_role_policy.this, aws_iam_role_policy_attachment.ssm]
}

resource "aws_ebs_volume" "data" {
  #checkov:skip=CKV2_AWS_9:What it holds can be made again: figures grow old, and Jenkins is code.
  availability_zone = data.aws_subnet.this.availability_zone
  type              = "gp3"
  size              = var.data_gib
  encrypted         = true
  kms_key_id        = var.kms_key_arn

  tags = { Name = "${local.name}-data" }
}

resource "aws_volume_attachment" "data" {
  device_name                    = "/dev/sdf"
  volume_id                      = aws_ebs_volume.data.id
  instance_id                    = aws_instance.this.id
  stop_instance_before_detaching = true
}

resource "aws_s3_object" "bundle" {
  for_each = local.files

  bucket      = var.bundle_bucket
  key         = "${var.role}/${each.value}"
  source      = "${var.bundle_dir}/${each.value}"
  source_hash = filesha256("${var.bundle_dir}/${each.value}")
  kms_key_id  = var.kms_key_arn
}

resource "aws_security_group" "this" {
  name        = local.name
  description = "The ${var.role} host."
  vpc_id      = var.vpc_id

  tags = { Name = local.name }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "AWS, registries and packages."
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/realeyez/${var.name}/${var.role}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "this" {
  name_prefix = "${local.name}-"
  description = "What the ${var.role} host may do."

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
  name_prefix = "${local.name}-"
  role        = aws_iam_role.this.name
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.this.name
  policy_arn = "${local.arn}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "this" {
  name = var.role
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "ListItsBundle"
          Effect    = "Allow"
          Action    = "s3:ListBucket"
          Resource  = "${local.arn}:s3:::${var.bundle_bucket}"
          Condition = { StringLike = { "s3:prefix" = "${var.role}/*" } }
        },
        {
          Sid      = "ReadItsBundle"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = "${local.arn}:s3:::${var.bundle_bucket}/${var.role}/*"
        },
        {
          Sid      = "Decrypt"
          Effect   = "Allow"
          Action   = "kms:Decrypt"
          Resource = var.kms_key_arn
        },
        {
          Sid      = "WriteLogs"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.this.arn}:*"
        },
      ],
      var.statements,
    )
  })
}
