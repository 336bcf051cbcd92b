variable "region" {
  description = "AWS region of the state."
  type        = string
  default     = "us-east-1"
}

variable "force_destroy" {
  description = "Whether destroy deletes the states too."
  type        = bool
  default     = false
}
