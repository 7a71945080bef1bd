"""What an alert says: a reference, a colour, a time and a reason, in one text message where it can."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from zoneinfo import ZoneInfo

from mash_monitor.domain.rating import Level
from mash_monitor.domain.words import clock_time, count

SEGMENT = 160
"""Characters of GSM-7 in one text message."""

FURTHER_SEGMENT = 146
"""What a second segment adds at least: parts of a longer message have 153 characters each."""

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "…": "..."})
_SHOWN = {Level.OVERDUE: "OVERDUE", Level.RED: "RED", Level.AMBER: "amber", Level.GREEN: "green"}
_REFERENCE = re.compile(r"(?=.*\d)[\w./:#-]{1,40}", re.ASCII)
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f-]{12,}")
_WORD = re.compile(r"[A-Za-z]{5}|[A-Za-z][a-z]{2}", re.ASCII)
"""What could be somebody's name: five letters in a row, or three that are not all capitals."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The whole open position."""

    overdue: int = 0
    red: int = 0
    amber: int = 0
    green: int = 0

    @property
    def total(self) -> int:
        """All open contacts; `red` here does not include the overdue ones."""
        return self.overdue + self.red + self.amber + self.green


@dataclass(frozen=True, slots=True)
class Item:
    """One contact that a message names."""

    contact_id: str
    level: Level
    deadline: int | None
    staffed_left: int | None
    last_seen: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a message is made of. `items` are the newly raised contacts, the most urgent first.

    `more` counts those that are not among the items, because no message has room for so many. `again`: all of
    them were told before, and nobody has acknowledged.
    """

    title: str
    now: int
    zone: ZoneInfo
    counts: Counts
    items: Sequence[Item]
    next_report: int | None
    first_look: bool = False
    late_for: int | None = None
    more: int = 0
    again: bool = False


def safe_reference(contact_id: str) -> str:
    """The reference as it may leave: an id that could hold a name is replaced by a short digest of it.

    A reference has a digit, nothing but digits, a few signs and letters that make no word, and is no longer
    than 40.
    """
    wordless = _HEXADECIMAL.fullmatch(contact_id) or not _WORD.search(contact_id)
    if wordless and _REFERENCE.fullmatch(contact_id):
        return contact_id
    return f"#{sha256(contact_id.encode()).hexdigest()[:8]}"


def gsm7(text: str) -> str:
    """The text with nothing in it that would make a text message longer than it looks."""
    return "".join(char if char in _GSM7 else "?" for char in text.translate(_PLAIN))


def position(counts: Counts) -> str:
    """The open position in words: "2 OVERDUE, 4 RED, 9 amber"; the urgent ones stand out."""
    parts = [
        f"{number:,} {word}"
        for number, word in (
            (counts.overdue, _SHOWN[Level.OVERDUE]),
            (counts.red, _SHOWN[Level.RED]),
            (counts.amber, _SHOWN[Level.AMBER]),
        )
        if number
    ]
    if parts:
        return ", ".join(parts)
    return f"{counts.green:,} green" if counts.green else "nothing open"


def text(report: Report, short_ref: str | None) -> str:
    """The text message: counts, the most urgent references, the next report, how to acknowledge.

    It is one segment where title and references are of ordinary length (to 24 and 16 characters), else as
    many as one reference needs. What does not fit is counted ("+3 more").
    """
    head = f"{report.title} {clock_time(report.now, report.now, report.zone)}: "
    if report.first_look:
        head += "first look, "
    if report.again:
        head += "not acknowledged, "
    if report.late_for is not None:
        head += f"late for {clock_time(report.late_for, report.now, report.zone)}, "
    head += f"{position(report.counts)}."
    tail = ""
    if report.next_report is not None:
        tail += f" Next {clock_time(report.next_report, report.now, report.zone)}."
    if short_ref is not None:
        tail += f" Reply ACK {short_ref}"
    return gsm7(head + named(report, SEGMENT - len(gsm7(head + tail))) + tail)


def named(report: Report, room: int) -> str:
    """As many items as fit the room (characters), told as fully as the first one can be; the rest is counted.

    Those whose time cannot be read come last: somebody can act on a deadline.
    """
    for phrase in (_with_reason, _with_time, _with_level):
        told, left = "", len(report.items) + report.more
        for item in sorted(report.items, key=lambda item: item.deadline is None):
            more = f"{told} {phrase(item, report)}."
            if len(more) + len(_more(left - 1)) > room:
                break
            told, left = more, left - 1
        if told or not report.items:
            return told + _more(left)
    return named(report, room + FURTHER_SEGMENT)


def _more(number: int) -> str:
    return f" +{number} more." if number else ""


def _with_reason(item: Item, report: Report) -> str:
    unstaffed = item.level is Level.RED and item.staffed_left == 0 and item.last_seen is None
    return _with_time(item, report) + (", no staffed time left" if unstaffed else "")


def _with_time(item: Item, report: Report) -> str:
    if item.deadline is None:
        phrase = f"{_with_level(item, report)}, time unreadable"
    else:
        when = clock_time(item.deadline, report.now, report.zone)
        overdue = item.level is Level.OVERDUE
        phrase = f"{safe_reference(item.contact_id)} {'OVERDUE since' if overdue else 'due'} {when}"
    if item.last_seen is None:
        return phrase
    return f"{phrase}, as last seen {clock_time(item.last_seen, report.now, report.zone)}"


def _with_level(item: Item, _report: Report) -> str:
    return f"{safe_reference(item.contact_id)} {_SHOWN[item.level]}"


def subject(report: Report) -> str:
    """The subject line of the same message as an email."""
    at = clock_time(report.now, report.now, report.zone)
    late = "" if report.late_for is None else " (late)"
    return f"{report.title} {at}{late}: {position(report.counts)}"


def summary_text(report: Report, lines: Sequence[str]) -> str:
    """The plain body of a message with room: position, next report, then one line a contact."""
    total = count(report.counts.total, "open contact")
    body = [f"{report.title}: {total}: {position(report.counts)}."]
    if report.next_report is not None:
        body.append(f"Next report {clock_time(report.next_report, report.now, report.zone)}.")
    return "\n".join([*body, "", *lines])
