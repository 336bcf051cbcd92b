mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "realeyez-test"
  vpc_id      = "vpc-1"
  subnet_ids  = ["subnet-1", "subnet-2"]
  clients     = { service = "sg-1" }
  kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

run "the_database_is_private_encrypted_and_kept" {
  command = plan

  assert {
    condition     = aws_db_instance.this.storage_encrypted && !aws_db_instance.this.publicly_accessible
    error_message = "Encrypted, and not on the internet."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "RDS keeps the password; Terraform never knows it."
  }

  assert {
    condition     = aws_db_instance.this.deletion_protection && aws_db_instance.this.final_snapshot_identifier == "realeyez-test-final" && aws_db_instance.this.backup_retention_period == 14
    error_message = "Protected and backed up, unless somebody says otherwise."
  }

  assert {
    condition     = contains([for parameter in aws_db_parameter_group.this.parameter : "${parameter.name}=${parameter.value}"], "rds.force_ssl=1")
    error_message = "TLS only."
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres15"
    error_message = "The parameters are those of the engine."
  }

  assert {
    condition     = keys(aws_vpc_security_group_ingress_rule.clients) == ["service"] && aws_vpc_security_group_ingress_rule.clients["service"].from_port == 5432
    error_message = "Only named clients come in."
  }
}

run "a_database_for_the_day" {
  command = plan

  variables {
    deletion_protection = false
    multi_az            = false
    engine_version      = "17.4"
  }

  assert {
    condition     = aws_db_instance.this.skip_final_snapshot && aws_db_parameter_group.this.family == "postgres17"
    error_message = "It goes without a trace."
  }
}

run "a_database_without_backups_is_refused" {
  command = plan

  variables {
    backup_days    = 0
    storage_gib    = 5
    instance_class = "t3.micro"
    engine_version = "9.6"
    subnet_ids     = ["subnet-1"]
  }

  expect_failures = [var.backup_days, var.storage_gib, var.instance_class, var.engine_version, var.subnet_ids]
}
