"""A real server on a free port, with the model that ships and a database of its own."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from tests.pictures import LIMIT

from realeyez.app import create_app
from realeyez.db.store import Store
from realeyez.settings import Settings

Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """An empty database's location."""
    return f"sqlite:///{tmp_path}/realeyez.db"


@pytest.fixture
def serve(aiohttp_client: Callable[[web.Application], Awaitable[Client]], database: str) -> Serve:
    """Start a service with other settings than the default ones."""

    async def start(**settings: Any) -> Client:
        return await aiohttp_client(create_app(Settings(**{"database": database, **settings})))

    return start


@pytest.fixture
async def client(serve: Serve) -> Client:
    return await serve(max_bytes=LIMIT)


@pytest.fixture
async def token(database: str) -> str:
    """A key that opens the door."""
    async with Store.running(database) as store:
        return (await store.create_key("the tests"))[1]
