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

variable "subnet_ids" {
  description = "Subnets without a way out, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS wants subnets in two zones."
  }
}

variable "clients" {
  description = "Security groups that may connect, by what they are."
  type        = map(string)
  default     = {}
}

variable "engine_version" {
  description = "PostgreSQL, its major version or an exact one."
  type        = string
  default     = "15" # what the tests run with

  validation {
    condition     = can(regex("^1[5-9](\\.[0-9]+)?$", var.engine_version))
    error_message = "PostgreSQL 15 or newer."
  }
}

variable "instance_class" {
  description = "Size of the machine."
  type        = string
  default     = "db.t4g.micro"

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "A class of RDS, such as db.t4g.micro."
  }
}

variable "storage_gib" {
  description = "Storage at first; it grows to five times that by itself."
  type        = number
  default     = 20

  validation {
    condition     = var.storage_gib >= 20
    error_message = "gp3 begins at 20 GiB."
  }
}

variable "multi_az" {
  description = "A standby in a second zone."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "How far back the database can be restored to any second."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "RDS keeps backups for up to 35 days, and without one nothing can be restored."
  }
}

variable "deletion_protection" {
  description = "Whether destroy is refused, and a last snapshot taken."
  type        = bool
  default     = true
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

