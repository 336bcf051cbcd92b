locals {
  trust = { for role, service in { host = "ec2", job = "ecs-tasks", execution = "ecs-tasks" } : role => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "${service}.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  }) }
}

resource "aws_iam_role" "host" {
  name_prefix        = "${local.name}-host-"
  description        = "A training machine: joins the cluster of AWS Batch."
  assume_role_policy = local.trust["host"]
}

resource "aws_iam_role_policy_attachment" "host" {
  role       = aws_iam_role.host.name
  policy_arn = "${local.arn}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_instance_profile" "host" {
  name_prefix = "${local.name}-host-"
  role        = aws_iam_role.host.name
}

resource "aws_iam_role" "execution" {
  name_prefix        = "${local.name}-start-"
  description        = "Starts a job: pulls its image, opens its log."
  assume_role_policy = local.trust["execution"]
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "${local.arn}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role" "job" {
  name_prefix        = "${local.name}-job-"
  description        = "A job: reads the data, keeps its run."
  assume_role_policy = local.trust["job"]
}

resource "aws_iam_role_policy" "job" {
  name = "training"
  role = aws_iam_role.job.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListTheData"
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = local.data
      },
      {
        Sid      = "ReadTheData"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${local.data}/*"
      },
      {
        Sid      = "KeepTheRun"
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = "${local.data}/runs/*"
      },
    ]
  })
}
