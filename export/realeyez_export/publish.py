"""A model folder → S3, where `REALEYEZ_MODEL=s3://…` finds it."""

from pathlib import Path
from urllib.parse import urlsplit

import boto3

from realeyez.models import load_model
from realeyez.models.store import MANIFEST_NAME
from realeyez_export.errors import ExportError


def publish(folder: Path, destination: str) -> None:
    """Upload a verified model to `s3://bucket/prefix`, the manifest last.

    Raises `ModelError` if the folder's model does not match its manifest, `ExportError` if the
    address is not one of S3.
    """
    manifest = load_model(str(folder)).manifest
    address = urlsplit(destination)
    if address.scheme != "s3" or not address.netloc:
        raise ExportError(f"{destination} is not of the form s3://bucket/prefix.")
    prefix = address.path.strip("/")
    client = boto3.client("s3")
    for name in (manifest.file, MANIFEST_NAME):
        key = f"{prefix}/{name}" if prefix else name
        client.upload_file(str(folder / name), address.netloc, key)
