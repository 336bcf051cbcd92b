variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "environment" {
  description = "Value of the tag Environment: dev or prod."
  type        = string

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The environments are dev and prod."
  }
}

variable "protected" {
  description = "Whether what holds data or is pointed at refuses to be destroyed."
  type        = bool
  default     = true
}

variable "domain_name" {
  description = "Name that the service is reached by, such as realeyez.example.org."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone that holds the name."
  type        = string
}

variable "emails" {
  description = "Who is told of alarms and of money."
  type        = set(string)
}

variable "budget_usd" {
  description = "What a month may cost before somebody is told; null: nobody is."
  type        = number
  default     = 200
}

variable "network" {
  description = "The network's size and its ways out."
  type = object({
    cidr                = optional(string, "10.20.0.0/16")
    zone_count          = optional(number, 2)
    nat_per_zone        = optional(bool, false)
    interface_endpoints = optional(set(string), [])
    flow_logs           = optional(string, "ALL")
  })
  default = {}
}

variable "database" {
  description = "The database's size."
  type = object({
    instance_class = optional(string, "db.t4g.micro")
    storage_gib    = optional(number, 20)
    multi_az       = optional(bool, true)
    backup_days    = optional(number, 14)
  })
  default = {}
}

variable "service" {
  description = "The service: image by digest, model, hosts."
  type = object({
    image                = string
    model                = optional(string, "bundled")
    settings             = optional(map(string), {})
    gpu                  = optional(bool, false)
    instance_type        = optional(string, "t3.medium")
    size                 = optional(object({ min = number, max = number }), { min = 1, max = 3 })
    requests_per_address = optional(number, 3000)
  })
}

variable "monitoring" {
  description = "The monitoring host."
  type = object({
    instance_type = optional(string, "t3.small")
    data_gib      = optional(number, 20)
  })
  default = {}
}

variable "ci" {
  description = "The Jenkins host; null: none. bundle_dir, webhook: see its module."
  type = object({
    instance_type    = optional(string, "t3.medium")
    data_gib         = optional(number, 30)
    bundle_dir       = optional(string)
    deploy_role_arns = optional(set(string), [])
    webhook_cidrs    = optional(list(string), [])
  })
  default = null
}

variable "training" {
  description = "Training on spot GPUs; null: none."
  type = object({
    image          = string
    instance_types = optional(list(string), ["g4dn.xlarge", "g5.xlarge", "g6.xlarge"])
    max_vcpus      = optional(number, 4)
  })
  default = null
}

variable "eks" {
  description = "A Kubernetes cluster; null: none."
  type = object({
    admin_role_arns = optional(set(string), [])
  })
  default = null
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

