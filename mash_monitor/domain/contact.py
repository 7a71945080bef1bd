"""What a contact is: the rows a store gives, one per child, and the one contact they make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

NO_PERSON = "-1"
"""The person id by which some extracts say that no child is attached."""

UNRATED = "unrated"
UNMAPPED = "unmapped"
"""A risk that the store gave but nobody recognises: it gets the strictest timescale."""

UNKNOWN_GROUP = "Unknown"


class Risk(StrEnum):
    """Seriousness of the concern, given by a social worker (BRAG). Never the rating by time left."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"


RISKS = (Risk.RED.value, Risk.AMBER.value, Risk.GREEN.value, Risk.BLUE.value, UNRATED, UNMAPPED)
_STRICTNESS = {risk: rank for rank, risk in enumerate((UNMAPPED, "red", "amber", UNRATED, "green", "blue"))}


class Outcome(StrEnum):
    """What was decided."""

    REFERRAL = "referral"
    EXISTING_REFERRAL = "existing_referral"
    CP_ENQUIRY = "cp_enquiry"
    EARLY_HELP = "early_help"
    ADVICE = "advice"
    NFA = "nfa"
    OTHER = "other"


CONVERTED = frozenset({Outcome.REFERRAL, Outcome.CP_ENQUIRY})
_WEIGHT = {outcome: rank for rank, outcome in enumerate(
    (Outcome.CP_ENQUIRY, Outcome.REFERRAL, Outcome.EXISTING_REFERRAL, Outcome.EARLY_HELP, Outcome.ADVICE,
     Outcome.NFA, Outcome.OTHER)
)}  # fmt: skip


class Precision(StrEnum):
    """How well the received time is known."""

    MINUTE = "minute"
    DATE = "date"
    UNREADABLE = "unreadable"


class Mark(StrEnum):
    """A doubt about a row or a contact. A marked contact is watched all the same."""

    TIME_UNREADABLE = "time_unreadable"
    DATE_ONLY = "date_only"
    DECIDED_BEFORE_RECEIVED = "decided_before_received"
    DECISION_UNREADABLE = "decision_unreadable"
    UNKNOWN_SOURCE = "unknown_source"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNKNOWN_RISK = "unknown_risk"
    BAD_SIBLING = "bad_sibling"
    CLEANED = "cleaned"
    VOLUME_ONLY = "volume_only"
    """An Annex A row: it counts in volumes, but has no time of decision and is never rated or alerted."""


