"""The files of a source, in a folder or on S3: listed, and read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from realeyez.pipeline.decode import MAX_BYTES
from realeyez.pipeline.errors import PictureError, TooManyBytes
from realeyez_training.curate.sources import Source
from realeyez_training.data import s3
from realeyez_training.errors import InputError


class Unreadable(PictureError):
    """The file system does not give the bytes; another day it may."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a source: `name` below the source's location, `version` that changes with it."""

    source: Source
    name: str
    location: Path | s3.Object
    version: str

    @property
    def address(self) -> str:
        """What a person finds it by."""
        return self.location.url if isinstance(self.location, s3.Object) else str(self.location)

    @property
    def key(self) -> str:
        """Equal keys, equal bytes."""
        return f"{self.address} {self.version}"


def list_files(source: Source) -> list[File]:
    """Every file of the source, whatever its name, in the order of names.

    Raises `InputError` if it cannot be listed, holds nothing, or no name tells a group.
    """
    listed = _listed_on_s3(source) if source.on_s3 else _listed_in_folder(source)
    if not listed:
        raise InputError(f"{source.location}, of the source {source.name}, holds no files.")
    files = [file for file in listed if source.includes(file.name)]
    if not files:
        raise InputError(
            f"include of the source {source.name} fits none of its files, such as {listed[0].name}."
        )
    if source.group_by and not any(source.group_of(file.name) for file in files):
        raise InputError(
            f"group_by of the source {source.name} fits none of its files, such as {files[0].name}."
        )
    return sorted(files, key=lambda file: file.name)


class Reader:
    """Reads files; those of S3 are kept in the folder `downloads`. Threads may share it."""

    def __init__(self, files: Iterable[File], downloads: Path) -> None:
        self._downloads = downloads
        on_s3 = any(file.source.on_s3 for file in files)
        self._client = s3.connect() if on_s3 else None

    def read(self, file: File) -> bytes:
        """The file's bytes, or one more than the product reads.

        Raises `Unreadable`, `TooManyBytes` before it would download so much, or `InputError`.
        """
        if isinstance(file.location, Path):
            return read_file(file.location)
        if file.location.size > MAX_BYTES:
            raise TooManyBytes(f"The object has more than the {MAX_BYTES:,} bytes that are read.")
        kept = self._downloads / hashlib.sha256(file.key.encode()).hexdigest()
        if not kept.exists():
            s3.fetch(file.location, kept, self._client)
        return kept.read_bytes()


def read_file(path: Path) -> bytes:
    """The file's bytes, or one more than the product reads. Raises `Unreadable`."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("This is not a file. Give a folder behind a link its own source.")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{error.strerror}.") from error


def _listed_on_s3(source: Source) -> list[File]:
    objects = s3.list_objects(source.location)
    return [File(source, name, stored, stored.etag) for name, stored in objects.items()]


def _listed_in_folder(source: Source) -> list[File]:
    def refuse(error: OSError) -> None:
        raise InputError(f"The source {source.name} cannot be listed: {error}.") from error

    root = Path(source.location)
    files = []
    for folder, below, names in os.walk(root, onerror=refuse):
        # Links to folders are not followed, they may lead in circles: they are told as unreadable.
        links = [name for name in below if Path(folder, name).is_symlink()]
        for path in (Path(folder, name) for name in [*names, *links]):
            try:
                status = path.stat()
                version = f"{status.st_size} {status.st_mtime_ns}"
            except OSError:  # said when it is read
                version = ""
            files.append(File(source, path.relative_to(root).as_posix(), path, version))
    return files
