"""The ladder: who is told what, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.rating import Level


class Hours(StrEnum):
    """When a step may speak: at any time, while the hub is open, or while it is closed."""

    ANY = "any"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a hub's ladder: once an alert of this level is unacknowledged for `after` seconds.

    `by` names channels in order: the next is used where one fails.
    """

    when: Level
    to: tuple[str, ...]
    by: tuple[str, ...]
    after: int = 0
    hours: Hours = Hours.ANY

    def due_at(self, raised: int) -> int:
        """When this step speaks for an alert raised at this instant."""
        return raised + self.after

    def speaks(self, *, is_open: bool) -> bool:
        """Whether the hours of the step allow it to speak now. An amber contact waits for opening."""
        if self.hours is Hours.ANY:
            return is_open or self.when is not Level.AMBER
        return (self.hours is Hours.OPEN) == is_open


def speaking_steps(ladder: Sequence[Step], level: Level, *, is_open: bool) -> list[int]:
    """Positions in the ladder of the steps that may speak of a level at such an hour.

    Red and overdue never wait: where no step is for such hours, all of their steps speak.
    """
    steps = [position for position, step in enumerate(ladder) if step.when is level]
    allowed = [position for position in steps if ladder[position].speaks(is_open=is_open)]
    return allowed if allowed or level is Level.AMBER else steps


def due_steps(
    ladder: Sequence[Step], level: Level, raised: int, done: frozenset[int], now: int, *, is_open: bool
) -> list[int]:
    """Positions in the ladder of the steps that must speak now for one unacknowledged alert.

    `done` holds the positions that have spoken for this alert. A step outside its hours waits.
    """
    return [
        position
        for position in speaking_steps(ladder, level, is_open=is_open)
        if position not in done and ladder[position].due_at(raised) <= now
    ]


def next_step_at(
    ladder: Sequence[Step], level: Level, raised: int, done: frozenset[int], now: int, *, calendar: Calendar
) -> int | None:
    """When, at `now` or later, the ladder next has something to say of an alert; None: it has said it all."""
    coming = []
    for position, step in enumerate(ladder):
        if step.when is not level or position in done:
            continue
        at = max(step.due_at(raised), now)
        is_open = calendar.is_open(at)
        if position in speaking_steps(ladder, level, is_open=is_open):
            coming.append(at)
        elif is_open:
            coming.append(calendar.next_closing(at))
        elif (opening := calendar.next_opening(at)) is not None:
            coming.append(opening)
    return min(coming, default=None)


def next_repeat_at(now: int, every: int) -> int:
    """When an overdue alert that has been told is told again: about `every` seconds from now.

    All of them at the same moments of the clock, so that many are one message a person.
    """
    at = (now // every + 1) * every
    return at if at - now >= every // 2 else at + every
