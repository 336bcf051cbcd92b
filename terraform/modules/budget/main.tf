# Counts what carries the environment's tag: activate `Environment` once under Billing → Cost allocation tags.
resource "aws_budgets_budget" "this" {
  name         = var.name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = format("%.2f", var.limit_usd)
  limit_unit   = "USD"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:Environment$%s", var.environment)]
  }

  dynamic "notification" {
    for_each = concat(
      [for percent in var.actual_percent : { type = "ACTUAL", percent = percent }],
      [{ type = "FORECASTED", percent = 100 }],
    )

    content {
      notification_type          = notification.value.type
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.emails
      subscriber_sns_topic_arns  = var.topic_arn == null ? [] : [var.topic_arn]
    }
  }
}
