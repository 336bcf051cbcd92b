"""Files to S3 and back: what was cut off is gone on with, and nothing appears before it is whole.

Credentials, region and endpoint are boto3's: AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_ENDPOINT_URL, …
"""

from __future__ import annotations

import hashlib
import math
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from glob import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)

from realeyez_training.errors import InputError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

PART = 8 * 2**20  # bytes; larger files go up in parts
MOST_PARTS = 10_000  # S3's limit
TRIES = 5  # of a download that breaks off


@dataclass(frozen=True, slots=True)
class Object:
    """An object as S3 lists it; `size` in bytes. Another ETag means other bytes."""

    url: str
    size: int
    etag: str
    modified: datetime


def connect() -> S3Client:
    """A client, safe to share between threads."""
    # Content-MD5 guards every upload here. boto3's newer checksums, not every S3 service knows.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": TRIES},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        with _explained("S3"):
            return boto3.Session().client("s3", config=config)
    except ValueError as error:
        raise InputError(f"S3: {error}. Check AWS_ENDPOINT_URL.") from error


def list_objects(url: str, client: S3Client | None = None) -> dict[str, Object]:
    """The objects under a prefix, taken as a folder, by their names below it.

    Raises `InputError`, as everything here does, with what to do.
    """
    client = client or connect()
    bucket, prefix = _split(url)
    prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    found = {}
    with _explained(url):
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for row in page.get("Contents", []):
                if row["Key"].endswith("/"):  # consoles make such empty objects for folders
                    continue
                found[row["Key"].removeprefix(prefix)] = Object(
                    url=f"s3://{bucket}/{row['Key']}",
                    size=row["Size"],
                    etag=row["ETag"].strip('"'),
                    modified=row["LastModified"],
                )
    return found


def download(url: str, path: Path, client: S3Client | None = None) -> None:
    """Fetch one object; run again to go on where a download broke off."""
    client = client or connect()
    bucket, key = _split(url)
    with _explained(url):
        head = client.head_object(Bucket=bucket, Key=key)
    etag = head["ETag"].strip('"')
    fetch(Object(url, head["ContentLength"], etag, head["LastModified"]), path, client)


def fetch(object: Object, path: Path, client: S3Client | None = None) -> None:
    """Fetch an object that was listed, as `download` does."""
    client = client or connect()
    bucket, key = _split(object.url)
    # The ETag in its name keeps a part from being gone on with after the object has changed.
    part = path.with_name(f"{path.name}.{re.sub(r'[^0-9a-zA-Z-]', '', object.etag)}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _explained(object.url), part.open("ab") as file:
        for left in reversed(range(TRIES)):
            if file.tell() >= object.size:
                break
            rest = f"bytes={file.tell()}-"
            try:
                answer = client.get_object(
                    Bucket=bucket, Key=key, Range=rest, IfMatch=f'"{object.etag}"'
                )
                shutil.copyfileobj(answer["Body"], file, 2**20)
            except (HTTPClientError, IncompleteReadError):
                if not left:
                    raise
    part.replace(path)
    for outdated in path.parent.glob(f"{escape(path.name)}.*.part"):
        outdated.unlink()


def upload(path: Path, url: str, client: S3Client | None = None) -> None:
    """Store a file as one object; run again to go on where an upload in parts broke off."""
    client = client or connect()
    bucket, key = _split(url)
    with _explained(url), path.open("rb") as file:
        if path.stat().st_size > PART:
            _upload_parts(client, file, bucket, key)
        else:
            data = file.read()
            client.put_object(Bucket=bucket, Key=key, Body=data, ContentMD5=_content_md5(data))


def mirror(
    folder: Path, url: str, client: S3Client | None = None, *, retire: str | None = None
) -> list[str]:
    """Upload what S3 lacks or has otherwise, in the order it was written: the newest state last.

    retire: a pattern of names, such as `epoch-*.keras`. Once the folder's newest file of such a
    name is stored, the others of S3 that the folder no longer has are deleted. Nothing else is.
    Returns the names that were uploaded.
    """
    client = client or connect()
    stored = list_objects(url, client)
    files = [path for path in folder.rglob("*") if path.is_file() and not _is_partial(path)]
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path))
    names = {path.relative_to(folder).as_posix(): path for path in files}
    sent = [name for name, path in names.items() if not _is_same(path, stored.get(name))]
    for name in sent:
        upload(names[name], f"{url.rstrip('/')}/{name}", client)
    if retire and any(fnmatch(name, retire) for name in names):
        for name in stored.keys() - names.keys():
            if fnmatch(name, retire):
                _delete(client, stored[name].url)
    return sent


