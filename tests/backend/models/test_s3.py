"""Models from S3 and the cache between, against a real S3 API server."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from tests.backend.models.relay import PATIENCE, Relay

from realeyez.models import Model, ModelError, load_model
from realeyez.models.errors import Unreachable
from realeyez.models.store import MANIFEST_NAME

ONNX = "realeyez-b0.onnx"


def put(bucket: str, name: str, data: bytes) -> None:
    boto3.client("s3").put_object(Bucket=bucket, Key=f"b0/1/{name}", Body=data)


def damage(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def cached(cache: Path, digest: str) -> Path:
    return cache / "files" / digest


def pull(location: str, cache: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "realeyez", "model", "pull", location, "--cache", str(cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_file_is_downloaded_once(relay: Relay, published: str, cache: Path, model: Model) -> None:
    assert load_model(published, cache) == model
    first = relay.told
    assert first > len(model.onnx)
    assert load_model(published, cache) == model
    assert relay.told - first < 20_000  # the manifest


def test_a_new_manifest_is_noticed(bucket: str, published: str, cache: Path, folder: Path) -> None:
    load_model(published, cache)
    manifest = json.loads((folder / MANIFEST_NAME).read_text()) | {"version": "9.9.9"}
    put(bucket, MANIFEST_NAME, json.dumps(manifest).encode())
    assert load_model(published, cache).manifest.version == "9.9.9"


def test_a_corrupt_object_is_neither_used_nor_kept(
    bucket: str, published: str, cache: Path, model: Model
) -> None:
    put(bucket, ONNX, damage(model.onnx))
    with pytest.raises(ModelError, match="not the file that its manifest describes"):
        load_model(published, cache)
    assert not [path for path in cache.rglob("*") if path.is_file()]
    put(bucket, ONNX, model.onnx)
    assert load_model(published, cache) == model


def test_what_is_missing_is_named(bucket: str, published: str, cache: Path) -> None:
    boto3.client("s3").delete_object(Bucket=bucket, Key=f"b0/1/{ONNX}")
    with pytest.raises(ModelError, match=ONNX) as raised:
        load_model(published, cache)
    assert not isinstance(raised.value, Unreachable)
    with pytest.raises(ModelError, match="no-such-bucket"):
        load_model("s3://no-such-bucket/b0/1", cache)


@pytest.mark.parametrize("location", ["s3://", "s3:///b0/1", "s3://models/b0?version=1"])
def test_what_is_no_location_is_refused(location: str, cache: Path) -> None:
    with pytest.raises(ModelError, match="s3://bucket/prefix/version"):
        load_model(location, cache)


def test_while_s3_is_away_the_last_model_is_used(
    relay: Relay, published: str, cache: Path, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    load_model(published, cache)
    relay.close()
    assert load_model(published, cache) == model
    assert "from the cache" in caplog.text
    with pytest.raises(Unreachable):  # never seen
        load_model(published.replace("b0/1", "b0/2"), cache)


def test_one_that_was_not_verified_is_not_used_while_s3_is_away(
    relay: Relay, bucket: str, published: str, cache: Path, model: Model
) -> None:
    put(bucket, ONNX, damage(model.onnx))
    with pytest.raises(ModelError):
        load_model(published, cache)
    relay.close()
    with pytest.raises(Unreachable):
        load_model(published, cache)


def test_a_damaged_file_is_noticed_and_fetched_again(
    relay: Relay, published: str, cache: Path, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    load_model(published, cache)
    path = cached(cache, model.manifest.sha256)
    path.write_bytes(damage(model.onnx))
    assert load_model(published, cache) == model
    assert f"{path} is damaged" in caplog.text
    assert path.read_bytes() == model.onnx

    path.write_bytes(model.onnx[:1000])
    relay.close()
    with pytest.raises(Unreachable):
        load_model(published, cache)


@pytest.mark.parametrize("note", [b"", b"\xff", b"../../etc/passwd", b"0" * 64])
def test_a_damaged_note_leads_nowhere(
    relay: Relay, published: str, cache: Path, note: bytes
) -> None:
    load_model(published, cache)
    (path,) = (cache / "addresses").iterdir()
    path.write_bytes(note)
    relay.close()
    with pytest.raises(Unreachable):
        load_model(published, cache)


def test_without_a_cache_there_is_still_a_model(
    published: str, tmp_path: Path, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert load_model(published, tmp_path / "file") == model
    assert "cannot be kept" in caplog.text


@contextmanager
def answering(status: int) -> Iterator[str]:
    """A server that answers everything so; its endpoint."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "passes"), [(503, True), (500, True), (403, False)])
def test_what_may_pass_is_told_from_what_will_not(
    bucket: str, cache: Path, monkeypatch: pytest.MonkeyPatch, status: int, passes: bool
) -> None:
    with answering(status) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        with pytest.raises(ModelError) as raised:
            load_model(f"s3://{bucket}/b0/1", cache)
    assert isinstance(raised.value, Unreachable) == passes


def test_a_killed_download_leaves_nothing_to_be_used(
    relay: Relay, published: str, cache: Path, model: Model
) -> None:
    relay.hold(after=1_000_000)
    process = pull(published, cache)
    try:
        assert relay.holding.acquire(timeout=PATIENCE)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not cached(cache, model.manifest.sha256).exists()

    relay.release()
    assert load_model(published, cache) == model


def test_a_killed_writer_leaves_nothing_to_be_used(
    published: str, cache: Path, model: Model
) -> None:
    """What it leaves is not read, and is removed once it is old."""
    load_model(published, cache)
    shutil.rmtree(cache / "addresses")
    path = cached(cache, model.manifest.sha256)
    part = path.with_name("0123.part")
    path.rename(part)
    part.write_bytes(model.onnx[:1000])
    assert load_model(published, cache) == model
    assert part.exists()  # its writer may still be at work

    os.utime(part, (0, 0))
    path.unlink()
    assert load_model(published, cache) == model
    assert not part.exists()


def test_processes_at_once_do_each_other_no_harm(
    relay: Relay, published: str, cache: Path, model: Model
) -> None:
    """Held until all of them are in the middle of the file."""
    relay.hold(after=1_000_000)
    processes = [pull(published, cache) for _ in range(3)]
    try:
        for _ in processes:
            assert relay.holding.acquire(timeout=PATIENCE)
        relay.release()
    finally:
        relay.release()
        said = [process.communicate(timeout=PATIENCE) for process in processes]
    path = cached(cache, model.manifest.sha256)
    for process, (output, errors) in zip(processes, said, strict=True):
        assert process.returncode == 0, errors
        assert str(path) in output
        assert not errors
    assert path.read_bytes() == model.onnx
    assert not list(cache.rglob("*.part"))
