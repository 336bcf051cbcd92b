"""The bucket of the states, made and destroyed."""

from pathlib import Path

import pytest
from tests.infra.terraform.conftest import Session, Terraform

pytestmark = pytest.mark.slow


def test_the_bucket_of_the_states(tree: Path, aws: dict[str, str], client: Session) -> None:
    terraform = Terraform(tree / "terraform" / "bootstrap", aws)
    terraform.init()
    terraform("apply", "-no-color", "-auto-approve", "-var=force_destroy=true")
    bucket = terraform("output", "-raw", "bucket")

    s3 = client("s3")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"

    terraform("destroy", "-no-color", "-auto-approve", "-var=force_destroy=true", "-refresh=false")
    assert s3.list_buckets()["Buckets"] == []
