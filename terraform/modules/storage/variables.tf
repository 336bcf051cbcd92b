variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "noncurrent_days" {
  description = "How long replaced and deleted objects can be brought back."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_days >= 1
    error_message = "Old versions are kept for a day at least."
  }
}

variable "log_days" {
  description = "How long access logs are kept."
  type        = number
  default     = 365

  validation {
    condition     = var.log_days >= 1
    error_message = "Access logs are kept for a day at least."
  }
}

variable "images_kept" {
  description = "Container images that are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.images_kept >= 2
    error_message = "Keep two images at least, or there is none to roll back to."
  }
}

variable "force_destroy" {
  description = "Whether destroy deletes buckets and images that are not empty."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Key that encrypts what is stored."
  type        = string
}

