"""What managers and scrutiny look at: computed once, shown everywhere.

Every count comes from contacts, never from alerts, so that a scorecard can be recomputed from rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.contact import Contact
from mash_monitor.domain.counting import Counting
from mash_monitor.domain.figures import Whole
from mash_monitor.domain.period import Period
from mash_monitor.domain.timescale import Timescale


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of a period, of each of its months, and of the period `before` that it is compared with.

    `at` is the instant as of which the contacts stand. `least` is the smallest count that is shown, where
    smaller ones are withheld for publication.
    """

    period: Period
    total: Whole
    months: list[tuple[Period, Whole]]
    before: Period
    previous: Whole
    at: int
    least: int | None = None


def scorecard(
    contacts: Iterable[Contact], period: Period, timescales: Sequence[Timescale], calendar: Calendar, now: int
) -> Scorecard:
    """Count contacts by local date of receipt, and the period before.

    `contacts` are those received from a year before `period.previous()` to the end of `period`, in any
    order; each is looked at once.
    """
    before = period.previous()
    now_and_then = [Counting(one, timescales, calendar, now) for one in (period, before)]
    for contact in contacts:
        for counting in now_and_then:
            counting.add(contact)
    (total, months), (previous, _) = (counting.counted() for counting in now_and_then)
    return Scorecard(period, total, months, before, previous, now)
