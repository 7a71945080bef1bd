"""What managers and scrutiny look at: computed once, shown everywhere.

Every count comes from contacts, never from alerts, so that a scorecard can be recomputed from rows.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from mash_monitor.domain.figures import Whole
from mash_monitor.domain.period import Period

_QUIET_START = timedelta(days=7)
"""A hub may have no contact in its first days."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the records reach: from the local date of the first contact, None where the store cannot tell, to now."""

    since: date | None
    until: date

    def back_to(self, day: date) -> bool:
        """Whether contacts have been recorded since that day, as far as can be told."""
        return self.since is None or self.since <= day + _QUIET_START


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of a period, of each of its months, and of the period `before` that it is compared with.

    `without_time` are the contacts that are in no period, as nobody can tell when they were received; None is withheld.
    `at` is the instant as of which the contacts stand. `least` is the smallest count that is shown, where
    smaller ones are withheld for publication; then `doubts_are_late` says whether contacts of which it is not certain
    that they were in time are counted as late.
    """

    period: Period
    total: Whole
    months: list[tuple[Period, Whole]]
    before: Period
    previous: Whole
    at: int
    reach: Reach
    without_time: int | None = 0
    least: int | None = None
    doubts_are_late: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the last day of the period has come."""
        return self.period.end <= self.reach.until

    @property
    def like_with_like(self) -> bool:
        """Whether both periods are there as a whole, so that their counts can be compared."""
        return self.is_over and self.reach.back_to(self.before.start)

    def knows_repeats(self, period: Period) -> bool:
        """Whether the records reach back to a year before the period."""
        return self.reach.back_to(period.year_before().start)
