import asyncio
import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from realeyez.db.errors import BadKey, RevokedKey, UnknownKey
from realeyez.db.store import Store
from realeyez.db.tables import KeyRow


async def test_a_key_opens(store: Store) -> None:
    key, token = await store.create_key("the web page")
    assert re.fullmatch(rf"rk_{key.id}_[0-9a-f]{{64}}", token)
    assert (await store.authenticate(token)).name == "the web page"


async def test_only_the_digest_is_kept(store: Store) -> None:
    key, token = await store.create_key("the web page")
    row = await store._database.read(lambda connection: connection.execute(select(KeyRow)))
    kept = row.one()._mapping
    assert kept["sha256"] == hashlib.sha256(token.encode()).hexdigest()
    assert token.split("_")[2] not in str(kept)
    assert token not in repr(key)


async def test_the_file_has_no_secret_and_is_nobody_else_s(sqlite: str) -> None:
    async with Store.running(sqlite) as store:
        _, token = await store.create_key("the web page")
    folder = Path(sqlite.removeprefix("sqlite:///")).parent
    assert folder.stat().st_mode & 0o077 == 0
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0
        assert token.split("_")[2].encode() not in file.read_bytes()


async def test_what_is_no_key(store: Store) -> None:
    key, token = await store.create_key("a")
    other, other_token = await store.create_key("b")
    last = "0" if token[-1] != "0" else "1"
    for wrong in (
        "",
        token[:-1],
        token[:-1] + last,
        token.upper(),
        f" {token}",
        f"{token}\n",
        f"rk_{other.id}_{token.split('_')[2]}",
        f"rk_{'0' * 12}_{token.split('_')[2]}",
        "rk_" + "\N{ARABIC-INDIC DIGIT ONE}" * 12 + "_" + "0" * 64,
        "\x00",
        "\ud800",
    ):
        with pytest.raises(BadKey):
            await store.authenticate(wrong)
    assert (await store.authenticate(token)).id == key.id
    assert (await store.authenticate(other_token)).id == other.id


async def test_a_revoked_key_opens_nothing(store: Store) -> None:
    key, token = await store.create_key("a")
    await store.revoke_key(key.id)
    with pytest.raises(RevokedKey):
        await store.authenticate(token)
    with pytest.raises(BadKey):  # only who holds the key is told that it was one
        await store.authenticate(f"rk_{key.id}_{'0' * 64}")
    (first,) = await store.keys()
    await store.revoke_key(key.id)
    assert (await store.keys())[0].revoked_at == first.revoked_at is not None
    assert (await store.counts()).keys == 0


@pytest.mark.parametrize("unknown", ["0" * 12, "", "\x00", "\ud800", "' OR 1=1 --"])
async def test_unknown_keys_cannot_be_revoked(store: Store, unknown: str) -> None:
    with pytest.raises(UnknownKey):
        await store.revoke_key(unknown)


async def test_all_are_listed_oldest_first(store: Store) -> None:
    made = [(await store.create_key(name))[0] for name in ("b", "a", "a")]
    assert list(await store.keys()) == made
    assert all(key.created_at.utcoffset() == timedelta(0) for key in made)


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines", "nul\x00"])
async def test_names_are_one_line(store: Store, name: str) -> None:
    with pytest.raises(ValidationError):
        await store.create_key(name)


async def test_the_last_use_is_noted_to_the_hour(store: Store) -> None:
    key, token = await store.create_key("a")
    assert (await store.authenticate(token)).last_used_at is None
    first = await last_use(store, after=None)
    await asyncio.gather(*(store.authenticate(token) for _ in range(20)))
    assert await last_use(store, after=None) == first

    long_ago = datetime.now(UTC) - timedelta(hours=2)
    await store._database.write(
        lambda connection: connection.execute(update(KeyRow).values(last_used_at=long_ago))
    )
    await store.authenticate(token)
    assert (await last_use(store, after=long_ago)) > first
    assert (await store.keys())[0].id == key.id


async def last_use(store: Store, *, after: datetime | None) -> datetime:
    async with asyncio.timeout(10):
        while True:
            (key,) = await store.keys()
            if key.last_used_at is not None and key.last_used_at != after:
                return key.last_used_at
            await asyncio.sleep(0.01)
