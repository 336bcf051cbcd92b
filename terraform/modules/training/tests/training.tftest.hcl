mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "realeyez-test"
  image       = "docker.io/realeyez/train@sha256:abababababababababababababababababababababababababababababababab"
  data_bucket = "data"
  vpc_id      = "vpc-1"
  subnet_ids  = ["subnet-1"]
  kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/test"
}

override_resource {
  target          = aws_iam_role.job
  values          = { arn = "arn:aws:iam::123456789012:role/job" }
  override_during = plan
}

override_resource {
  target          = aws_iam_role.execution
  values          = { arn = "arn:aws:iam::123456789012:role/execution" }
  override_during = plan
}

run "idle_it_costs_nothing" {
  command = plan

  assert {
    condition     = aws_batch_compute_environment.this.compute_resources[0].min_vcpus == 0 && aws_batch_compute_environment.this.compute_resources[0].type == "SPOT"
    error_message = "Spot machines, and none when there is no job."
  }
}

run "a_job_has_a_gpu_and_outlives_its_machine" {
  command = plan

  assert {
    condition     = contains([for need in jsondecode(aws_batch_job_definition.this.container_properties).resourceRequirements : "${need.type}=${need.value}"], "GPU=1")
    error_message = "A GPU."
  }

  assert {
    condition     = aws_batch_job_definition.this.retry_strategy[0].evaluate_on_exit[0].action == "RETRY" && strcontains(jsondecode(aws_batch_job_definition.this.container_properties).command[2], "--mirror")
    error_message = "It is tried again where the machine was taken, and goes on from S3."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.job.policy).Statement : statement.Sid != "KeepTheRun" || statement.Resource == "arn:aws:s3:::data/runs/*"])
    error_message = "It writes its runs, and no data."
  }
}

run "bad_values_are_named" {
  command = plan

  variables {
    image          = "train:latest"
    instance_types = ["t3.medium"]
    max_vcpus      = 1
    volume_gib     = 8
    job            = { vcpus = 0, memory_mib = 1, hours = 0 }
  }

  expect_failures = [var.image, var.instance_types, var.max_vcpus, var.volume_gib, var.job]
}
