variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_id" {
  description = "A private subnet."
  type        = string
}

variable "instance_type" {
  description = "Size of the machine, x86-64."
  type        = string
  default     = "t3.small"
}

variable "data_gib" {
  description = "Volume of the figures."
  type        = number
  default     = 20
}

variable "site_url" {
  description = "The service's address from outside: is it reached, and does its certificate last?"
  type        = string
}

variable "bundle_bucket" {
  description = "Bucket that carries it."
  type        = string
}

variable "emails" {
  description = "Who is told of alarms; each address confirms once."
  type        = set(string)

  validation {
    condition     = length(var.emails) >= 1 && alltrue([for email in var.emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", email))])
    error_message = "One e-mail address at least: an alarm that nobody hears is none."
  }
}

variable "service" {
  description = "What is watched: outputs of the service's module, and the most hosts it may have."
  type = object({
    balancer          = string
    target_group      = string
    scaling_group     = string
    max_hosts         = number
    security_group_id = string
    log_group         = string
  })
}

variable "database" {
  description = "Name of the database's instance."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365, 400, 731], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 7, 14, 30, 60, 90, 180, 365, 400 or 731 days."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts what is stored."
  type        = string
}
