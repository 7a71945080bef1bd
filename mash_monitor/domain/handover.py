"""Hand-over: when the hub shuts for the night or the weekend, and who then knows what is still to be done."""

from dataclasses import dataclass

from mash_monitor.domain.calendar import Calendar, wall
from mash_monitor.domain.message import SEGMENT, Report, gsm7, named
from mash_monitor.domain.reports import ReportSchedule
from mash_monitor.domain.words import clock_time, count

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


@dataclass(frozen=True, slots=True)
class Night:
    """What became, while the hub was shut, of the contacts whose deadline was before it opened."""

    decided: int = 0
    acknowledged: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        """All of them; `left` are those still open that nobody acknowledged."""
        return self.decided + self.acknowledged + self.left


def evening_text(report: Report, shut: Shut, short_ref: str | None) -> str:
    """The text message to those on duty while the hub is shut: what passes its deadline before it opens."""
    number = len(report.items) + report.more
    head = f"{_head(report, shut)}, "
    head += f"{count(number, 'contact')} to decide before:" if number else "nothing passes its deadline before."
    tail = f" Reply ACK {short_ref}" if short_ref is not None else ""
    return gsm7(head + named(report, SEGMENT - len(gsm7(head + tail))) + tail)


def morning_text(report: Report, shut: Shut, night: Night) -> str:
    """The text message to the team that comes in: what was decided, acknowledged and left, the left by name."""
    parts = [
        f"{number:,} {word}"
        for number, word in ((night.decided, "decided"), (night.acknowledged, "acknowledged"), (night.left, "left"))
        if number
    ]
    head = f"{_head(report, shut)}: {', '.join(parts)}."
    tail = "" if report.next_report is None else f" Next {clock_time(report.next_report, report.now, report.zone)}."
    return gsm7(head + named(report, SEGMENT - len(gsm7(head + tail))) + tail)


def handover_subject(report: Report, shut: Shut) -> str:
    """The subject line of either as an email."""
    return _head(report, shut)


def _head(report: Report, shut: Shut) -> str:
    since, until = (clock_time(at, report.now, report.zone) for at in (shut.closing, shut.opening))
    return f"{report.title} hand-over, shut {since} to {until}"
