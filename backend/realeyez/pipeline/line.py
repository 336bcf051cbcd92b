"""Who is next: two priorities, of which the lower one is not starved."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from realeyez.pipeline.stopwatch import Stopwatch
from realeyez.pipeline.types import Priority

T = TypeVar("T")

MOST_IN_A_ROW = 4
"""Interactive items that are taken while feed waits; then one of feed's is."""


@dataclass(eq=False, slots=True)
class Ticket:
    """What a request is owed, and how long it has taken so far.

    deadline: `time.monotonic` seconds, after which nobody wants the answer.
    """

    priority: Priority = "interactive"
    deadline: float = math.inf
    watch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self.deadline

    def join(self, priority: Priority, deadline: float) -> None:
        """Serve another caller too, who may be in more of a hurry or have more patience."""
        if priority == "interactive":
            self.priority = priority
        self.deadline = max(self.deadline, deadline)

    def give_up(self) -> None:
        """Nobody waits any more."""
        self.deadline = -math.inf


class Line(Generic[T]):
    """First come, first served within a priority; interactive before feed, but not for ever.

    A ticket's priority is looked at when its turn is decided, so that it may rise while it waits.
    """

    def __init__(self) -> None:
        self._tickets: dict[T, Ticket] = {}
        self._in_a_row = 0

    def __len__(self) -> int:
        return len(self._tickets)

    def add(self, item: T, ticket: Ticket) -> None:
        self._tickets[item] = ticket

    def discard(self, item: T) -> None:
        self._tickets.pop(item, None)

    def first(self) -> tuple[T, Ticket]:
        """Whose turn it is; it stays in the line. Raises `IndexError` if nobody waits."""
        firsts: dict[Priority, tuple[T, Ticket]] = {}
        for item, ticket in self._tickets.items():
            firsts.setdefault(ticket.priority, (item, ticket))
            if len(firsts) == 2:
                turn: Priority = "feed" if self._in_a_row >= MOST_IN_A_ROW else "interactive"
                return firsts[turn]
        if not firsts:
            raise IndexError("nobody waits")
        return next(iter(firsts.values()))

    def take(self) -> tuple[T, Ticket]:
        """As `first`, and it leaves the line."""
        item, ticket = self.first()
        del self._tickets[item]
        passed_by = ticket.priority == "interactive" and any(
            other.priority == "feed" for other in self._tickets.values()
        )
        self._in_a_row = self._in_a_row + 1 if passed_by else 0
        return item, ticket
