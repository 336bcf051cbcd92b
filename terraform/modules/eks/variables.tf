variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes of the control plane and the nodes."
  type        = string
  default     = "1.34"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "A minor version of Kubernetes, such as 1.34."
  }
}

variable "subnet_ids" {
  description = "Private subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "EKS wants subnets in two zones."
  }
}

variable "system_nodes" {
  description = "Nodes without a GPU."
  type        = object({ instance_type = string, min = number, max = number })
  default     = { instance_type = "t3.medium", min = 2, max = 4 }

  validation {
    condition     = var.system_nodes.min >= 1 && var.system_nodes.max >= var.system_nodes.min
    error_message = "One node at least, and no fewer at most than at least."
  }
}

variable "gpu_nodes" {
  description = "Spot nodes with a GPU; none runs until it is asked for."
  type        = object({ instance_types = list(string), max = number })
  default     = { instance_types = ["g4dn.xlarge", "g5.xlarge", "g6.xlarge"], max = 2 }

  validation {
    condition     = var.gpu_nodes.max >= 1 && alltrue([for type in var.gpu_nodes.instance_types : can(regex("^(g|p)[0-9]", type))])
    error_message = "Instance types with an NVIDIA GPU, and one node at most at least."
  }
}

variable "service_account" {
  description = "Service account of the pods that may read models."
  type        = object({ namespace = string, name = string })
  default     = { namespace = "realeyez", name = "realeyez" }
}

variable "admin_role_arns" {
  description = "IAM roles that administer the cluster."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.admin_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", arn))])
    error_message = "ARNs of IAM roles."
  }
}

variable "model_bucket_arn" {
  description = "Bucket of the models."
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
