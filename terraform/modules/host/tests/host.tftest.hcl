mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name          = "realeyez-test"
  role          = "monitoring"
  vpc_id        = "vpc-1"
  subnet_id     = "subnet-1"
  instance_type = "t3.small"
  data_gib      = 20
  bundle_dir    = "./tests/bundle"
  bundle_bucket = "artifacts"
  kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

run "a_private_machine_that_installs_itself" {
  command = plan

  variables {
    environment = { ROLE = "test" }
  }

  assert {
    condition     = aws_instance.this.associate_public_ip_address == false && aws_instance.this.metadata_options[0].http_tokens == "required"
    error_message = "No public address, and IMDSv2."
  }

  assert {
    condition     = aws_s3_object.bundle["install.sh"].key == "monitoring/install.sh"
    error_message = "The bundle is on S3 under the role's name."
  }

  assert {
    condition     = local.host.ROLE == "test" && local.host.BUNDLE == "s3://artifacts/monitoring/" && length(local.host.BUNDLE_SHA) == 64
    error_message = "The installer is told where and for what; another bundle makes another machine."
  }

  assert {
    condition     = aws_ebs_volume.data.encrypted && aws_ebs_volume.data.availability_zone == "eu-west-1a"
    error_message = "Data outlive the machine, encrypted, in its zone."
  }
}

run "bad_values_are_named" {
  command = plan

  variables {
    role        = "A role"
    data_gib    = 1
    environment = { quote = "it's" }
  }

  expect_failures = [var.role, var.data_gib, var.environment]
}
