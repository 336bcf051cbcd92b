mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name = "realeyez-test"
}

run "the_key_rotates_and_serves_this_account_only" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key must rotate."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.this.policy).Statement :
      can(statement.Condition) || try(endswith(statement.Principal.AWS, ":123456789012:root"), false)
    ])
    error_message = "Whoever is not this account needs a condition."
  }
}

run "a_key_cannot_go_at_once" {
  command = plan

  variables {
    deletion_window_days = 1
  }

  expect_failures = [var.deletion_window_days]
}
