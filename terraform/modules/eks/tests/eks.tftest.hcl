mock_provider "aws" {
  source = "../../mocks"
}

override_resource {
  target = aws_eks_cluster.this
  values = {
    identity = [{ oidc = [{ issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/TEST" }] }]
  }
  override_during = plan
}

override_resource {
  target          = aws_iam_openid_connect_provider.this
  values          = { arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/TEST" }
  override_during = plan
}

variables {
  name             = "realeyez-test"
  subnet_ids       = ["subnet-1", "subnet-2"]
  model_bucket_arn = "arn:aws:s3:::models"
  kms_key_arn      = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

run "the_cluster_is_private_and_keeps_its_secrets" {
  command = plan

  assert {
    condition     = !aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.kms_key_arn
    error_message = "No public endpoint, secrets encrypted."
  }

  assert {
    condition     = length(aws_eks_cluster.this.enabled_cluster_log_types) == 5
    error_message = "Every log of the control plane."
  }
}

run "gpu_nodes_wait_to_be_asked_for" {
  command = plan

  assert {
    condition     = aws_eks_node_group.gpu.scaling_config[0].desired_size == 0 && one(aws_eks_node_group.gpu.taint).key == "nvidia.com/gpu"
    error_message = "None at first, and only for pods that want a GPU."
  }
}

run "one_service_account_reads_models" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.service.assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.eu-west-1.amazonaws.com/id/TEST:sub"] == "system:serviceaccount:realeyez:realeyez"
    error_message = "Pods of realeyez/realeyez, and no others."
  }
}

run "bad_values_are_named" {
  command = plan

  variables {
    kubernetes_version = "latest"
    subnet_ids         = ["subnet-1"]
    system_nodes       = { instance_type = "t3.medium", min = 0, max = 0 }
    gpu_nodes          = { instance_types = ["t3.medium"], max = 1 }
    admin_role_arns    = ["admin"]
  }

  expect_failures = [var.kubernetes_version, var.subnet_ids, var.system_nodes, var.gpu_nodes, var.admin_role_arns]
}
