variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "deletion_window_days" {
  description = "Days in which a deleted key can still be saved, and with it all that it encrypts."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "AWS deletes keys after 7 to 30 days."
  }
}
