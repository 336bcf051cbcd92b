terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }

  # Bucket and region: terraform init -backend-config=backend.hcl
  backend "s3" {
    key          = "realeyez/dev.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "realeyez"
      Environment = "dev"
      ManagedBy   = "terraform"
    }
  }
}
