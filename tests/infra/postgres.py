"""A PostgreSQL server on loopback, for what runs in containers."""

import os
import shutil
import socket
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.infra.tools import need, run


@dataclass(frozen=True)
class Server:
    """A running one, in `folder`; it believes everybody."""

    folder: Path
    port: int

    @property
    def certificate(self) -> Path:
        """Of localhost, which the server shows if it has been started with TLS."""
        return self.folder / "fullchain.pem"

    @property
    def environment(self) -> dict[str, str]:
        """For PostgreSQL's own programs."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres"}

    def new_database(self) -> str:
        """An empty database's name."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        run("createdb", name, **self.environment)
        return name

    def location(self, database: str) -> str:
        return f"postgresql://postgres:any@127.0.0.1:{self.port}/{database}"


@contextmanager
def postgres_server(*, tls: bool = False) -> Iterator[Server]:
    need("initdb", "pg_ctl", "createdb", "setpriv")
    # Not pytest's own folder: the server may run as another user, who must get there.
    folder = Path(tempfile.mkdtemp(prefix="realeyez-pg-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(folder, free.getsockname()[1])
    as_user: list[str] = []
    options = f"-c listen_addresses=127.0.0.1 -p {server.port} -k {folder} -c fsync=off"
    if tls:
        run(sys.executable, ROOT / "deploy" / "setup" / "certificate.py", folder, "localhost")
        options += f" -c ssl=on -c ssl_cert_file={folder}/fullchain.pem"
        options += f" -c ssl_key_file={folder}/privkey.pem"
        (folder / "privkey.pem").chmod(0o600)
    if os.geteuid() == 0:  # which PostgreSQL refuses
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        folder.chmod(0o755)  # the certificate is for clients too
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "postgres", "postgres")

    def control(*command: str) -> None:
        run(*as_user, *command, "--pgdata", f"{folder}/data", folder=folder)

    try:
        control("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8")
        control("pg_ctl", "start", "--wait", "--options", options, "--log", f"{folder}/log")
        yield server
        control("pg_ctl", "stop", "--mode", "immediate")
    finally:
        shutil.rmtree(folder)
