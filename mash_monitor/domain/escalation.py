"""The ladder: who is told what, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
        """Whether the hours of the step allow it to speak now."""
        return self.hours is Hours.ANY or (self.hours is Hours.OPEN) == is_open


def due_steps(
    ladder: Sequence[Step], level: Level, raised: int, done: frozenset[int], now: int, *, is_open: bool
) -> list[int]:
    """Positions in the ladder of the steps that must speak now for one unacknowledged alert.

    `done` holds the positions that have spoken for this alert. A step outside its hours waits.
    """
    return [
        position
        for position, step in enumerate(ladder)
        if step.when is level and position not in done and step.due_at(raised) <= now and step.speaks(is_open=is_open)
    ]
