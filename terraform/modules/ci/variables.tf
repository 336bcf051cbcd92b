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
  default     = "t3.medium"
}

variable "data_gib" {
  description = "Volume of Jenkins' home."
  type        = number
  default     = 30
}

variable "bundle_dir" {
  description = "Folder with an install.sh that sets Jenkins up; null: a plain Jenkins."
  type        = string
  default     = null
}

variable "bundle_bucket" {
  description = "Bucket that carries it."
  type        = string
}

variable "repository_arn" {
  description = "Image repository that it pushes to."
  type        = string
}

variable "repository_url" {
  description = "Where that is."
  type        = string
}

variable "deploy_role_arns" {
  description = "Roles that it may take to apply Terraform."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.deploy_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/", arn))])
    error_message = "ARNs of IAM roles."
  }
}

variable "webhook" {
  description = "Lets GitHub's webhook in by a load balancer, from up to four ranges (https://api.github.com/meta, hooks)."
  type = object({
    listener_arn               = string
    balancer_security_group_id = string
    cidrs                      = list(string)
  })
  default = null

  validation {
    condition     = var.webhook == null || try(length(var.webhook.cidrs) >= 1 && length(var.webhook.cidrs) <= 4 && alltrue([for cidr in var.webhook.cidrs : can(cidrhost(cidr, 0))]), false)
    error_message = "One to four address ranges; a listener's rule takes five values, and the path is one."
  }
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
