"""SQLite and PostgreSQL both know INSERT … ON CONFLICT; SQLAlchemy has one for each."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase


def insert(connection: AsyncConnection, table: type[DeclarativeBase]) -> Any:
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
