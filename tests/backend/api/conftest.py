"""A real server on a free port, with the model that ships."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from tests.pictures import LIMIT

from realeyez.app import create_app
from realeyez.settings import Settings

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(aiohttp_client: Callable[[web.Application], Awaitable[Client]]) -> Client:
    return await aiohttp_client(create_app(Settings(max_bytes=LIMIT)))
