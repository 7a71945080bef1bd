"""The time ahead as stretches with somebody there and with nobody, and the deadlines that fall in each."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mash_monitor.domain.calendar import DAY, Calendar
from mash_monitor.domain.position import Position, Watched


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time after `start`, up to and including `end`, in which the hub is staffed throughout, or never.

    `due` are the contacts, not yet overdue, whose deadline falls inside, in the order of their deadlines.
    """

    start: int
    end: int
    staffed: bool
    due: tuple[Watched, ...]


def day_ahead(position: Position) -> tuple[Stretch, ...]:
    """The 24 hours after a position. A deadline at closing time falls before the hub shuts."""
    spans = list(_spans(position.now, position.now + DAY, position.calendar))
    ends = [end for _, end, _ in spans]
    found: list[list[Watched]] = [[] for _ in spans]
    for item in _by_deadline(position.watched):
        index = bisect_left(ends, _due_at(item))
        if index < len(found):
            found[index].append(item)
    return tuple(
        Stretch(start, end, staffed, tuple(due)) for (start, end, staffed), due in zip(spans, found, strict=True)
    )  # fmt: skip


def _spans(start: int, end: int, calendar: Calendar) -> Iterator[tuple[int, int, bool]]:
    while start < end:
        staffed = calendar.is_open(start)
        until = calendar.next_closing(start) if staffed else calendar.next_opening(start)
        until = end if until is None else min(until, end)
        yield start, until, staffed
        start = until


def _by_deadline(watched: Iterable[Watched]) -> list[Watched]:
    waiting = (item for item in watched if item.subject.future.deadline is not None and not item.overdue)
    return sorted(waiting, key=_due_at)


def _due_at(item: Watched) -> int:
    due = item.subject.future.deadline
    return 0 if due is None else due.at
