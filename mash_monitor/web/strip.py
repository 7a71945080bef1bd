"""The next 24 hours as a strip: which deadlines fall in each hour, whether somebody is there, when reports come."""

from collections.abc import Iterator
from dataclasses import dataclass

from mash_monitor.domain.calendar import local
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.words import count

_HOURS = 24
_HOUR = 3600
_SHOWN = 4
"""Deadlines that an hour has room for one by one; of the rest there is the number."""
_LABELLED = 3


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour from now on. `levels` are those of the first deadlines that fall in it, the worst first."""

    starts: str
    label: str
    staffed: bool
    report: bool
    levels: tuple[Level, ...]
    more: int

    @property
    def falling(self) -> int:
        """How many deadlines fall in it."""
        return len(self.levels) + self.more


def strip(position: Position) -> tuple[Hour, ...]:
    """The hours of a position, from the one that has begun."""
    return tuple(_hours(position))


def in_words(hours: tuple[Hour, ...]) -> str:
    """The same for whoever does not see it."""
    falling = [f"{count(hour.falling, 'deadline')} from {hour.starts}" for hour in hours if hour.falling]
    unstaffed = sum(hour.falling for hour in hours if not hour.staffed)
    told = "; ".join(falling) or "no deadline"
    return f"The next 24 hours: {told}." + (f" {unstaffed} of them while nobody is there." if unstaffed else "")


def _hours(position: Position) -> Iterator[Hour]:
    first = position.now - position.now % _HOUR
    falling: dict[int, list[Level]] = {}
    for item in position.watched:
        due = item.subject.future.deadline
        if due is not None and not item.overdue:
            falling.setdefault((due.at - first) // _HOUR, []).append(item.level)
    reports = {(at - first) // _HOUR for at in (position.next_report, position.after_next)}
    for index in range(_HOURS):
        start = first + index * _HOUR
        there = local(start, position.zone)
        midnight = there.hour == 0
        levels = sorted(falling.get(index, ()), key=lambda level: -level.rank)
        yield Hour(
            starts=f"{there:%a %H:%M}",
            label=f"{there:%a}" if midnight else f"{there:%H}" if there.hour % _LABELLED == 0 else "",
            staffed=position.calendar.staffed(start, start + _HOUR) * 2 >= _HOUR,
            report=index in reports,
            levels=tuple(levels[:_SHOWN]),
            more=max(0, len(levels) - _SHOWN),
        )
