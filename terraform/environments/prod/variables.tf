variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-1"
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

variable "image" {
  description = "The service's image, by digest: REGISTRY/NAME@sha256:…"
  type        = string
}

variable "model" {
  description = "The model: bundled (the image's own) or s3://BUCKET/PREFIX/VERSION."
  type        = string
  default     = "bundled"
}

variable "gpu" {
  description = "Hosts with a GPU, and the image for it: see COSTS.md first."
  type        = bool
  default     = false
}

variable "budget_usd" {
  description = "What a month may cost before somebody is told; null: nobody is."
  type        = number
  default     = 700
}

variable "training_image" {
  description = "Training on spot GPUs with this image, by digest; null: none."
  type        = string
  default     = null
}

variable "eks" {
  description = "Whether there is a Kubernetes cluster."
  type        = bool
  default     = false
}

variable "deploy_role_arns" {
  description = "Roles that Jenkins may take to apply Terraform."
  type        = set(string)
  default     = []
}

variable "webhook_cidrs" {
  description = "Where GitHub's webhook comes from, up to four ranges of https://api.github.com/meta."
  type        = list(string)
  default     = []
}

variable "eks_admin_role_arns" {
  description = "IAM roles that administer the cluster."
  type        = set(string)
  default     = []
}
