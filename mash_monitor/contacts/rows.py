"""From the raw values of one row to a Row of the domain, or a reason why it cannot be watched."""

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from struct import unpack
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from xxhash import xxh3_64_digest

from mash_monitor.contacts.notices import SetAside
from mash_monitor.contacts.outcomes import NO_MARKS, OutcomeReading
from mash_monitor.contacts.presets import COLUMNS
from mash_monitor.contacts.text import clean, clean_id, shape
from mash_monitor.contacts.times import Reading, is_blank, read_time
from mash_monitor.contacts.vocabulary import Vocabulary
from mash_monitor.domain.contact import FUTURE_TOLERANCE, UNKNOWN_GROUP, UNMAPPED, Mark, Precision, Row, Span

RawRow = Sequence[object]
"""The values of presets.COLUMNS; from an embedded store those of EVIDENCE; then the worker, if asked for."""

Chunks = Iterator[Sequence[RawRow]]

Marked = tuple[RawRow, int]
"""A raw row and its fingerprint."""

EVIDENCE = ("imported_at", "seen_open_at", "seen_decided_at", "volume_only")
"""What only an embedded store knows of a row; the times in epoch seconds."""

_NO_EVIDENCE = (None, None, None, None)
_WIDTH = len(COLUMNS)
_OF_THE_STORE: Callable[[RawRow], Any] = itemgetter(slice(_WIDTH))
_TEXT = frozenset({str, type(None)})
_KEPT = 4_096
_PLAIN = 2  # the version of marshal that writes equal values alike, whatever else refers to them


def contact_id(raw: RawRow) -> str | None:
    """The contact id of a raw row as trimmed text; None where it has none."""
    value = raw[0]
    if type(value) is str and value.isprintable() and len(value) <= 200:
        return value.strip() or None
    return clean_id(value)[0]


def fingerprints(rows: Sequence[RawRow]) -> Sequence[int]:
    """A signed 64-bit hash of each raw row, the same in every process: a row with the same one is unchanged.

    Evidence does not count: when a row was imported again says nothing new about the contact.
    """
    if not rows:
        return ()
    plain = type(rows[0]) is tuple and len(rows[0]) == _WIDTH  # nothing to cut off, which would take as long as a hash
    values: Sequence[Any] = rows if plain else [*map(_OF_THE_STORE, rows)]
    try:
        forms = [*map(marshal.dumps, values, repeat(_PLAIN))]
    except ValueError:
        forms = [*map(_form, values)]
    return unpack(f">{len(rows)}q", b"".join(map(xxh3_64_digest, forms)))


def unknown_of(chunks: Iterable[Sequence[RawRow]], known: set[int]) -> Chunks:
    """Those of the rows whose fingerprint is not among the known; that of each other is struck from the set."""
    for chunk in chunks:
        marks = fingerprints(chunk)
        if not known.issuperset(marks):
            yield [raw for raw, mark in zip(chunk, marks, strict=True) if mark not in known]
        known.difference_update(marks)


def _form(values: Any) -> bytes:
    try:
        return marshal.dumps(values, _PLAIN)
    except ValueError:  # a type beyond text, numbers and JSON
        return repr(values).encode()


