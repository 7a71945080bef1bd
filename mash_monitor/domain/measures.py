"""What managers and scrutiny look at: shares in time, conversion, sources; computed once, shown everywhere.

Every count comes from contacts, never from alerts, so that a scorecard can be recomputed from rows.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.contact import Contact, Mark, Outcome, Precision
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

    def add(self, verdict: Verdict) -> None:
        """Count one contact."""
        self.received += 1
        setattr(self, verdict.value, getattr(self, verdict.value) + 1)

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


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline of one contact under one timescale, as bounds where only the date of receipt is known."""

    earliest: Deadline
    latest: Deadline


def due(contact: Contact, timescale: Timescale, calendar: Calendar) -> Due | None:
    """When the contact was due under this timescale; None where the timescale does not measure it."""
    if contact.received is None or Mark.VOLUME_ONLY in contact.marks:
        return None
    if not timescale.applies(contact.risk, contact.source_group):
        return None
    earliest = deadline(timescale, contact.received, calendar)
    if earliest is None:
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


@dataclass(slots=True)
class Figures:
    """The figures of a period, a source group or a month: what a scorecard prints."""

    timescales: tuple[Timescale, ...]
    contacts: int = 0
    referrals: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    tallies: list[Tally] = field(default_factory=list)
    groups: dict[str, "Figures"] = field(default_factory=dict)
    _persons: set[str] = field(default_factory=set)
    _unnamed: int = 0

    def __post_init__(self) -> None:
        self.tallies = [Tally() for _ in self.timescales]

    @property
    def children(self) -> int:
        """Distinct children by person id; a row without one counts as a child of its own."""
        return len(self._persons) + self._unnamed

    @property
    def conversion_pct(self) -> float | None:
        """(Referrals + child protection enquiries) / all contacts, in percent."""
        return percent(self.referrals, self.contacts)

    def outcome_counts(self) -> dict[str, int]:
        """Contacts by outcome, every outcome named, those without one under "not_recorded"."""
        return {name: self.outcomes[name] for name in (*(outcome.value for outcome in Outcome), NOT_RECORDED)}

    def add(self, contact: Contact, verdicts: Sequence[Verdict | None]) -> None:
        """Count one contact, with its verdict under each timescale (None where it is not measured)."""
        self._count(contact, verdicts)
        group = self.groups.get(contact.source_group)
        if group is None:
            group = self.groups[contact.source_group] = Figures(self.timescales)
        group._count(contact, verdicts)

    def _count(self, contact: Contact, verdicts: Sequence[Verdict | None]) -> None:
        self.contacts += 1
        self.referrals += contact.converted
        self.outcomes[contact.outcome.value if contact.outcome else NOT_RECORDED] += 1
        self._persons.update(contact.persons)
        self._unnamed += contact.children - len(contact.persons)
        for tally, found in zip(self.tallies, verdicts, strict=True):
            if found is not None:
                tally.add(found)


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates from `start` to `end`, both inclusive, and how people call them."""

    start: date
    end: date
    name: str

    def months(self) -> list["Period"]:
        """The calendar months of the period, clipped to it."""
        months, day = [], self.start
        while day <= self.end:
            last = day.replace(day=monthrange(day.year, day.month)[1])
            months.append(Period(day, min(self.end, last), f"{day:%Y-%m}"))
            day = last + _ONE_DAY
        return months

    def previous(self) -> "Period":
        """The period before: as many whole months where it is whole months, else as many days."""
        if self.start.day == 1 and (self.end + _ONE_DAY).day == 1:
            start = self.start
            for _ in self.months():
                start = (start - _ONE_DAY).replace(day=1)
        else:
            start = self.start - (self.end - self.start) - _ONE_DAY
        return Period(start, self.start - _ONE_DAY, "the period before")

    def bounds(self, calendar: Calendar) -> tuple[int, int]:
        """The instants [start, end) of the period in the hub's local time."""
        return calendar.midnight(self.start), calendar.midnight(self.end + _ONE_DAY)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The figures of a period, of each of its months, and of the period before."""

    period: Period
    total: Figures
    months: list[tuple[Period, Figures]]
    previous: Figures


def scorecard(
    contacts: Iterable[Contact], period: Period, timescales: Sequence[Timescale], calendar: Calendar, now: int
) -> Scorecard:
    """Count contacts by local date of receipt.

    `contacts` are those received from the start of `period.previous()` to the end of `period`, in any
    order; each is looked at once.
    """
    chosen = tuple(timescales)
    by_month = [(month, Figures(chosen)) for month in period.months()]
    card = Scorecard(period, Figures(chosen), by_month, Figures(chosen))
    start, end = period.bounds(calendar)
    before = period.previous().bounds(calendar)[0]
    months = [(*month.bounds(calendar), figures) for month, figures in card.months]
    for contact in contacts:
        received = contact.received
        if received is None or not before <= received < end or received > now:
            continue
        if contact.decided is not None and contact.decided.earliest > now:
            contact = replace(contact, outcome=None, converted=False)  # noqa: PLW2901 - as it stood at `now`
        verdicts = []
        for timescale in chosen:
            at = due(contact, timescale, calendar)
            verdicts.append(None if at is None else verdict(contact, at, now))
        if received < start:
            card.previous.add(contact, verdicts)
            continue
        card.total.add(contact, verdicts)
        for month_start, month_end, figures in months:
            if month_start <= received < month_end:
                figures.add(contact, verdicts)
    return card
