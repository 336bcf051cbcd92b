mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "realeyez-test"
  environment = "dev"
  emails      = ["ops@example.org"]
}

run "money_is_told_of_before_it_is_gone" {
  command = plan

  assert {
    condition     = tonumber(aws_budgets_budget.this.limit_amount) == 200 && aws_budgets_budget.this.time_unit == "MONTHLY"
    error_message = "200 dollars a month."
  }

  assert {
    condition     = toset([for alert in aws_budgets_budget.this.notification : "${alert.notification_type} ${alert.threshold}"]) == toset(["ACTUAL 50", "ACTUAL 80", "ACTUAL 100", "FORECASTED 100"])
    error_message = "Half, most, all, and what is foreseen."
  }

  assert {
    condition     = one(aws_budgets_budget.this.cost_filter).values[0] == "user:Environment$dev"
    error_message = "Only this environment's money."
  }
}

run "bad_values_are_named" {
  command = plan

  variables {
    limit_usd      = 0
    actual_percent = []
    emails         = []
  }

  expect_failures = [var.limit_usd, var.actual_percent, var.emails]
}
