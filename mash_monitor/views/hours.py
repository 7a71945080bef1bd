"""The next 24 hours as a strip: which deadlines fall in each hour, whether somebody is here, when reports come."""

from collections.abc import Sequence
from dataclasses import dataclass

from mash_monitor.domain.calendar import DAY, local
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.stretches import Stretch, day_ahead
from mash_monitor.domain.words import count
from mash_monitor.views.glossary import WHILE_SHUT

_HOUR = 3600
_SHOWN = 4
"""Deadlines that an hour has room for one by one; of the rest there is the number."""
_LABELLED = 3


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the clock. `levels` are those of the first deadlines that fall in it, the worst first."""

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


def hours(position: Position) -> tuple[Hour, ...]:
    """The hours of the clock that the 24 hours after a position touch, from the one that has begun."""
    starts = range(position.now - position.now % _HOUR, position.now + DAY, _HOUR)
    falling = _falling(day_ahead(position), starts)
    reports = {(at - starts.start) // _HOUR for at in (position.next_report, position.after_next)}
    return tuple(
        _hour(position, start, falling.get(index, []), report=index in reports) for index, start in enumerate(starts)
    )


def in_words(position: Position) -> str:
    """The same for whoever does not see it."""
    falling = [f"{count(hour.falling, 'deadline')} from {hour.starts}" for hour in hours(position) if hour.falling]
    shut = sum(len(stretch.due) for stretch in day_ahead(position) if not stretch.staffed)
    told = "; ".join(falling) or "no deadline"
    return f"The next 24 hours: {told}." + (f" {shut:,} of them {WHILE_SHUT}." if shut else "")


def _falling(stretches: Sequence[Stretch], starts: range) -> dict[int, list[Level]]:
    """The levels of the contacts whose deadline falls in an hour, by its index."""
    found: dict[int, list[Level]] = {}
    for stretch in stretches:
        for item in stretch.due:
            if (due := item.subject.future.deadline) is not None:
                index = min((due.at - starts.start) // _HOUR, len(starts) - 1)
                found.setdefault(index, []).append(item.level)
    return found


def _hour(position: Position, start: int, levels: list[Level], *, report: bool) -> Hour:
    there = local(start, position.zone)
    levels = sorted(levels, key=lambda level: -level.rank)
    return Hour(
        starts=f"{there:%a %H:%M}",
        label=f"{there:%a}" if there.hour == 0 else f"{there:%H}" if there.hour % _LABELLED == 0 else "",
        staffed=position.calendar.staffed(start, start + _HOUR) * 2 >= _HOUR,
        report=report,
        levels=tuple(levels[:_SHOWN]),
        more=max(0, len(levels) - _SHOWN),
    )
