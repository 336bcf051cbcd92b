# The whole of an environment: wiring, and nothing else.

module "encryption" {
  source = "../encryption"

  name                 = var.name
  deletion_window_days = var.protected ? 30 : 7
}

module "network" {
  source = "../network"

  name                = var.name
  cidr                = var.network.cidr
  zone_count          = var.network.zone_count
  nat_per_zone        = var.network.nat_per_zone
  interface_endpoints = var.network.interface_endpoints
  flow_logs           = var.network.flow_logs
  log_retention_days  = var.log_retention_days
  kms_key_arn         = module.encryption.key_arn
}

module "storage" {
  source = "../storage"

  name            = var.name
  noncurrent_days = var.protected ? 90 : 14
  log_days        = var.log_retention_days
  force_destroy   = !var.protected
  kms_key_arn     = module.encryption.key_arn
}

module "database" {
  source = "../database"

  name           = var.name
  vpc_id         = module.network.vpc_id
  subnet_ids     = module.network.database_subnet_ids
  instance_class = var.database.instance_class
  storage_gib    = var.database.storage_gib
  multi_az       = var.database.multi_az
  backup_days    = var.database.backup_days
  clients = merge(
    { service = module.service.security_group_id },
    var.eks == null ? {} : { cluster = module.eks[0].security_group_id },
  )
  deletion_protection = var.protected
  log_retention_days  = var.log_retention_days
  kms_key_arn         = module.encryption.key_arn
}

module "service" {
  source = "../service"

  name                 = var.name
  image                = var.service.image
  model                = var.service.model
  settings             = var.service.settings
  gpu                  = var.service.gpu
  instance_type        = var.service.instance_type
  volume_gib           = var.service.gpu ? 80 : 30
  size                 = var.service.size
  requests_per_address = var.service.requests_per_address
  domain_name          = var.domain_name
  zone_id              = var.zone_id
  vpc_id               = module.network.vpc_id
  public_subnet_ids    = module.network.public_subnet_ids
  private_subnet_ids   = module.network.private_subnet_ids
  repository_arn       = module.storage.repository_arn
  log_bucket           = module.storage.log_bucket

  database = {
    address           = module.database.address
    name              = module.database.database
    secret_arn        = module.database.secret_arn
    security_group_id = module.database.security_group_id
  }

  deletion_protection = var.protected
  log_retention_days  = var.log_retention_days
  kms_key_arn         = module.encryption.key_arn
}

module "monitoring" {
  source = "../monitoring"

  name          = var.name
  vpc_id        = module.network.vpc_id
  subnet_id     = module.network.private_subnet_ids[0]
  instance_type = var.monitoring.instance_type
  data_gib      = var.monitoring.data_gib
  bundle_bucket = module.storage.bucket_names["artifacts"]
  site_url      = "https://${var.domain_name}"
  emails        = var.emails
  database      = module.database.identifier

  service = {
    balancer          = module.service.balancer
    target_group      = module.service.target_group
    scaling_group     = module.service.scaling_group
    max_hosts         = var.service.size.max
    security_group_id = module.service.security_group_id
    log_group         = module.service.log_group
  }

  log_retention_days = var.log_retention_days
  kms_key_arn        = module.encryption.key_arn
}

module "ci" {
  source = "../ci"
  count  = var.ci == null ? 0 : 1

  name             = var.name
  vpc_id           = module.network.vpc_id
  subnet_id        = module.network.private_subnet_ids[0]
  instance_type    = var.ci.instance_type
  data_gib         = var.ci.data_gib
  bundle_dir       = var.ci.bundle_dir
  bundle_bucket    = module.storage.bucket_names["artifacts"]
  repository_arn   = module.storage.repository_arn
  repository_url   = module.storage.repository_url
  deploy_role_arns = var.ci.deploy_role_arns

  webhook = length(var.ci.webhook_cidrs) == 0 ? null : {
    listener_arn               = module.service.listener_arn
    balancer_security_group_id = module.service.balancer_security_group_id
    cidrs                      = var.ci.webhook_cidrs
  }

  log_retention_days = var.log_retention_days
  kms_key_arn        = module.encryption.key_arn
}

module "training" {
  source = "../training"
  count  = var.training == null ? 0 : 1

  name               = var.name
  image              = var.training.image
  instance_types     = var.training.instance_types
  max_vcpus          = var.training.max_vcpus
  data_bucket        = module.storage.bucket_names["data"]
  vpc_id             = module.network.vpc_id
  subnet_ids         = module.network.private_subnet_ids
  log_retention_days = var.log_retention_days
  kms_key_arn        = module.encryption.key_arn
}

module "eks" {
  source = "../eks"
  count  = var.eks == null ? 0 : 1

  name               = var.name
  subnet_ids         = module.network.private_subnet_ids
  admin_role_arns    = var.eks.admin_role_arns
  model_bucket_arn   = module.storage.bucket_arns["models"]
  log_retention_days = var.log_retention_days
  kms_key_arn        = module.encryption.key_arn
}

module "budget" {
  source = "../budget"
  count  = var.budget_usd == null ? 0 : 1

  name        = var.name
  environment = var.environment
  limit_usd   = var.budget_usd
  emails      = var.emails
  topic_arn   = module.monitoring.topic_arn
}
