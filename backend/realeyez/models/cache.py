"""Models from elsewhere, kept on disk. Files are named by their sha256, so that none can be wrong
unnoticed, and whoever writes one at the same time writes the same."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import time
import uuid
from pathlib import Path

import platformdirs

log = logging.getLogger(__name__)

_ABANDONED = 3600  # seconds: nobody writes a file for that long


def default_folder() -> Path:
    """In this user's cache folder: `~/.cache/realeyez` or $XDG_CACHE_HOME's."""
    return platformdirs.user_cache_path("realeyez", appauthor=False) / "models"


class Cache:
    """Bytes by their sha256, and which of them an address last led to.

    files/<sha256>             a manifest or an ONNX file
    addresses/<sha256 of it>   the sha256 of the manifest that was verified last

    A cache that cannot be read or written is none: that is logged, and nothing fails.
    """

    def __init__(self, folder: Path) -> None:
        self._files = folder / "files"
        self._addresses = folder / "addresses"

    def path(self, digest: str) -> Path:
        """Where the bytes of that sha256 lie, if they do."""
        return self._files / digest

    def get(self, digest: str) -> bytes | None:
        """The bytes of that sha256; None if they are not there, or are damaged."""
        data = _read(self.path(digest))
        if data is None or sha256(data) == digest:
            return data
        log.warning("%s is damaged: it will not be used", self.path(digest))
        return None

    def put(self, data: bytes) -> str:
        """Keep the bytes; their sha256. In place of those that were damaged."""
        digest = sha256(data)
        if _read(self.path(digest)) != data:
            _write(self.path(digest), data)
        return digest

    def target(self, address: str) -> str | None:
        """The sha256 that was last noted for the address."""
        note = (_read(self._note(address)) or b"").decode("ascii", "replace")
        return note if re.fullmatch(r"[0-9a-f]{64}", note) else None

    def point(self, address: str, digest: str) -> None:
        """Note the sha256 for the address."""
        if self.target(address) != digest:
            _write(self._note(address), digest.encode())

    def _note(self, address: str) -> Path:
        return self._addresses / sha256(address.encode())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("The model cache cannot be read: %s", error)
        return None


def _write(path: Path, data: bytes) -> None:
    """All or nothing: a kill leaves a file that nobody reads, and that a later write removes."""
    part = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        log.warning("The model cannot be kept for the next start: %s", error)


def _sweep(folder: Path) -> None:
    for part in folder.glob("*.part"):
        with contextlib.suppress(FileNotFoundError):  # its writer has just ended
            if time.time() - part.stat().st_mtime > _ABANDONED:
                part.unlink()
