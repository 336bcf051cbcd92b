variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "image" {
  description = "Container image with the extra `train`, by digest: REGISTRY/NAME@sha256:…"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest, REGISTRY/NAME@sha256:…; a tag can come to mean another image."
  }
}

variable "data_bucket" {
  description = "Bucket of the data sets; runs are kept there too, under runs/."
  type        = string
}

variable "instance_types" {
  description = "Machines with a GPU that may be used; several find spot capacity sooner."
  type        = list(string)
  default     = ["g4dn.xlarge", "g5.xlarge", "g6.xlarge"]

  validation {
    condition     = length(var.instance_types) >= 1 && alltrue([for type in var.instance_types : can(regex("^(g|p)[0-9]", type))])
    error_message = "Instance types with an NVIDIA GPU, such as g4dn.xlarge."
  }
}

variable "max_vcpus" {
  description = "Most CPUs at a time; four a machine."
  type        = number
  default     = 4

  validation {
    condition     = var.max_vcpus >= 4
    error_message = "The smallest machine with a GPU has four CPUs."
  }
}

variable "job" {
  description = "What a job gets, and the hours after which it is ended."
  type        = object({ vcpus = number, memory_mib = number, hours = number })
  default     = { vcpus = 4, memory_mib = 14000, hours = 24 }

  validation {
    condition     = var.job.vcpus >= 1 && var.job.memory_mib >= 4096 && var.job.hours >= 1
    error_message = "One CPU, 4096 MiB and one hour at least."
  }
}

variable "volume_gib" {
  description = "Disk of a machine: system, image and data set."
  type        = number
  default     = 100

  validation {
    condition     = var.volume_gib >= 60
    error_message = "System and image alone take 60 GiB."
  }
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets."
  type        = list(string)
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