class Span(NamedTuple):
    """An instant known only within bounds, both inclusive; an exact one has equal bounds."""

    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a contact store, for one child, already parsed and cleaned.

    `received` is None where the time is unreadable, missing or in the future. `decided` is None while
    the row is open. `source_desc` and `worker` are treated as personal: shown on our own screens, never
    sent, never logged. `early` is a decision before receipt as the store has it; `decided` then is the receipt.
    """

    contact_id: str
    person_id: str | None = None
    received: int | None = None
    precision: Precision = Precision.MINUTE
    decided: Span | None = None
    source_code: str | None = None
    source_group: str = UNKNOWN_GROUP
    source_desc: str | None = None
    risk: str = UNRATED
    team: str | None = None
    worker: str | None = None
    outcome: Outcome | None = None
    marks: frozenset[Mark] = frozenset()
    early: Span | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """One concern received, about one child or several. Open while `decided` is None; `early` as in Row."""

    contact_id: str
    children: int
    persons: tuple[str, ...]
    received: int | None
    precision: Precision
    decided: Span | None
    source_code: str | None
    source_group: str
    source_desc: str | None
    risk: str
    teams: tuple[str, ...]
    worker: str | None
    outcome: Outcome | None
    converted: bool
    marks: frozenset[Mark]
    early: Span | None = None

    @property
    def team(self) -> str | None:
        """The teams as one text, or None."""
        return ", ".join(self.teams) or None

    def is_open(self, at: int) -> bool:
        """Whether the contact was still undecided at this instant; in doubt it was."""
        return self.decided is None or self.decided.latest > at


FUTURE_TOLERANCE = 300
"""Seconds by which a received time may lie ahead of the moment at which it is read."""


def distrust_future(contact: Contact, first_seen: int) -> Contact:
    """The contact with its received time unreadable if it lies after the moment of first sight.

    A contact cannot have been received after it was seen, so such a time is wrong for good, not only
    until the clock has caught up with it.
    """
    if contact.received is None or contact.received <= first_seen + FUTURE_TOLERANCE:
        return contact
    return replace(
        contact,
        received=None,
        precision=Precision.UNREADABLE,
        marks=contact.marks - {Mark.DATE_ONLY} | {Mark.TIME_UNREADABLE},
    )


def strictest(risks: Iterable[str]) -> str:
    """The risk that asks for the most care; an unmapped one asks for the most."""
    return min(risks, key=lambda risk: _STRICTNESS.get(risk, 0))


def merge(rows: Sequence[Row]) -> Contact:
    """Make one contact of its rows, one per child. `rows` must not be empty and share one contact id.

    Earliest received; decided when all rows are, at the latest decision; strictest risk; converted if
    any row converts; every team kept. A sibling row without a readable time marks the contact.
    """
    if len(rows) == 1:
        return _single(rows[0])
    readable = [row for row in rows if row.received is not None]
    first = min(readable, key=_receipt, default=rows[0])
    marks = frozenset[Mark]().union(*(row.marks for row in rows))
    if readable and len(readable) < len(rows):
        marks = marks - {Mark.TIME_UNREADABLE} | {Mark.BAD_SIBLING}
    if first.precision is not Precision.DATE:
        marks -= {Mark.DATE_ONLY}
    sourced = first
    if first.source_group == UNKNOWN_GROUP:
        sourced = min((row for row in rows if row.source_group != UNKNOWN_GROUP), key=_receipt, default=first)
    if sourced.source_group != UNKNOWN_GROUP:
        marks -= {Mark.UNKNOWN_SOURCE}
    outcomes = [row.outcome for row in rows if row.outcome is not None]
    named = (row.person_id for row in rows if row.person_id and row.person_id != NO_PERSON)
    persons = tuple(dict.fromkeys(named))
    return Contact(
        contact_id=first.contact_id,
        children=len(persons) + sum(not row.person_id for row in rows),
        persons=persons,
        received=first.received,
        precision=first.precision,
        decided=_all_decided(rows),
        source_code=sourced.source_code,
        source_group=sourced.source_group,
        source_desc=sourced.source_desc,
        risk=strictest(row.risk for row in rows),
        teams=tuple(dict.fromkeys(row.team for row in rows if row.team)),
        worker=next((row.worker for row in (first, *rows) if row.worker), None),
        outcome=min(outcomes, key=_WEIGHT.__getitem__, default=None),
        converted=not CONVERTED.isdisjoint(outcomes),
        marks=marks,
        early=min((row.early for row in rows if row.early is not None), default=None),
    )


def _receipt(row: Row) -> tuple[int, bool, str, str]:
    """A sort key: the earliest first, and of equal ones the doubtful.

    Of rows that are alike in both the source decides, so that a contact does not depend on the order of its rows.
    """
    return row.received or 0, row.precision is Precision.MINUTE, row.source_group, row.source_code or ""


def _all_decided(rows: Sequence[Row]) -> Span | None:
    decisions = [row.decided for row in rows if row.decided is not None]
    if len(decisions) < len(rows):
        return None
    return Span(max(span.earliest for span in decisions), max(span.latest for span in decisions))


def _single(row: Row) -> Contact:
    person = row.person_id if row.person_id != NO_PERSON else None
    return Contact(
        contact_id=row.contact_id,
        children=0 if row.person_id == NO_PERSON else 1,
        persons=(person,) if person else (),
        received=row.received,
        precision=row.precision,
        decided=row.decided,
        source_code=row.source_code,
        source_group=row.source_group,
        source_desc=row.source_desc,
        risk=row.risk,
        teams=(row.team,) if row.team else (),
        worker=row.worker,
        outcome=row.outcome,
        converted=row.outcome in CONVERTED,
        marks=row.marks,
        early=row.early,
    )
