"""Where a model comes from: bundled with the package, a path, or an S3 prefix."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from realeyez.models.cache import Cache, default_folder, sha256
from realeyez.models.errors import ModelError, Unreachable
from realeyez.models.manifest import Manifest

MANIFEST_NAME = "realeyez-b0.json"

log = logging.getLogger(__name__)

Reader = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Model:
    """A manifest and the ONNX file that it has vouched for."""

    manifest: Manifest
    onnx: bytes


def load_model(location: str = "bundled", cache: Path | None = None) -> Model:
    """Read and verify a model.

    location: `bundled`, a folder, the path of a manifest, or `s3://bucket/prefix/version`.
    cache: the folder that keeps what comes from S3; None: the user's own.
    Raises `ModelError` if anything is missing, malformed, or does not match its manifest.
    """
    if location.startswith("s3://"):
        return _from_s3(location, Cache(cache or default_folder()))
    if location == "bundled":
        bundled = resources.files("realeyez.models") / "bundled"
        return _from_files(lambda name: (bundled / name).read_bytes(), MANIFEST_NAME, location)
    path = Path(location)
    folder, name = (path.parent, path.name) if path.suffix == ".json" else (path, MANIFEST_NAME)
    return _from_files(lambda name: (folder / name).read_bytes(), name, location)


def _from_files(read: Reader, manifest_name: str, location: str) -> Model:
    try:
        manifest = _manifest(read(manifest_name), location)
        return _verified(manifest, read(manifest.file), location)
    except OSError as error:
        raise ModelError(f"Cannot read the model {location!r}: {error}") from error


def _from_s3(location: str, cache: Cache) -> Model:
    """S3 says which model it is; the cache may have its file. While S3 is away, the cache has the
    last word that was verified."""
    from realeyez.models.s3 import S3Folder  # boto3 is slow to import, and only this needs it

    folder = S3Folder(location)
    try:
        raw = folder.read(MANIFEST_NAME)
        manifest = _manifest(raw, location)
        onnx = cache.get(manifest.sha256)
        if onnx is None:
            onnx = folder.read(manifest.file)
            _verified(manifest, onnx, location)
            cache.put(onnx)
        cache.point(folder.address, cache.put(raw))
        return Model(manifest, onnx)
    except Unreachable as error:
        if (model := _from_cache(folder.address, location, cache)) is None:
            raise
        log.warning("Version %s is used, from the cache: %s", model.manifest.version, error)
        return model


def _from_cache(address: str, location: str, cache: Cache) -> Model | None:
    """What the address led to last, if all of it is there and undamaged."""
    digest = cache.target(address)
    raw = cache.get(digest) if digest else None
    if raw is None:
        return None
    manifest = _manifest(raw, location)
    onnx = cache.get(manifest.sha256)
    return None if onnx is None else Model(manifest, onnx)


def _manifest(raw: bytes, location: str) -> Manifest:
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        raise ModelError(f"The manifest of {location!r} is not valid: {error}") from error


def _verified(manifest: Manifest, onnx: bytes, location: str) -> Model:
    if (digest := sha256(onnx)) != manifest.sha256:
        raise ModelError(
            f"{manifest.file} of {location!r} is not the file that its manifest describes "
            f"(sha256 {digest}, expected {manifest.sha256}). Fetch or export the model again."
        )
    return Model(manifest, onnx)
