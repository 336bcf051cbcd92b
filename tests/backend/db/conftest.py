"""Real databases: a SQLite file, and a PostgreSQL server of the tests' own."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.waiting import until

from realeyez.db import migrate
from realeyez.db.database import Database
from realeyez.db.store import Store
from realeyez.pipeline.types import ImageInfo, ModelInfo, Timings, Verdict

PATIENCE = 60.0  # seconds: the tests' machine may be busy, and nothing is away for long


class Postgres:
    """A server that listens on a socket in its own folder, and nowhere else."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._folder = folder
        self._as_user = command
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8")
        options = f"-c listen_addresses='' -k {folder} -c max_connections=60"
        self._start = ("-o", options, "-l", f"{folder}/log", "-w")
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "start", *self._start)

    def stop(self, mode: str = "fast") -> None:
        """immediate: as in a crash."""
        self._run("pg_ctl", "stop", "-m", mode, "-w")

    def new_database(self) -> str:
        """An empty database's location."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        asyncio.run(self._create(name))
        return f"postgresql://postgres@/{name}?host={self._folder}"

    async def _create(self, name: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(
            host=str(self._folder), user="postgres", database="postgres"
        )
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, program, "-D", str(self._folder / "data"), *arguments]
        done = subprocess.run(
            command,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,  # a pipe would be the server's too, and never end
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )
        log = self._folder / "log"
        assert done.returncode == 0, f"{command}: {log.read_text() if log.exists() else ''}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if shutil.which("initdb") is None:
        pytest.skip("no PostgreSQL: `initdb` and `pg_ctl` are not on PATH")
    pytest.importorskip("asyncpg", reason="no asyncpg: install the extra postgres")
    # Not pytest's own folder: the server may run as another user, who must get there.
    folder = Path(tempfile.mkdtemp(prefix="realeyez-pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # which PostgreSQL refuses
        try:
            shutil.chown(folder, "postgres", "postgres")
        except LookupError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    try:
        server = Postgres(folder, as_user)
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/data/realeyez.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The location of an empty database."""
    if request.param == "sqlite":
        location: str = request.getfixturevalue("sqlite")
        return location
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    await migrate.upgrade(database)
    async with Store.running(database, patience=PATIENCE) as store:
        yield store


def verdict(sha256: str = "ab" * 32, probability: float = 0.75) -> Verdict:
    return Verdict(
        id=uuid.uuid4().hex,
        verdict="unsure",
        probability=probability,
        basis="classifier",
        claims=(),
        image=ImageInfo(sha256=sha256, width=640, height=480, format="JPEG"),
        model=ModelInfo(name="realeyez-b0", version="0.1.1"),
        timings_ms=Timings(decode=1, views=1, inference=1, total=3),
    )


async def recorded(store: Store) -> None:
    """Wait until nothing waits."""
    await until(lambda: store.waiting == 0)


@asynccontextmanager
async def locked(location: str, table: str) -> AsyncIterator[None]:
    """Nobody writes to the table meanwhile, as if another process took its time."""
    taken, released = asyncio.Event(), asyncio.Event()

    async def hold(connection: AsyncConnection) -> None:
        if connection.dialect.name == "postgresql":  # to write at all locks SQLite
            await connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
        taken.set()
        await released.wait()

    async with Database.connected(location) as other:
        holding = asyncio.create_task(other.write(hold))
        await taken.wait()
        try:
            yield
        finally:
            released.set()
            await holding