class _Said(NamedTuple):
    """What the words of a row say: the source's code and words, risk, team and outcome."""

    source_code: str | None
    source_group: str
    source_desc: str | None
    risk: str
    team: str | None
    outcome: OutcomeReading
    cleaned: bool
    doubts: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class RowParser:
    """Parses the rows of one store.

    `observed`: the store has no decision time, so that an outcome means a decision between receipt and now.
    `embedded`: its rows carry evidence.
    """

    where: str
    zone: ZoneInfo
    words: Vocabulary
    observed: bool = False
    embedded: bool = False
    _said: dict[tuple[object, ...], _Said] = field(default_factory=dict, repr=False, compare=False)

    def parse(self, raw: RawRow, now: int) -> Row | SetAside:
        """The row as it is read at `now`. Never raises, whatever the values are."""
        key, cleaned = clean_id(raw[0])
        if key is None:
            return SetAside(self.where, "contact_id", shape(raw[0]), "no contact id")
        worker = raw[-1] if len(raw) > (13 if self.embedded else 9) else None
        person, cut_person = clean_id(raw[1])
        said = self._words_of(tuple(raw[4:9]))
        doubts = [*said.doubts]
        if cleaned or cut_person or said.cleaned:
            doubts.append(Mark.CLEANED)

        evidence = raw[9:13] if self.embedded else _NO_EVIDENCE
        received = self._received(raw[2], evidence, now)
        if received is None:
            doubts.append(Mark.TIME_UNREADABLE)
        elif received.precision is Precision.DATE:
            doubts.append(Mark.DATE_ONLY)
        instant = received.earliest if received else None
        decided, doubt = self._decided(raw[3], evidence, instant, said.outcome, now)
        if doubt is not None:
            doubts.append(doubt)
        return Row(
            contact_id=key,
            person_id=person,
            received=instant,
            precision=received.precision if received else Precision.UNREADABLE,
            decided=decided,
            source_code=said.source_code,
            source_group=said.source_group,
            source_desc=said.source_desc,
            risk=said.risk,
            team=said.team,
            worker=clean(worker)[0],
            outcome=said.outcome.outcome,
            marks=frozenset(doubts) if doubts else NO_MARKS,
            early=self._as_written(raw[3]) if doubt is Mark.DECIDED_BEFORE_RECEIVED else None,
        )

    def _words_of(self, words: tuple[object, ...]) -> _Said:
        """What these words say; the same few are read again and again."""
        if not _TEXT.issuperset(map(type, words)):  # as a key, True and 1.0 would be the number 1
            return self._read(*words)
        if (said := self._said.get(words)) is None:
            if len(self._said) >= _KEPT:
                self._said.clear()
            said = self._said[words] = self._read(*words)
        return said

    def _read(self, code: object, desc: object, risk: object, team: object, outcome: object) -> _Said:
        code, cut_code = clean(code)
        desc, cut_desc = clean(desc)
        risk, cut_risk = clean(risk)
        team, cut_team = clean(team)
        source, level, decision = self.words.source(code, desc), self.words.risk(risk), self.words.outcome(outcome)
        doubts = [*decision.marks]
        if source is None:
            doubts.append(Mark.UNKNOWN_SOURCE)
        if level == UNMAPPED:
            doubts.append(Mark.UNKNOWN_RISK)
        return _Said(
            source_code=source.code if source and source.code else code,
            source_group=source.group if source else UNKNOWN_GROUP,
            source_desc=desc, risk=level, team=team, outcome=decision,
            cleaned=cut_code or cut_desc or cut_risk or cut_team, doubts=tuple(doubts),
        )  # fmt: skip

    def _received(self, value: object, evidence: RawRow, now: int) -> Reading | None:
        """None where the time is missing, unreadable, or after the moment at which the row was first seen."""
        reading = read_time(value, self.zone)
        imported = evidence[0]
        seen = min(now, imported) if isinstance(imported, int) else now
        return None if reading is None or reading.earliest > seen + FUTURE_TOLERANCE else reading

    def _as_written(self, value: object) -> Span | None:
        reading = read_time(value, self.zone)
        return None if reading is None else Span(reading.earliest, reading.latest)

    def _decided(
        self, value: object, evidence: RawRow, received: int | None, outcome: OutcomeReading, now: int
    ) -> tuple[Span | None, Mark | None]:
        """When the decision was made, and a doubt about it; None while the row is open, or may be."""
        _, seen_open, seen_decided, volume_only = evidence
        if volume_only:
            return Span(received or 0, received or 0), Mark.VOLUME_ONLY
        if Mark.DECISION_UNREADABLE in outcome.marks:
            return None, Mark.DECISION_UNREADABLE
        if is_blank(value):
            observed = self.observed and outcome.outcome is not None
            return (Span(min(received or 0, now), now) if observed else None), None
        reading = read_time(value, self.zone)
        if reading is None:
            return None, Mark.DECISION_UNREADABLE
        if isinstance(seen_decided, int):
            since = max(received or 0, seen_open if isinstance(seen_open, int) else 0)
            return Span(min(since, seen_decided), seen_decided), None
        if received is not None and reading.latest < received:
            return Span(received, received), Mark.DECIDED_BEFORE_RECEIVED
        earliest, latest = max(reading.earliest, received or 0), reading.latest
        if earliest <= now:  # a decision that can be read has been made: it does not last until midnight
            latest = min(latest, now)
        return Span(earliest, latest), None
