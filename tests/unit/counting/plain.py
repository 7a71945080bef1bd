"""A scorecard of contacts that are looked at one by one."""

from collections.abc import Iterable, Sequence

from mash_monitor.counting.period import Counting
from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.contact import Contact
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Reach, Scorecard
from mash_monitor.domain.timescale import Timescale


def scorecard(
    contacts: Iterable[Contact], period: Period, timescales: Sequence[Timescale], calendar: Calendar, now: int
) -> Scorecard:
    """Count contacts by local date of receipt, and the period before.

    `contacts` are those received from a year before `period.previous()` to the end of `period`, in any
    order; each is looked at once.
    """
    before = period.previous()
    now_and_then = [Counting(one, timescales, calendar, now) for one in (period, before)]
    looked_at = list(contacts)
    for contact in looked_at:
        for counting in now_and_then:
            counting.add(contact)
    (total, months), (previous, _) = (counting.counted() for counting in now_and_then)
    first = min((contact.received for contact in looked_at if contact.received is not None), default=None)
    reach = Reach(None if first is None else calendar.date_of(first), calendar.date_of(now))
    return Scorecard(period, total, months, before, previous, now, reach)
