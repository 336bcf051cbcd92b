mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "realeyez-test"
  kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

run "every_bucket_is_closed_versioned_and_encrypted" {
  command = plan

  assert {
    condition     = toset(keys(aws_s3_bucket.this)) == toset(["data", "models", "artifacts", "logs"])
    error_message = "Four buckets."
  }

  assert {
    condition     = aws_s3_bucket.this["models"].bucket == "realeyez-test-models-123456789012"
    error_message = "Names are the account's own."
  }

  assert {
    condition = alltrue([
      for block in aws_s3_bucket_public_access_block.this :
      block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets
    ])
    error_message = "Nothing is public."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "Everything is versioned."
  }

  assert {
    condition     = length(aws_s3_bucket_server_side_encryption_configuration.kms) + length(aws_s3_bucket_server_side_encryption_configuration.s3) == 4 && length(aws_s3_bucket_policy.this) == 4
    error_message = "Encrypted at rest and on the way."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.kms["models"].rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key_arn
    error_message = "Models are encrypted with the environment's key."
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : !bucket.force_destroy]) && !aws_ecr_repository.this.force_delete
    error_message = "What is not empty stays, unless somebody says otherwise."
  }
}

run "logs_are_written_by_those_who_write_logs" {
  command = plan

  assert {
    condition     = [for statement in local.writes_logs : statement.Sid] == ["Balancer", "BucketArtifacts", "BucketData", "BucketModels"]
    error_message = "The balancer, and S3 for each other bucket."
  }

  assert {
    condition     = local.writes_logs[2].Resource == "arn:aws:s3:::${aws_s3_bucket.this["logs"].bucket}/${aws_s3_bucket_logging.this["data"].target_prefix}*"
    error_message = "Each under its own prefix."
  }
}

run "images_cannot_be_swapped" {
  command = plan

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "Tags are immutable, and images are scanned."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.this.policy).rules[1].selection.countNumber == 30
    error_message = "Thirty images are kept."
  }
}

run "there_is_something_to_go_back_to" {
  command = plan

  variables {
    images_kept     = 1
    noncurrent_days = 0
    log_days        = 0
  }

  expect_failures = [var.images_kept, var.noncurrent_days, var.log_days]
}
