"""S3 in and out, against a real S3 API server; requests are counted on their way to it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ReadTimeoutError

from realeyez_training.data import s3
from realeyez_training.errors import InputError

LARGE = np.random.default_rng(0).bytes(3 * s3.PART + 1)  # four parts


class Killed(BaseException):
    """What ends a transfer for good."""


def calls(client: Any, operation: str) -> list[dict[str, Any]]:
    """The requests of an operation, as they are sent from now on."""
    sent: list[dict[str, Any]] = []
    event = f"before-call.s3.{operation}"
    client.meta.events.register(event, lambda params, **_: sent.append(params))
    return sent


def kill_at_part(client: Any, number: int) -> None:
    def kill(params: dict[str, Any], **_: Any) -> None:
        if params["query_string"]["partNumber"] == number:
            raise Killed

    client.meta.events.register("before-call.s3.UploadPart", kill)


def break_off(client: Any, after: int, error: Callable[[], BaseException]) -> None:
    """Let the next download raise after so many bytes."""

    class Broken:
        def __init__(self, body: Any) -> None:
            self.body, self.left = body, after

        def read(self, amount: int) -> bytes:
            if not self.left:
                raise error()
            data: bytes = self.body.read(min(amount, self.left))
            self.left -= len(data)
            return data

    def replace(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Body"] = Broken(parsed["Body"])
        client.meta.events.unregister("after-call.s3.GetObject", replace)

    client.meta.events.register("after-call.s3.GetObject", replace)


@pytest.fixture
def url(bucket: str, request: pytest.FixtureRequest) -> str:
    """A prefix of the test's own: the server's memory outlives it."""
    return f"s3://{bucket}/{request.function.__name__}"


@pytest.mark.parametrize("data", [b"", b"small", LARGE], ids=["empty", "small", "large"])
def test_what_goes_up_comes_down(url: str, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    s3.upload(tmp_path / "file", f"{url}/file")
    s3.download(f"{url}/file", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data
    assert s3.list_objects(url)["file"].size == len(data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["back", "file"]


def test_a_prefix_is_a_folder(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    for name in ("a/b.jpg", "c.jpg"):
        s3.upload(tmp_path / "file", f"{url}/{name}")
    s3.upload(tmp_path / "file", f"{url}-of-another/d.jpg")
    s3.connect().put_object(Bucket="models", Key=f"{Path(url).name}/folder/")
    assert s3.list_objects(url).keys() == s3.list_objects(f"{url}/").keys() == {"a/b.jpg", "c.jpg"}
    assert f"{Path(url).name}-of-another/d.jpg" in s3.list_objects("s3://models")


def test_a_killed_upload_sends_only_the_parts_that_are_missing(url: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(LARGE)
    killed = s3.connect()
    kill_at_part(killed, 3)
    with pytest.raises(Killed):
        s3.upload(path, f"{url}/file", killed)
    assert s3.list_objects(url) == {}  # nothing is seen before it is whole

    client = s3.connect()
    sent = calls(client, "UploadPart")
    s3.upload(path, f"{url}/file", client)
    assert [part["query_string"]["partNumber"] for part in sent] == [3, 4]
    s3.download(f"{url}/file", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == LARGE
    left = client.list_multipart_uploads(Bucket="models", Prefix=Path(url).name)
    assert "Uploads" not in left


def test_a_part_of_other_bytes_goes_up_again(url: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(LARGE)
    killed = s3.connect()
    kill_at_part(killed, 3)
    with pytest.raises(Killed):
        s3.upload(path, f"{url}/file", killed)
    changed = b"!" + LARGE[1:]
    path.write_bytes(changed)
    client = s3.connect()
    sent = calls(client, "UploadPart")
    s3.upload(path, f"{url}/file", client)
    assert [part["query_string"]["partNumber"] for part in sent] == [1, 3, 4]
    s3.download(f"{url}/file", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == changed


def test_a_killed_download_fetches_only_the_rest(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(LARGE)
    s3.upload(tmp_path / "file", f"{url}/file")
    client, back = s3.connect(), tmp_path / "back"
    break_off(client, 5_000_000, Killed)
    with pytest.raises(Killed):
        s3.download(f"{url}/file", back, client)
    assert not back.exists()
    sent = calls(client, "GetObject")
    s3.download(f"{url}/file", back, client)
    assert [request["headers"]["Range"] for request in sent] == ["bytes=5000000-"]
    assert back.read_bytes() == LARGE
    assert not list(tmp_path.glob("*.part"))


def test_a_broken_connection_is_gone_on_with_at_once(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(LARGE)
    s3.upload(tmp_path / "file", f"{url}/file")
    client = s3.connect()
    sent = calls(client, "GetObject")
    break_off(client, 7_000_000, lambda: ReadTimeoutError(endpoint_url=url))
    s3.download(f"{url}/file", tmp_path / "back", client)
    assert [request["headers"]["Range"] for request in sent] == ["bytes=0-", "bytes=7000000-"]
    assert (tmp_path / "back").read_bytes() == LARGE


def test_the_rest_of_another_version_is_not_joined_on(url: str, tmp_path: Path) -> None:
    path, back = tmp_path / "file", tmp_path / "back"
    path.write_bytes(b"old" * 1000)
    s3.upload(path, f"{url}/file")
    client = s3.connect()
    break_off(client, 1000, Killed)
    with pytest.raises(Killed):
        s3.download(f"{url}/file", back, client)
    path.write_bytes(b"new" * 1000)
    s3.upload(path, f"{url}/file")
    s3.download(f"{url}/file", back, client)
    assert back.read_bytes() == b"new" * 1000
    assert not list(tmp_path.glob("*.part"))


def test_an_object_that_changes_while_it_is_read_is_told(url: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    s3.upload(path, f"{url}/file")
    client = s3.connect()
    path.write_bytes(b"new")
    client.meta.events.register(
        "before-call.s3.GetObject", lambda **_: s3.upload(path, f"{url}/file")
    )
    with pytest.raises(InputError, match="changed while it was read"):
        s3.download(f"{url}/file", tmp_path / "back", client)


def run_folder(folder: Path, names: list[str]) -> Path:
    """Files that were written one after another, a second apart."""
    for second, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
        os.utime(folder / name, (second, second))
    return folder


def test_a_folder_is_mirrored_newest_last_and_restored(url: str, tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run", ["z.json", "plots/curves.png", "a.csv", "epoch-000.keras"])
    (run / "part.keras").write_bytes(b"left by a killed writer")
    assert s3.mirror(run, url) == ["z.json", "plots/curves.png", "a.csv", "epoch-000.keras"]
    assert s3.mirror(run, url) == []
    (run / "a.csv").write_bytes(b"longer than before")
    assert s3.mirror(run, url) == ["a.csv"]

    fresh = tmp_path / "fresh"
    assert len(s3.restore(url, fresh)) == 4
    assert (fresh / "a.csv").read_bytes() == b"longer than before"
    assert s3.restore(url, fresh) == []
    (fresh / "z.json").write_bytes(b"Z.JSON")  # other bytes, the same size
    assert s3.restore(url, fresh) == ["z.json"]


def test_a_file_in_parts_is_known_again(url: str, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "best.keras").write_bytes(LARGE)
    assert s3.mirror(tmp_path / "run", url) == ["best.keras"]
    assert s3.mirror(tmp_path / "run", url) == []
    assert s3.restore(url, tmp_path / "run") == []


def test_states_are_retired_once_a_newer_one_is_stored(url: str, tmp_path: Path) -> None:
    run = run_folder(tmp_path / "run", ["history.csv", "epoch-000.keras"])
    s3.mirror(run, url, retire="epoch-*.keras")
    (run / "epoch-000.keras").unlink()
    (run / "history.csv").unlink()
    s3.mirror(run, url, retire="epoch-*.keras")
    assert s3.list_objects(url).keys() == {"history.csv", "epoch-000.keras"}
    run_folder(run, ["epoch-001.keras"])
    s3.mirror(run, url, retire="epoch-*.keras")
    assert s3.list_objects(url).keys() == {"history.csv", "epoch-001.keras"}


def test_nothing_is_restored_from_an_empty_prefix(url: str, tmp_path: Path) -> None:
    assert s3.restore(url, tmp_path / "fresh") == []


def test_a_name_that_leads_out_of_the_folder_is_refused(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    s3.connect().put_object(Bucket="models", Key=f"{Path(url).name}/../out", Body=b"data")
    with pytest.raises(InputError, match="outside"):
        s3.restore(url, tmp_path / "fresh")


@pytest.mark.parametrize("address", ["https://example.org/a", "s3:/bucket/a", "s3://", "a/b"])
def test_an_address_that_is_not_s3_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="s3://bucket/prefix"):
        s3.list_objects(address)


def test_what_is_not_there_is_told(bucket: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bucket's name"):
        s3.list_objects("s3://no-such-bucket/prefix")
    with pytest.raises(InputError, match="Check the address"):
        s3.download(f"s3://{bucket}/no-such-key", tmp_path / "file")


def test_missing_credentials_are_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(InputError, match="Set AWS_ACCESS_KEY_ID"):
        s3.list_objects(url)
