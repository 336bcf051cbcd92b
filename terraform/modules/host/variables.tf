variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "role" {
  description = "What the machine is for: ci or monitoring."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,12}$", var.role))
    error_message = "A role has 2 to 12 lower-case letters."
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
}

variable "data_gib" {
  description = "Volume at /data, which outlives the machine."
  type        = number

  validation {
    condition     = var.data_gib >= 10
    error_message = "10 GiB at least."
  }
}

variable "bundle_dir" {
  description = "Folder that the machine installs itself from; it is copied to /opt/realeyez."
  type        = string
}

variable "bundle_files" {
  description = "Which of its files: patterns."
  type        = set(string)
  default     = ["**"]
}

variable "bundle_bucket" {
  description = "Bucket that carries it."
  type        = string
}

variable "installer" {
  description = "Script in the bundle that is run at the first start."
  type        = string
  default     = "install.sh"
}

variable "environment" {
  description = "Variables for the installer; no secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.environment : can(regex("^[A-Z][A-Z0-9_]*$", name)) && !can(regex("['\n]", value))])
    error_message = "Variables are named in capitals, and their values hold no quotes and no line breaks."
  }
}

variable "statements" {
  description = "What else its role may do: statements of an IAM policy."
  type        = any
  default     = []
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
