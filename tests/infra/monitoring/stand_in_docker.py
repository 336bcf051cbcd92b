#!/usr/bin/env python3
"""Stands in for Docker: "runs" an image by Debian's package of the same program, as a process.

What is mounted is told to the program where it really lies. Grafana is no package; its place is
taken by a server that says it is well. An image without a digest is refused.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

STATE = Path(os.environ.get("DOCKER_STATE", "/nonexistent"))
PROGRAMS = {
    "prometheus": "prometheus",
    "alertmanager": "prometheus-alertmanager",
    "node-exporter": "prometheus-node-exporter",
    "blackbox-exporter": "prometheus-blackbox-exporter",
}
WELL = """
import http.server, os
class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()
    def log_message(self, *_): pass
port = int(os.environ["GF_SERVER_HTTP_PORT"])
http.server.HTTPServer(("127.0.0.1", port), Well).serve_forever()
"""
WITH_VALUE = {
    "--name", "--label", "--restart", "--network", "--cap-drop", "--security-opt", "--user",
    "--volume", "--env", "--pid", "--tmpfs", "--entrypoint", "--log-driver", "--log-opt",
}  # fmt: skip


def main(verb: str, *words: str) -> int:
    with (STATE / "calls").open("a") as calls:
        calls.write(" ".join([verb, *words]) + "\n")
    if verb == "inspect":
        return inspect(words[-1])
    if verb == "rm":
        return remove(words[-1])
    if verb == "run":
        return run(list(words))
    raise SystemExit(f"docker {verb}: not here")


def inspect(name: str) -> int:
    known = container(name)
    if known is None:
        return 1
    print("true" if alive(known["pid"]) else "false", known["sha"])
    return 0


def remove(name: str) -> int:
    known = container(name)
    if known is None:
        return 1
    os.kill(known["pid"], signal.SIGTERM)
    while alive(known["pid"]):
        time.sleep(0.05)
    (STATE / f"{name}.json").unlink()
    return 0


def run(words: list[str]) -> int:
    options: dict[str, list[str]] = {}
    while words[0].startswith("--"):
        option = words.pop(0)
        options.setdefault(option, []).append(words.pop(0) if option in WITH_VALUE else "")
    image, arguments = words[0], words[1:]
    if "@sha256:" not in image:
        raise SystemExit(f"{image} is not pinned")
    for volume in options.get("--volume", []):
        host, inside = volume.split(":")[:2]
        if not Path(host).exists():
            raise SystemExit(f"{host} is not there")
        arguments = [
            word.replace(f"={inside}", f"={host}") if f"={inside}" in word
            else host + word.removeprefix(inside) if word.startswith(inside)
            else word
            for word in arguments
        ]  # fmt: skip
    environment = dict(pair.split("=", 1) for pair in options.get("--env", []))
    kind = image.split(":")[0].split("/")[-1]
    command = [shutil.which(PROGRAMS.get(kind, "")) or "", *arguments]
    if "--entrypoint" in options:
        command = [options["--entrypoint"][0], *arguments]
    elif kind == "grafana":
        command = [sys.executable, "-c", WELL]
    if "--detach" not in options:
        return subprocess.run(command, check=False).returncode
    name = options["--name"][0]
    with (STATE / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | environment,
        )
    sha = next(label.removeprefix("sha=") for label in options["--label"])
    (STATE / f"{name}.json").write_text(json.dumps({"pid": process.pid, "sha": sha}))
    return 0


def container(name: str) -> dict[str, str | int] | None:
    path = STATE / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else None


def alive(pid: int) -> bool:
    """Zombies are dead, whoever has not waited for them."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
