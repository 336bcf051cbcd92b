"""Checks and feedback, through the database."""

import json
from typing import Any

import pytest
from tests.backend.api.conftest import Client, Serve
from tests.pictures import encode, scene

from realeyez.api.keys import STORE
from realeyez.db.database import Database
from realeyez.db.errors import DiskFull, Unavailable
from realeyez.db.records import Check, GivenFeedback
from realeyez.db.store import Store

PICTURE = encode(scene())


async def check(client: Client, data: bytes = PICTURE, query: str = "", **how: Any) -> Any:
    response = await client.post(f"/v1/check{query}", data=data, **how)
    assert response.status == 200
    return await response.json()


async def say(client: Client, check_id: str, body: object, **headers: str) -> Any:
    path = f"/v1/checks/{check_id}/feedback"
    return await client.post(path, json=body, headers=headers)


async def test_a_check_can_be_looked_up_and_nothing_else_of_it_is_kept(client: Client) -> None:
    verdict = await check(client, query="?priority=feed&explain=1")
    response = await client.get(f"/v1/checks/{verdict['id']}")
    stored = Check.model_validate_json(await response.text())
    assert stored.id == verdict["id"]
    assert stored.image.sha256 == verdict["image"]["sha256"]
    assert (stored.verdict, stored.priority) == (verdict["verdict"], "feed")
    assert stored.probability == pytest.approx(verdict["probability"])


async def test_checks_and_feedback_outlive_the_service(
    serve: Serve, database: str, token: str
) -> None:
    client = await serve()
    verdict = await check(client)
    said = {"label": "ai", "comment": "six fingers"}
    response = await say(client, verdict["id"], said, Authorization=f"Bearer {token}")
    assert response.status == 201
    given = GivenFeedback.model_validate_json(await response.text())
    await client.close()
    async with Store.running(database) as store:
        assert [row for row, _ in await store.all_feedback()] == [given]
        assert given.key_id == (await store.keys())[0].id
        assert (await store.check(verdict["id"])).id == verdict["id"]


async def test_the_last_word_counts(client: Client) -> None:
    verdict = await check(client)
    for label in ("ai", "real"):
        response = await say(client, verdict["id"], {"label": label})
        assert response.status == 201
        answer = await response.json()
        assert answer["feedback"] == {"label": label, "comment": None}
        assert answer["key_id"] is None
    assert (await client.app[STORE].counts()).feedback == {"real": 1, "ai": 0, "ai_edited": 0}


@pytest.mark.parametrize("check_id", ["0" * 32, "none", "%00", "é", "a'--"])
async def test_unknown_checks(client: Client, check_id: str) -> None:
    for response in (
        await client.get(f"/v1/checks/{check_id}"),
        await say(client, check_id, {"label": "ai"}),
    ):
        assert response.status == 404
        problem = await response.json()
        assert problem["type"] == "urn:realeyez:problem:unknown-check"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"label": "fake"}, "label"),
        ({}, "label"),
        ({"label": "ai", "more": 1}, "more"),
        ({"label": "ai", "comment": "x" * 1001}, "comment"),
        ({"label": "ai", "comment": "\0"}, "comment"),
        (["ai"], "object"),
        ({"label": "ai", "comment": "x" * 70_000}, "JSON"),
    ],
)
async def test_feedback_that_is_not_understood(client: Client, body: object, named: str) -> None:
    response = await say(client, "0", body)
    assert response.status == 400
    problem = await response.json()
    assert problem["type"] == "urn:realeyez:problem:malformed-request"
    assert named in problem["detail"]


@pytest.mark.parametrize(
    ("content_type", "data"),
    [("text/plain", json.dumps({"label": "ai"})), ("application/json", "{"), ("", "")],
)
async def test_feedback_is_json(client: Client, content_type: str, data: str) -> None:
    headers = {"Content-Type": content_type}
    response = await client.post("/v1/checks/0/feedback", data=data, headers=headers)
    assert response.status == 400


@pytest.mark.parametrize(
    ("error", "slug"),
    [(Unavailable("at 10.0.0.7"), "database-unavailable"), (DiskFull("no space"), "disk-full")],
)
async def test_a_database_that_is_away_costs_no_verdict(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, slug: str
) -> None:
    """Which errors real databases give: tests/backend/db/test_faults.py."""

    async def away(self: Database, work: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", away)
        patch.setattr(Database, "read", away)
        verdict = await check(client)
        response = await say(client, verdict["id"], {"label": "ai"})
        assert response.status == 503
        assert int(response.headers["Retry-After"]) >= 1
        problem = await response.text()
        assert slug in problem
        assert "10.0.0.7" not in problem
    assert (await say(client, verdict["id"], {"label": "ai"})).status == 201
