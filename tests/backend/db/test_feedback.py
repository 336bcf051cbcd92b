import asyncio
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.backend.db.conftest import locked, recorded, verdict

from realeyez.db import migrate
from realeyez.db.errors import UnknownCheck
from realeyez.db.records import MAX_COMMENT, Feedback
from realeyez.db.store import Store


async def spoken_of(store: Store) -> str:
    """The id of a check."""
    said = verdict()
    store.record(said, "interactive")
    return said.id


async def test_feedback_and_its_check(store: Store) -> None:
    check_id = await spoken_of(store)
    key, _ = await store.create_key("a")
    said = Feedback(label="ai_edited", comment="Two left hands.\nSix fingers.")
    given = await store.add_feedback(check_id, said, key_id=key.id)
    assert (given.feedback, given.check_id, given.key_id) == (said, check_id, key.id)
    ((stored, check),) = await store.all_feedback()
    assert stored == given
    assert check == await store.check(check_id)
    assert (await store.counts()).feedback == {"real": 0, "ai": 0, "ai_edited": 1}


async def test_a_caller_s_last_word_counts(store: Store) -> None:
    check_id = await spoken_of(store)
    callers = [None, *[(await store.create_key("a"))[0].id for _ in range(2)]]
    for caller in callers:
        first = await store.add_feedback(
            check_id, Feedback(label="real", comment="My name is Ann."), key_id=caller
        )
        last = await store.add_feedback(check_id, Feedback(label="ai"), key_id=caller)
        assert last.id == first.id
        assert last.given_at >= first.given_at
    said = [given for given, _ in await store.all_feedback()]
    assert {given.key_id for given in said} == set(callers)
    assert [given.feedback for given in said] == [Feedback(label="ai")] * 3


async def test_feedback_is_faster_than_the_recorder(store: Store, database: str) -> None:
    async with locked(database, "checks"):
        check_id = await spoken_of(store)
        speaking = asyncio.create_task(
            store.add_feedback(check_id, Feedback(label="real"), key_id=None)
        )
        await asyncio.sleep(0.1)
        assert not speaking.done()
    await speaking
    await recorded(store)
    counts = await store.counts()
    assert (counts.checks, counts.feedback["real"]) == (1, 1)


async def test_no_check_no_feedback(store: Store) -> None:
    with pytest.raises(UnknownCheck):
        await store.add_feedback("0" * 32, Feedback(label="real"), key_id=None)
    assert (await store.counts()).feedback["real"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "unsure"},
        {"label": "ai", "comment": "x" * (MAX_COMMENT + 1)},
        {"label": "ai", "comment": "nul\x00"},
        {"label": "ai", "comment": "\ud800"},
        {"label": "ai", "url": "https://example.org/me.jpg"},
        {},
    ],
)
def test_what_cannot_be_kept_is_refused_beforehand(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Feedback.model_validate(wrong)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(comment=st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_COMMENT))
async def test_any_comment_comes_back(store: Store, comment: str) -> None:
    """A random one that is refused has a NUL; one that is not is stored as it is."""
    try:
        said = Feedback(label="ai", comment=comment)
    except ValidationError:
        assert "\x00" in comment
        return
    await store.add_feedback(await spoken_of(store), said, key_id=None)
    assert said in [given.feedback for given, _ in await store.all_feedback()]


async def test_the_longest_comment_fits_in_any_alphabet(store: Store) -> None:
    said = Feedback(label="ai", comment="\N{GRINNING FACE}" * MAX_COMMENT)
    await store.add_feedback(await spoken_of(store), said, key_id=None)
    ((given, _),) = await store.all_feedback()
    assert given.feedback == said


async def test_many_writers_and_readers_at_once(store: Store) -> None:
    keys = [(await store.create_key(f"{n}"))[0].id for n in range(5)]
    shared = await spoken_of(store)

    async def person(n: int) -> None:
        own = await spoken_of(store)
        for label in ("ai", "real"):
            feedback = Feedback(label=label, comment=str(n))
            await store.add_feedback(own, feedback, key_id=keys[n % 5])
            await store.add_feedback(shared, feedback, key_id=keys[n % 5])
        assert (await store.check(own)).id == own

    await asyncio.gather(*(person(n) for n in range(100)))
    await recorded(store)
    counts = await store.counts()
    assert counts.checks == 101
    assert counts.feedback == {"real": 105, "ai": 0, "ai_edited": 0}


_SPEAK = """
import asyncio, sys, tests.backend.db.conftest as made
from realeyez.db.records import Feedback
from realeyez.db.store import Store

async def speak():
    async with Store.running(sys.argv[1]) as store:
        while True:
            said = made.verdict()
            store.record(said, "interactive")
            await store.add_feedback(said.id, Feedback(label="ai"), key_id=None)
            print(said.id, flush=True)

asyncio.run(speak())
"""


async def test_what_was_accepted_outlives_a_kill(database: str) -> None:
    await migrate.upgrade(database)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SPEAK, database, stdout=subprocess.PIPE
    )
    assert process.stdout
    accepted = [await process.stdout.readline() for _ in range(50)]
    process.kill()
    accepted += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    async with Store.running(database) as store:
        kept = {given.check_id for given, _ in await store.all_feedback()}
    whole = {line.decode().strip() for line in accepted if line.endswith(b"\n")}
    assert len(whole) >= 50
    assert whole <= kept
