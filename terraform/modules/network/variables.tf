variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "cidr" {
  description = "Addresses of the network; a /16 to a /20."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.cidr)) && try(tonumber(split("/", var.cidr)[1]), 0) >= 16 && try(tonumber(split("/", var.cidr)[1]), 32) <= 20
    error_message = "The network is an IPv4 range between /16 and /20, such as 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "Availability zones that are used."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "A load balancer and a database want two zones; more than three are not planned for."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway for each zone, so that none depends on another's; else one for all."
  type        = bool
  default     = false
}

variable "interface_endpoints" {
  description = "AWS services reached without the NAT gateway, such as ecr.dkr; each costs by the hour and zone."
  type        = set(string)
  default     = []
}

variable "flow_logs" {
  description = "Connections that are logged."
  type        = string
  default     = "ALL"

  validation {
    condition     = contains(["ALL", "ACCEPT", "REJECT"], var.flow_logs)
    error_message = "Flow logs hold ALL, ACCEPT or REJECT."
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

