import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realeyez.pipeline.errors import Expired
from realeyez.pipeline.room import Room

MOST = 10


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 15), min_size=1, max_size=30), st.integers(1, 8))
def test_never_more_than_there_is_and_everybody_is_let_in(sizes: list[int], threads: int) -> None:
    room = Room(MOST)
    lock = threading.Lock()
    now, most = 0, 0

    def work(size: int) -> None:
        nonlocal now, most
        with room.taken(size):
            with lock:
                now += min(size, MOST)
                most = max(most, now)
            with lock:
                now -= min(size, MOST)
            if size % 5 == 0:
                raise ValueError

    with ThreadPoolExecutor(threads) as pool:
        ends = [pool.submit(work, size).exception(60) for size in sizes]
    assert most <= MOST
    assert [end is not None for end in ends] == [size % 5 == 0 for size in sizes]
    with room.taken(MOST):  # all of it is back
        pass


def test_the_small_do_not_slip_in_before_the_large() -> None:
    room = Room(MOST)
    order: list[str] = []
    waits = threading.Event()

    def large() -> None:
        waits.set()
        with room.taken(MOST):
            order.append("large")

    def small() -> None:
        with room.taken(1):
            order.append("small")

    with ThreadPoolExecutor(2) as pool:
        with room.taken(1):
            first = pool.submit(large)
            assert waits.wait(60)
            while not room._next.locked():
                pass
            second = pool.submit(small)
            with pytest.raises(TimeoutError):
                second.result(0.05)
        first.result(60)
        second.result(60)
    assert order == ["large", "small"]


def test_whoever_is_not_wanted_any_more_is_let_go() -> None:
    """Whether it is next, or behind the next."""
    room = Room(MOST)
    unwanted = threading.Event()

    def wait() -> None:
        with room.taken(1, unwanted.is_set):
            raise AssertionError

    with ThreadPoolExecutor(2) as pool:
        with room.taken(MOST):
            both = [pool.submit(wait) for _ in range(2)]
            with pytest.raises(TimeoutError):
                both[0].result(0.2)
            unwanted.set()
            for each in both:
                assert isinstance(each.exception(60), Expired)
        with room.taken(MOST):
            pass
