"""A folder on S3. Credentials, region and endpoint are boto3's: AWS_PROFILE, AWS_ENDPOINT_URL, …"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import boto3
import botocore.exceptions as aws
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from s3transfer.exceptions import RetriesExceededError

from realeyez.models.errors import ModelError, Unreachable

_TRIES = 3  # of a request, and of a body that breaks off
_PATIENCE = Config(
    connect_timeout=5,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": _TRIES},
    # The manifest's sha256 is checked; boto3's newer checksums not every S3 service knows.
    response_checksum_validation="when_required",
)
_TRANSFER = TransferConfig(use_threads=False, num_download_attempts=_TRIES)
_BROKEN = (
    aws.ConnectionError,
    aws.HTTPClientError,
    aws.IncompleteReadError,
    RetriesExceededError,
)
_ADVICE = {
    403: "These credentials may not read it: it takes s3:GetObject, and s3:ListBucket to be told "
    "what is missing.",
    404: "Check the address: the folder that the model was published to, its version included.",
}


class S3Folder:
    """What lies under a prefix.

    manifest = S3Folder("s3://models/realeyez-b0/0.2.0").read("realeyez-b0.json")
    """

    def __init__(self, location: str) -> None:
        """Asks nothing of S3 yet. Raises `ModelError` if the location is not `s3://bucket/…`."""
        address = urlsplit(location)
        if not address.netloc or address.query or address.fragment:
            raise ModelError(f"{location} is not of the form s3://bucket/prefix/version.")
        self._bucket = address.netloc
        self._prefix = address.path.strip("/")
        try:
            with _explained(location):
                self._client = boto3.Session().client("s3", config=_PATIENCE)
        except ValueError as error:
            raise ModelError(f"{location}: {error}. Check AWS_ENDPOINT_URL.") from error

    @property
    def address(self) -> str:
        """The same for the same folder only: two endpoints may have buckets of the same name."""
        return f"{self._client.meta.endpoint_url}/{self._bucket}/{self._prefix}"

    def read(self, name: str) -> bytes:
        """A whole file. Raises `Unreachable`, or `ModelError` for what S3 refuses."""
        key = f"{self._prefix}/{name}" if self._prefix else name
        body = io.BytesIO()
        with _explained(f"s3://{self._bucket}/{key}"):
            self._client.download_fileobj(self._bucket, key, body, Config=_TRANSFER)
        return body.getvalue()


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """boto3's errors as ours."""
    try:
        yield
    except _BROKEN as error:
        raise Unreachable(
            f"{url}: {error}. Check the connection, and AWS_ENDPOINT_URL if it is not Amazon's S3."
        ) from error
    except (aws.NoCredentialsError, aws.PartialCredentialsError) as error:
        raise ModelError(
            f"{url}: {error}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
        ) from error
    except aws.ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status == 429 or status >= 500:
            raise Unreachable(f"{url}: {error}. Try again in a moment.") from error
        raise ModelError(f"{url}: {error}. {_ADVICE.get(status, '')}".rstrip()) from error
    except aws.BotoCoreError as error:
        raise ModelError(f"{url}: {error}. Check the address, and the settings of AWS.") from error
