"""Where a model comes from: bundled with the package, a path, or an S3 prefix."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from realeyez.models.manifest import Manifest

MANIFEST_NAME = "realeyez-b0.json"

Reader = Callable[[str], bytes]


class ModelError(Exception):
    """The model cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Model:
    """A manifest and the ONNX file that it has vouched for."""

    manifest: Manifest
    onnx: bytes


def load_model(location: str = "bundled") -> Model:
    """Read and verify a model.

    location: `bundled`, a folder, the path of a manifest, or `s3://bucket/prefix`.
    Raises `ModelError` if anything is missing, malformed, or does not match its manifest.
    """
    read, manifest_name = _reader(location)
    try:
        manifest = Manifest.model_validate_json(_fetch(read, manifest_name, location))
    except ValidationError as error:
        raise ModelError(
            f"The manifest {manifest_name} of {location!r} is not valid: {error}"
        ) from error
    onnx = _fetch(read, manifest.file, location)
    digest = hashlib.sha256(onnx).hexdigest()
    if digest != manifest.sha256:
        raise ModelError(
            f"{manifest.file} of {location!r} is not the file that its manifest describes "
            f"(sha256 {digest}, expected {manifest.sha256}). Fetch or export the model again."
        )
    return Model(manifest, onnx)


def _fetch(read: Reader, name: str, location: str) -> bytes:
    try:
        return read(name)
    except Exception as error:  # file system and boto3 share no base class
        raise ModelError(f"Cannot read {name} of the model {location!r}: {error}") from error


def _reader(location: str) -> tuple[Reader, str]:
    """How to read a file that lies beside the manifest, and the manifest's own name."""
    if location == "bundled":
        bundled = resources.files("realeyez.models") / "bundled"
        return lambda name: (bundled / name).read_bytes(), MANIFEST_NAME
    if location.startswith("s3://"):
        return _s3_reader(location), MANIFEST_NAME
    path = Path(location)
    folder, name = (path.parent, path.name) if path.suffix == ".json" else (path, MANIFEST_NAME)
    return lambda name: (folder / name).read_bytes(), name


def _s3_reader(location: str) -> Reader:
    import boto3  # slow to import, and only this source needs it

    address = urlsplit(location)
    prefix = address.path.strip("/")

    def read(name: str) -> bytes:
        key = f"{prefix}/{name}" if prefix else name
        return boto3.client("s3").get_object(Bucket=address.netloc, Key=key)["Body"].read()

    return read
