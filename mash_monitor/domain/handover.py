"""Hand-over: when the hub shuts for the night or the weekend, and who then knows what is still to be done."""

from dataclasses import dataclass

from mash_monitor.domain.calendar import Calendar, wall
from mash_monitor.domain.reports import ReportSchedule

_EARLY = 7200
"""A report up to two hours before opening is the morning's: the team finds it when it comes in."""


@dataclass(frozen=True, slots=True)
class Shut:
    """The hub is shut from one instant until another: over a lunch hour never, over a weekend as one."""

    closing: int
    opening: int


def coming(slot: int, calendar: Calendar, schedule: ReportSchedule) -> Shut | None:
    """The time that the hub is about to be shut, if this is the last report before it closes; else None.

    Deadlines up to `opening` are what the emergency duty team has to know. Raises NoReports.
    """
    closing = calendar.closing(calendar.date_of(slot))
    if closing is None or not slot <= closing < schedule.after(slot):
        return None
    opening = calendar.next_opening(closing)
    return None if opening is None or opening == closing else Shut(closing, opening)


def gone_by(slot: int, calendar: Calendar, schedule: ReportSchedule) -> Shut | None:
    """The time that the hub was shut, if this is the first report of its morning; else None.

    That is the last report before opening where it is less than two hours early, else the first one after it.
    Raises NoReports.
    """
    day = calendar.date_of(slot)
    spans = calendar.spans_of(day)
    if not spans:
        return None
    opening = wall(day, spans[0][0], calendar.zone)
    closing = calendar.last_staffed_moment(opening)
    if closing == opening:  # open through the night, or for the first time
        return None
    early = schedule.within(opening - _EARLY, opening)
    return Shut(closing, opening) if slot == (early[-1] if early else schedule.after(opening)) else None
