import os
import sys
from pathlib import Path

import numpy as np
import pytest

from realeyez.models import Model
from realeyez.pipeline import cores
from realeyez.pipeline.session import Plain
from realeyez.pipeline.views import VIEW_SIZE

if sys.platform != "linux":
    pytest.skip("Only Linux says which cores are ours.", allow_module_level=True)

EVERY = len(os.sched_getaffinity(0))


def quota(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(text)
    monkeypatch.setattr(cores, "_QUOTA", file)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max 100000\n", EVERY),
        ("100000 100000\n", 1),
        ("50000 100000\n", 1),
        ("6400000 100000\n", min(64, EVERY)),
        ("junk", EVERY),
    ],
)
def test_a_containers_share_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, expected: int
) -> None:
    quota(monkeypatch, tmp_path, text)
    assert cores.usable() == expected


def test_a_part_of_a_core_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quota(monkeypatch, tmp_path, "150000 100000")
    assert cores.usable() == min(2, EVERY)


def test_cores_that_are_not_allowed_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {3, 1, 5})
    assert cores.usable() <= 3
    assert cores.places(3) == (1, 3, 5)


def test_only_who_takes_all_cores_is_given_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3})
    assert cores.places(4) == (0, 1, 2, 3)
    assert cores.places(2) == cores.places(8) == ()
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0})
    assert cores.places(1) == ()


def test_a_thread_stays_and_is_free_again() -> None:
    before = os.sched_getaffinity(0)
    with cores.staying_on(max(before)):
        assert os.sched_getaffinity(0) == {max(before)}
    assert os.sched_getaffinity(0) == before


def test_a_core_that_was_taken_away_is_done_without() -> None:
    before = os.sched_getaffinity(0)
    with cores.staying_on(10_000):
        assert os.sched_getaffinity(0) == before


@pytest.mark.skipif(EVERY == 1, reason="This machine has one core.")
@pytest.mark.parametrize("threads", [1, EVERY, EVERY + 1])
def test_however_many_share_a_run_it_says_the_same(model: Model, threads: int) -> None:
    views = np.random.default_rng(1).integers(0, 256, (1, VIEW_SIZE, VIEW_SIZE, 3), np.uint8)
    before = os.sched_getaffinity(0)
    said = Plain(model, threads).run(views)
    assert os.sched_getaffinity(0) == before
    assert np.allclose(said.logits, Plain(model, 1).run(views).logits, atol=1e-4)
