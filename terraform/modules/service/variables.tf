variable "name" {
  description = "Name of the environment and prefix of every name in it, such as realeyez-dev."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "A name has 3 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "image" {
  description = "The container image, by digest: REGISTRY/NAME@sha256:…"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest, REGISTRY/NAME@sha256:…; a tag can come to mean another image."
  }
}

variable "model" {
  description = "The model: bundled (the image's own) or s3://BUCKET/PREFIX/VERSION."
  type        = string
  default     = "bundled"

  validation {
    condition     = var.model == "bundled" || can(regex("^s3://[a-z0-9.-]+/[A-Za-z0-9._/-]+$", var.model))
    error_message = "A model is bundled or s3://BUCKET/PREFIX/VERSION."
  }
}

variable "settings" {
  description = "More settings of the service, REALEYEZ_*; see docs/api.md."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.settings : can(regex("^REALEYEZ_[A-Z_]+$", name)) && !can(regex("\n", value))])
    error_message = "Settings are named REALEYEZ_* and fit on one line."
  }

  validation {
    condition     = length(setintersection(keys(var.settings), ["REALEYEZ_DATABASE", "REALEYEZ_KEYS", "REALEYEZ_HOST", "REALEYEZ_PORT"])) == 0
    error_message = "Database, keys, host and port are the module's to set."
  }
}

variable "gpu" {
  description = "Whether the hosts have a GPU; then name an instance type that has one, and the GPU image."
  type        = bool
  default     = false
}

variable "instance_type" {
  description = "Size of a host."
  type        = string
  default     = "t3.medium"

  validation {
    condition     = !var.gpu || can(regex("^(g|p)[0-9]", var.instance_type))
    error_message = "With gpu, an instance type that has one, such as g4dn.xlarge."
  }

  validation {
    condition     = !can(regex("^([a-z]+[0-9]+g[a-z]*)\\.", var.instance_type))
    error_message = "The image is built for x86-64; Graviton machines (t4g, c7g, …) cannot run it."
  }
}

variable "volume_gib" {
  description = "Disk of a host; the GPU system image wants 80."
  type        = number
  default     = 30

  validation {
    condition     = var.volume_gib >= (var.gpu ? 80 : 30)
    error_message = "The system image wants 30 GiB, that with GPU drivers 80."
  }
}

variable "size" {
  description = "Least and most hosts."
  type        = object({ min = number, max = number })
  default     = { min = 1, max = 3 }

  validation {
    condition     = var.size.min >= 1 && var.size.max >= var.size.min
    error_message = "One host at least, and no fewer at most than at least."
  }
}

variable "target_queue_seconds" {
  description = "How long a picture may wait on average; the hosts are as many as that takes."
  type        = number
  default     = 0.2

  validation {
    condition     = var.target_queue_seconds > 0
    error_message = "A positive time in seconds."
  }
}

variable "target_latency_seconds" {
  description = "What the slowest twentieth of the answers may take before hosts are added."
  type        = number
  default     = 2

  validation {
    condition     = var.target_latency_seconds > 0
    error_message = "A positive time in seconds."
  }
}

variable "requests_per_address" {
  description = "Requests that one address may make in five minutes."
  type        = number
  default     = 3000

  validation {
    condition     = var.requests_per_address >= 10
    error_message = "AWS WAF counts from ten on."
  }
}

variable "domain_name" {
  description = "Name that the service is reached by, such as realeyez.example.org."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain_name)) && length(var.domain_name) <= 64
    error_message = "A domain name in lower case, up to 64 characters (a certificate's limit)."
  }
}

variable "zone_id" {
  description = "Route 53 zone that holds the name."
  type        = string

  validation {
    condition     = can(regex("^[A-Z0-9]{10,32}$", var.zone_id))
    error_message = "A hosted zone's id, such as Z0123456789ABCDEFGHIJ."
  }
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "public_subnet_ids" {
  description = "Subnets of the load balancer."
  type        = list(string)
}

variable "private_subnet_ids" {
  description = "Subnets of the hosts."
  type        = list(string)
}

variable "database" {
  description = "Where the database is, its secret, and its security group."
  type = object({
    address           = string
    name              = string
    secret_arn        = string
    security_group_id = string
  })
}

variable "repository_arn" {
  description = "Image repository that the hosts may pull from."
  type        = string
}

variable "log_bucket" {
  description = "Bucket for the balancer's access logs."
  type        = string
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
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

