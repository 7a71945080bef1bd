"""How one contact stands against a timescale, and shares in time.

Every count comes from contacts, never from alerts, so that a scorecard can be recomputed from rows.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.contact import Contact, Mark, Precision
from mash_monitor.domain.timescale import Deadline, Timescale, deadline

_ONE_DAY = timedelta(days=1)

NOT_RECORDED = "not_recorded"
"""The name under which contacts without an outcome are counted."""


class Verdict(StrEnum):
    """How one contact stands against one timescale."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_YET_DUE = "not_yet_due"
    UNCERTAIN = "uncertain"


def percent(part: int, whole: int) -> float | None:
    """`part` of `whole` in percent, rounded half up to two decimals; None where the whole is zero."""
    if whole == 0:
        return None
    return (part * 20_000 + whole) // (whole * 2) / 100


@dataclass(slots=True)
class Tally:
    """Contacts counted against one timescale. Uncertain ones give the share a low and a high bound."""

    received: int = 0
    in_time: int = 0
    late: int = 0
    not_yet_due: int = 0
    uncertain: int = 0

    def add(self, verdict: Verdict, number: int = 1) -> None:
        """Count one contact, or so many alike."""
        self.received += number
        setattr(self, verdict.value, getattr(self, verdict.value) + number)

    def include(self, others: "Tally") -> None:
        """Count what another tally has counted."""
        for verdict in Verdict:
            self.add(verdict, getattr(others, verdict.value))

    @property
    def pct(self) -> float | None:
        """In time / (in time + late), in percent; None where anything is uncertain or nothing is due."""
        return None if self.uncertain else percent(self.in_time, self.in_time + self.late)

    @property
    def pct_low(self) -> float | None:
        """The share if every uncertain contact was late."""
        return percent(self.in_time, self.in_time + self.late + self.uncertain)

    @property
    def pct_high(self) -> float | None:
        """The share if every uncertain contact was in time."""
        return percent(self.in_time + self.uncertain, self.in_time + self.late + self.uncertain)

    @property
    def late_pct(self) -> float | None:
        """Late / (in time + late), in percent; None where anything is uncertain or nothing is due."""
        return None if self.uncertain else self.late_pct_low

    @property
    def late_pct_low(self) -> float | None:
        """The share that is late if every uncertain contact was in time."""
        return percent(self.late, self.due)

    @property
    def late_pct_high(self) -> float | None:
        """The share that is late if every uncertain contact was late."""
        return percent(self.late + self.uncertain, self.due)

    @property
    def due(self) -> int:
        """Contacts that were in time, late, or either: what a share is a share of."""
        return self.in_time + self.late + self.uncertain


class Due(NamedTuple):
    """The deadline of one contact under one timescale, as bounds where only the date of receipt is known."""

    earliest: Deadline
    latest: Deadline


def due(contact: Contact, timescale: Timescale, calendar: Calendar) -> Due | None:
    """When the contact was due under this timescale; None where the timescale does not measure it."""
    if Mark.VOLUME_ONLY in contact.marks or not timescale.applies(contact.risk, contact.source_group):
        return None
    return bounds(contact, timescale, calendar)


def bounds(contact: Contact, timescale: Timescale, calendar: Calendar) -> Due | None:
    """The deadline that this timescale sets, meant for such a contact or not; None where it sets none."""
    if contact.received is None or (earliest := deadline(timescale, contact.received, calendar)) is None:
        return None
    if contact.precision is not Precision.DATE:
        return Due(earliest, earliest)
    last_moment = calendar.midnight(calendar.date_of(contact.received) + _ONE_DAY) - 1
    latest = deadline(timescale, last_moment, calendar) or earliest
    return Due(earliest, max(earliest, latest, key=lambda at: at.last))


def verdict(contact: Contact, at: Due, now: int) -> Verdict:
    """How the contact stands at `now`: a decision in time, late, or between bounds that allow both."""
    decided = contact.decided
    if decided is None or decided.earliest > now:
        if now > at.latest.last:
            return Verdict.LATE
        return Verdict.UNCERTAIN if now > at.earliest.last else Verdict.NOT_YET_DUE
    if Mark.DECIDED_BEFORE_RECEIVED in contact.marks:
        return Verdict.UNCERTAIN
    if decided.latest <= at.earliest.last:
        return Verdict.IN_TIME
    return Verdict.LATE if decided.earliest > at.latest.last else Verdict.UNCERTAIN
