"""The words and signs by which every view calls the same thing the same name."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from mash_monitor.domain.ageing import Age
from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.changes import Changes
from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.measures import NOT_RECORDED, Tally
from mash_monitor.domain.message import Counts
from mash_monitor.domain.position import Position, Quality
from mash_monitor.domain.rating import Level
from mash_monitor.domain.timescale import Timescale
from mash_monitor.domain.words import count, duration
from mash_monitor.views.untrusted import plain

if TYPE_CHECKING:
    from mash_monitor.domain.account import Change, Sent

NOTHING = "—"
"""Stands where there is no figure, which is never the same as zero."""

LEVEL_WORDS = {Level.OVERDUE: "OVERDUE", Level.RED: "RED", Level.AMBER: "amber", Level.GREEN: "green"}
"""Each colour as a word; the urgent ones stand out without any colour. The worst first."""

WHILE_SHUT = "while nobody is here"
NOT_OVER = (
    "The week that is not over counts what is due up to Sunday, once it is decided or past: its share can differ from "
    "today's."
)
HERE = {True: "staffed", False: "NOBODY HERE"}
"""Whether a stretch of time has somebody in it who can decide."""

WINDOWS = {"today": "today", "last_7_days": "last 7 days", "month": "this month"}

OUTCOMES = {
    Outcome.REFERRAL.value: "referral",
    Outcome.EXISTING_REFERRAL.value: "part of an existing referral",
    Outcome.CP_ENQUIRY.value: "child protection enquiry",
    Outcome.EARLY_HELP.value: "early help",
    Outcome.ADVICE.value: "information and advice",
    Outcome.NFA.value: "no further action",
    Outcome.OTHER.value: "other",
    NOT_RECORDED: "not recorded",
}

_EXAMPLES = 3
_ON_A_WALL = 13
_END = 6
"""Characters of a reference that a wall has room for, and how many are left at each end of a longer one."""

_OPEN_IN_DOUBT = {
    "time_unreadable": "time unreadable, watched as red",
    "date_only": "date without a time",
    "unknown_source": "source unknown",
    "vanished": "no longer in the store, still watched",
}


_CHANGES = {
    "overdue": "new OVERDUE",
    "red": "new RED",
    "amber": "new amber",
    "came": "came in",
    "decided": "decided",
    "reopened": "reopened",
    "eased": "better by a correction",
    "vanished": "gone from the store",
    "returned": "back in the store",
    "acknowledged": "acknowledged",
}
"""What becomes of contacts, the worst first."""


class Standing(StrEnum):
    """How a share stands against its target."""

    MET = "met"
    BELOW = "BELOW"
    UNSURE = "unsure"
    """Uncertain contacts decide it: met if they were in time, below if they were late."""


def standing(tally: Tally, target_pct: float | None) -> Standing | None:
    """The share against the target in percent; None without a target or with nothing due."""
    if target_pct is None or tally.pct_low is None or tally.pct_high is None:
        return None
    if tally.pct_low >= target_pct:
        return Standing.MET
    return Standing.BELOW if tally.pct_high < target_pct else Standing.UNSURE


def percentage(pct: float | None) -> str:
    """ "44.00%", or a dash."""
    return NOTHING if pct is None else f"{pct:.2f}%"


def share(tally: Tally) -> str:
    """The share in time: "44.01%", "39.53 to 48.84%" where some are uncertain, or a dash."""
    if tally.pct is None and tally.pct_low is not None:
        return f"{tally.pct_low:.2f} to {tally.pct_high:.2f}%"
    return percentage(tally.pct)


def share_in_numbers(tally: Tally) -> str:
    """What the share is made of: "27 of 62", "20 to 25 of 51", "nothing due yet"."""
    whole = tally.in_time + tally.late + tally.uncertain
    if not whole:
        return "nothing due yet" if tally.not_yet_due else "nothing due"
    most = f" to {tally.in_time + tally.uncertain:,}" if tally.uncertain else ""
    return f"{tally.in_time:,}{most} of {whole:,}"


def target(target_pct: float | None) -> str:
    """ "95%", or a dash where the pack sets no target."""
    return NOTHING if target_pct is None else f"{target_pct:g}%"


def aimed(timescale: Timescale) -> str:
    """ "24 hours, target 95%", or its name alone where the pack sets no target."""
    aim = "" if timescale.target_pct is None else f", target {target(timescale.target_pct)}"
    return f"{timescale.name}{aim}"


def by_level(counts: Counts) -> dict[Level, int]:
    """The counts by level, the worst first; they add up to the total."""
    numbers = (counts.overdue, counts.red, counts.amber, counts.green)
    return dict(zip(LEVEL_WORDS, numbers, strict=True))


def cut(reference: str) -> str:
    """A reference for a wall: a long one keeps its ends, "0f8fad…28950e", as its link keeps all of it."""
    return reference if len(reference) <= _ON_A_WALL else f"{reference[:_END]}…{reference[-_END:]}"


def time_left(seconds: int | None) -> str:
    """Time to the deadline: "3 h 10 min", "-2 h 25 min" once it has passed, a dash without one."""
    if seconds is None:
        return NOTHING
    sign = "-" if seconds < 0 else ""
    return f"{sign}{duration(seconds)}" if seconds == 0 or abs(seconds) >= 60 else f"{sign}<1 min"


def staffed_left(seconds: int | None, *, overdue: bool) -> str:
    """Staffed time to the deadline: "1 h 30 min", "none", or a dash where the deadline is past or missing."""
    if seconds is None or overdue:
        return NOTHING
    return time_left(seconds) if seconds else "none"


def doubts(position: Position) -> list[str]:
    """Each doubt about what was read: how many of what, and in words; empty where there is none."""
    quality, found = position.quality, []
    if quality.set_aside:
        found.append(count(quality.set_aside, "row set aside, it has no id", "rows set aside, they have no id"))
    for name, words in _OPEN_IN_DOUBT.items():
        if number := getattr(quality, name):
            found.append(f"{number:,} of {position.counts.total:,} open: {words}")
    if early := quality.decided_before_received:
        found.append(f"{early:,} of {quality.received_this_month:,} received this month: decided before received")
    return found


def set_aside(quality: Quality) -> list[str]:
    """The first rows that cannot be watched, each with its place, and how many more there are."""
    shown = quality.set_aside_examples[:_EXAMPLES]
    more = quality.set_aside - len(shown) if shown else 0
    rows = [f"set aside: {plain(example)}" for example in shown]
    return [*rows, f"and {more:,} more set aside"] if more > 0 else rows


def changed(changes: Changes) -> str:
    """ "2 new OVERDUE, 3 new RED, 5 came in, 4 decided, 1 reopened", or "nothing changed"."""
    numbers = ((getattr(changes, name), words) for name, words in _CHANGES.items())
    return ", ".join(f"{number:,} {words}" for number, words in numbers if number) or "nothing changed"


def ages(band: Age | None) -> str:
    """A band of ages: "under 8 h", "8 to 24 h", "1 to 2 days", "over 7 days", "time unreadable"."""
    if band is None:
        return "time unreadable"
    if band.end is None:
        return f"over {band.start // DAY} days"
    size, unit = (DAY, "days") if band.start >= DAY else (3_600, "h")
    return f"{band.start // size} to {band.end // size} {unit}" if band.start else f"under {band.end // size} {unit}"


def clock(timescale: Timescale) -> str:
    """By which clock a timescale counts, and whether it rates: "working days, measured beside it"."""
    return f"{timescale.clock.value.replace('-', ' ')}, {'rates' if timescale.rates else 'measured beside it'}"


def stepped(change: "Change") -> str:
    """From where to where a contact moved: "amber to red", or "green" at first sight, or where it only stayed so."""
    return change.after if change.before in (None, change.after) else f"{change.before} to {change.after}"


def about(sent: "Sent") -> str:
    """What a message was about: "alert on 4 contacts, worst red"."""
    contacts = f" on {count(sent.contacts, 'contact')}" if sent.contacts else ""
    return f"{sent.purpose}{contacts}{f', worst {sent.level}' if sent.level else ''}"


def states(deliveries: "Sequence[Sent]", older: int = 0) -> str:
    """How many messages stand in which state: "3 delivered, 1 failed", or "no message"; `older` ones are not shown."""
    numbers = Counter(sent.state for sent in deliveries)
    found = ", ".join(f"{number:,} {state}" for state, number in sorted(numbers.items())) or "no message"
    return f"the last {len(deliveries):,}: {found}; {older:,} older not shown" if older else found
