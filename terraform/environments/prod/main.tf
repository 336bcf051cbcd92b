# Two of what must not stop, and everything protected; what it costs: ../../COSTS.md.
module "realeyez" {
  source = "../../modules/realeyez"

  name        = "realeyez-prod"
  environment = "prod"

  domain_name = var.domain_name
  zone_id     = var.zone_id
  emails      = var.emails
  budget_usd  = var.budget_usd

  network = {
    cidr                = "10.30.0.0/16"
    nat_per_zone        = true
    interface_endpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages"]
  }

  database = { instance_class = "db.t4g.small", storage_gib = 50 }

  service = {
    image         = var.image
    model         = var.model
    gpu           = var.gpu
    instance_type = var.gpu ? "g4dn.xlarge" : "c7i.large"
    size          = { min = 2, max = 8 }
  }

  monitoring = { instance_type = "t3.medium", data_gib = 50 }
  ci = {
    instance_type    = "t3.large"
    data_gib         = 100
    bundle_dir       = local.jenkins
    deploy_role_arns = var.deploy_role_arns
    webhook_cidrs    = var.webhook_cidrs
  }
  training = var.training_image == null ? null : { image = var.training_image }
  eks      = var.eks ? { admin_role_arns = var.eks_admin_role_arns } : null
}

# The Jenkins host installs itself from the repository's own folder, once it has an installer.
locals {
  repository = "${path.root}/../../.."
  jenkins    = fileexists("${local.repository}/deploy/jenkins/install.sh") ? "${local.repository}/deploy/jenkins" : null
}
