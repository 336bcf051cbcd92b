"""What Alembic runs: on the connection that `migrate.py` gives, or on a developer's database."""

import asyncio
import os
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from realeyez.db.location import default_location
from realeyez.db.migrate import alone
from realeyez.db.tables import Base, UtcDateTime


def _rendered(kind: str, item: object, _: object) -> str | Literal[False]:
    """A step says what the database gets, not which class of this program that came from."""
    is_time = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if is_time else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=_rendered,
        render_as_batch=True,  # SQLite cannot alter most things in place
    )
    with context.begin_transaction():
        context.run_migrations()


if given := context.config.attributes.get("connection"):
    _run(given)
else:
    asyncio.run(alone(os.environ.get("REALEYEZ_DATABASE", default_location()), _run))
