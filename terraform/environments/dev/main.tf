# One of everything, nothing protected: under 200 USD a month (../../COSTS.md).
module "realeyez" {
  source = "../../modules/realeyez"

  name        = "realeyez-dev"
  environment = "dev"
  protected   = false

  domain_name = var.domain_name
  zone_id     = var.zone_id
  emails      = var.emails
  budget_usd  = var.budget_usd

  network  = { flow_logs = "REJECT" }
  database = { multi_az = false, backup_days = 7 }

  service = {
    image         = var.image
    model         = var.model
    gpu           = var.gpu
    instance_type = var.gpu ? "g4dn.xlarge" : "t3.medium"
    size          = { min = 1, max = 2 }
  }

  ci       = { bundle_dir = local.jenkins }
  training = var.training_image == null ? null : { image = var.training_image }
  eks      = var.eks ? {} : null
}

# The Jenkins host installs itself from the repository's own folder, once it has an installer.
locals {
  repository = "${path.root}/../../.."
  jenkins    = fileexists("${local.repository}/deploy/jenkins/install.sh") ? "${local.repository}/deploy/jenkins" : null
}
