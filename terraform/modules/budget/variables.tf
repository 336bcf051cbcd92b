variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "Value of the tag Environment."
  type        = string
}

variable "limit_usd" {
  description = "What a month may cost, in US dollars."
  type        = number
  default     = 200

  validation {
    condition     = var.limit_usd > 0
    error_message = "A positive sum."
  }
}

variable "actual_percent" {
  description = "Shares of the limit at which money spent is told of; the forecast is told of at 100."
  type        = list(number)
  default     = [50, 80, 100]

  validation {
    condition     = length(var.actual_percent) >= 1 && length(var.actual_percent) <= 4 && alltrue([for percent in var.actual_percent : percent > 0])
    error_message = "One to four positive shares; a budget takes five alerts, and the forecast is one."
  }
}

variable "emails" {
  description = "Who is told."
  type        = set(string)

  validation {
    condition     = length(var.emails) >= 1 && length(var.emails) <= 10
    error_message = "One to ten e-mail addresses."
  }
}

variable "topic_arn" {
  description = "SNS topic that is told too."
  type        = string
  default     = null
}