def restore(url: str, folder: Path, client: S3Client | None = None) -> list[str]:
    """Download what the folder lacks or has otherwise, in the order it was stored.

    What the folder has besides is left alone. Returns the names that were downloaded; none if
    nothing lies under `url`.
    """
    client = client or connect()
    stored = list_objects(url, client)
    for name in stored:
        if ".." in PurePosixPath(name).parts or name.startswith("/"):
            raise InputError(f"{url} holds {name!r}, which would lie outside {folder}. Rename it.")
    missing = [name for name, there in stored.items() if not _is_same(folder / name, there)]
    missing.sort(key=lambda name: (stored[name].modified, name))
    for name in missing:
        fetch(stored[name], folder / name, client)
    return missing


def _upload_parts(client: S3Client, file: BinaryIO, bucket: str, key: str) -> None:
    upload = _unfinished_upload(client, bucket, key)
    stored: dict[int, str] = {}
    if upload is None:
        upload = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    else:
        pages = client.get_paginator("list_parts")
        for page in pages.paginate(Bucket=bucket, Key=key, UploadId=upload):
            stored |= {part["PartNumber"]: part["ETag"] for part in page.get("Parts", [])}
    parts: list[CompletedPartTypeDef] = []
    for number, data in enumerate(_parts(file), 1):
        etag = stored.get(number, "")
        # A part's ETag is its MD5 (not under SSE-KMS: there every part goes up again).
        if etag.strip('"') != _md5(data).hex():
            etag = client.upload_part(
                Bucket=bucket,
                Key=key,
                UploadId=upload,
                PartNumber=number,
                Body=data,
                ContentMD5=_content_md5(data),
            )["ETag"]
        parts.append({"PartNumber": number, "ETag": etag})
    client.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
    )


def _unfinished_upload(client: S3Client, bucket: str, key: str) -> str | None:
    pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=key)
    uploads = [row for page in pages for row in page.get("Uploads", []) if row["Key"] == key]
    return max(uploads, key=lambda row: row["Initiated"])["UploadId"] if uploads else None


def _parts(file: BinaryIO) -> Iterator[bytes]:
    """The file's parts, the same for every file of its size."""
    size = file.seek(0, 2)
    file.seek(0)
    while data := file.read(max(PART, math.ceil(size / MOST_PARTS))):
        yield data


def _is_same(path: Path, object: Object | None) -> bool:
    """Whether the object is this file, as `upload` would store it."""
    if object is None or not path.is_file() or path.stat().st_size != object.size:
        return False
    with path.open("rb") as file:
        digests = [_md5(data) for data in _parts(file)] or [_md5(b"")]
    if len(digests) == 1:
        return object.etag == digests[0].hex()
    return object.etag == f"{_md5(b''.join(digests)).hex()}-{len(digests)}"


def _is_partial(path: Path) -> bool:
    """Whether a writer that was killed has left this behind."""
    return path.suffix == ".part" or path.stem == "part"


def _delete(client: S3Client, url: str) -> None:
    bucket, key = _split(url)
    with _explained(url):
        client.delete_object(Bucket=bucket, Key=key)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _content_md5(data: bytes) -> str:
    return b64encode(_md5(data)).decode()


def _split(url: str) -> tuple[str, str]:
    """Bucket and key."""
    match = re.fullmatch(r"s3://([^/]+)(?:/(.*))?", url, re.DOTALL)
    if match is None:
        raise InputError(f"{url} is not of the form s3://bucket/prefix.")
    return match[1], match[2] or ""


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """What S3 answers, as an `InputError` that says what to do."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise InputError(
            f"{url}: {error}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
        ) from error
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        advice = _ADVICE.get(code, "Mend this and run the command again.")
        raise InputError(f"{url}: {error}. {advice}") from error
    except BotoCoreError as error:
        raise InputError(
            f"{url}: {error}. Check the connection, and AWS_ENDPOINT_URL if it is not Amazon's S3; "
            "then run the command again."
        ) from error


_DENIED = (
    "These credentials may not do this. It takes s3:ListBucket and s3:GetObject to read; "
    "s3:PutObject, s3:DeleteObject, s3:ListBucketMultipartUploads and "
    "s3:ListMultipartUploadParts to write."
)
_ADVICE = {
    "NoSuchBucket": "Check the bucket's name, and AWS_ENDPOINT_URL if it is not Amazon's S3.",
    "NoSuchKey": "Check the address.",
    "404": "Check the address.",
    "403": _DENIED,
    "AccessDenied": _DENIED,
    "InvalidAccessKeyId": "Check AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "Check AWS_SECRET_ACCESS_KEY.",
    "PreconditionFailed": "The object changed while it was read; run the command again.",
    "412": "The object changed while it was read; run the command again.",
}
