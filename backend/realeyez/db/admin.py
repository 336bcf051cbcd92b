"""What operators do from the command line, one call each."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer

from realeyez.db import migrate
from realeyez.db.export import write_manifest
from realeyez.db.store import Store

T = TypeVar("T")


def upgrade(location: str) -> None:
    asyncio.run(migrate.upgrade(location))
    typer.echo(f"The database is at revision {migrate.head()}.")


def downgrade(location: str, revision: str) -> None:
    asyncio.run(migrate.downgrade(location, revision))
    typer.echo(f"The database is at revision {revision}.")


def prune(location: str, days: int) -> None:
    deleted = _with_store(location, lambda store: store.prune(days))
    typer.echo(f"{deleted} checks deleted.")


def create_key(location: str, name: str) -> None:
    """The token alone on standard output, to be piped to where secrets are kept."""
    key, token = _with_store(location, lambda store: store.create_key(name))
    typer.echo(f"Key {key.id} for {key.name}. It is shown this once, and kept nowhere:", err=True)
    typer.echo(token)


def list_keys(location: str) -> None:
    line = "{:<12}  {:<16}  {:<16}  {:<16}  {}".format
    typer.echo(line("id", "created (UTC)", "last used", "revoked", "name"))
    for key in _with_store(location, lambda store: store.keys()):
        times = (key.created_at, key.last_used_at, key.revoked_at)
        shown = (f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in times)
        typer.echo(line(key.id, *shown, key.name))


def revoke_key(location: str, key_id: str) -> None:
    _with_store(location, lambda store: store.revoke_key(key_id))
    typer.echo(f"Key {key_id} opens nothing any more.")


def export_feedback(location: str, output: Path) -> None:
    said = _with_store(location, lambda store: store.all_feedback())
    typer.echo(f"{write_manifest(output, said)} rows in {output}.")


def _with_store(location: str, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Store.running(location) as store:
            return await work(store)

    return asyncio.run(run())
