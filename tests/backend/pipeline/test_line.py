import time

import pytest

from realeyez.pipeline.line import MOST_IN_A_ROW, Line, Ticket


def taken(line: Line[str]) -> list[str]:
    return [line.take()[0] for _ in range(len(line))]


def test_interactive_before_feed_each_in_the_order_they_came() -> None:
    line: Line[str] = Line()
    for name in ("feed 1", "interactive 1", "feed 2", "interactive 2"):
        line.add(name, Ticket("feed" if name.startswith("feed") else "interactive"))
    assert taken(line) == ["interactive 1", "interactive 2", "feed 1", "feed 2"]


def test_feed_is_not_starved() -> None:
    line: Line[str] = Line()
    line.add("feed", Ticket("feed"))
    order = []
    for i in range(3 * MOST_IN_A_ROW):  # there is always somebody in more of a hurry
        line.add(f"interactive {i}", Ticket("interactive"))
        order.append(line.take()[0])
    assert order.index("feed") == MOST_IN_A_ROW


def test_nobody_waited_for_what_was_taken_before() -> None:
    line: Line[str] = Line()
    for i in range(2 * MOST_IN_A_ROW):
        line.add(f"interactive {i}", Ticket("interactive"))
    taken(line)
    line.add("feed", Ticket("feed"))
    line.add("interactive", Ticket("interactive"))
    assert taken(line) == ["interactive", "feed"]


def test_a_ticket_may_rise_while_it_waits() -> None:
    line: Line[str] = Line()
    risen = Ticket("feed", deadline=1)
    line.add("feed", Ticket("feed"))
    line.add("risen", risen)
    risen.join("interactive", deadline=2)
    risen.join("feed", deadline=1)  # and does not sink again
    assert (risen.priority, risen.deadline) == ("interactive", 2)
    assert taken(line) == ["risen", "feed"]


def test_first_takes_nothing_and_discard_does() -> None:
    line: Line[str] = Line()
    line.add("one", Ticket())
    assert line.first()[0] == line.first()[0] == "one"
    line.discard("one")
    line.discard("one")
    with pytest.raises(IndexError):
        line.take()


def test_deadline() -> None:
    assert not Ticket().expired
    assert not Ticket(deadline=time.monotonic() + 60).expired
    assert Ticket(deadline=time.monotonic()).expired
