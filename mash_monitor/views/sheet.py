"""A scorecard as tables of amounts, which the terminal, a page and a workbook show each in its own way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mash_monitor.domain.figures import Count, Figures, Whole, share_pct
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import count, duration
from mash_monitor.views.chosen import largest
from mash_monitor.views.glossary import NOTHING, OUTCOMES, percentage, target

_REPEATS = "Repeats within 12 months"
WITHHELD = "*"
"""Stands for what is withheld from publication."""


class Kind(StrEnum):
    """What an amount is an amount of."""

    COUNT = "count"
    PERCENT = "percent"
    TARGET = "target"
    CHANGE = "change"
    POINTS = "points"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure: its value, or None; the count behind it, and of what. Uncertain ones have bounds instead.

    `tally` and `target_pct` come with a share in time.
    """

    kind: Kind
    value: float | None
    low: float | None = None
    high: float | None = None
    part: Count = None
    whole: Count = None
    withheld: bool = False
    tally: Tally | None = None
    target_pct: float | None = None

    def __str__(self) -> str:
        if self.withheld:
            return WITHHELD
        if self.value is None:
            return f"{self.low:.2f} to {self.high:.2f}%" if self.low is not None else NOTHING
        if self.kind is Kind.TARGET:
            return target(self.value)
        if self.kind is Kind.PERCENT:
            return percentage(self.value)
        if self.kind in (Kind.CHANGE, Kind.POINTS):
            return _moved(self.value, self.kind)
        return f"{self.value:,}" if self.kind is Kind.COUNT else duration(int(self.value))

    @property
    def numbers(self) -> str:
        """What the figure is made of: "331 of 2,017"; empty for a plain count."""
        if self.part is None or not self.whole:
            return ""
        most = "" if self.tally is None or not self.tally.uncertain else f" to {self.part + self.tally.uncertain:,}"
        return f"{self.part:,}{most} of {self.whole:,}"

    def change(self, before: "Amount") -> "Cell":
        """How it moved: "+227", "-4.59 points", "no change"; empty where either is not known, and for an age."""
        kind = {Kind.COUNT: Kind.CHANGE, Kind.PERCENT: Kind.POINTS}.get(self.kind)
        if kind is None or self.withheld or before.withheld or self.value is None or before.value is None:
            return ""
        return Amount(kind, round(self.value - before.value, 2))


Cell = str | Amount


def _moved(by: float, kind: Kind) -> str:
    if not by:
        return "no change"
    return f"{by:+,.2f} points" if kind is Kind.POINTS else f"{by:+,}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one name a row.

    `bars` is the column whose amounts are worth a bar, where there is one; in a `wide` table each share in time
    is. `ends_in_all` says that the last row is the sum of the others. `counted` are the columns whose shares are told
    with what they are made of, as no other column says it.
    """

    title: str
    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bars: int | None = None
    wide: bool = False
    ends_in_all: bool = False
    counted: range = range(0)

    def numbers(self, column: int, row: Sequence[Cell]) -> str:
        """What the share in this column of a row is made of, where that is told there: "331 of 2,017"; or empty."""
        cell = row[column]
        return cell.numbers if column in self.counted and isinstance(cell, Amount) else ""


def tables(card: Scorecard) -> Iterator[Table]:
    """The tables of a scorecard, in the order in which they are read."""
    then = span(card.before.start, card.before.end)
    yield _glance(card, then)
    yield _clocks(card, then)
    if len(card.months) > 1:
        months = {f"{month.start:%b %Y}": part for month, part in card.months if month.start <= card.reach.until}
        yield _parts("Month by month", "Month", card, months)
    if card.total.contacts == 0:
        return
    total = card.total
    yield _parts("Where they came from", "Source", card, dict(largest(total.groups)))
    if len(total.teams) > 1:
        yield _parts("Teams", "Team", card, dict(largest(total.teams)), "A contact of two teams counts in both.")
    if len(total.risks) > 1:
        about = "The rating that a social worker gives the concern, not the one by time left."
        yield _parts("Risk", "Risk", card, dict(largest(total.risks)), about)
    yield _outcomes(card, then)


def notes(card: Scorecard) -> Iterator[str]:
    """What must be known before the figures are read: what is not there as a whole, and what is withheld."""
    for period, whole in ((card.period, card.total), (card.before, card.previous)):
        if not _recorded(whole):
            against = "" if period is card.period else ": there is nothing to compare with"
            yield f"No contact is recorded for {span(period.start, period.end)}{against}"
    if _recorded(card.total) and not card.is_over:
        yield f"This period is not over: what came up to {day(card.reach.until)} is counted"
    yield from _history(card)
    if dark := card.without_time:
        yield f"{count(dark, 'contact')} without a readable time of receipt {'is' if dark == 1 else 'are'} in no period"
    if card.doubts_are_late:
        yield "Where it is not certain whether contacts were in time, they are counted as late"
    if card.least is not None:
        yield f"{WITHHELD} withheld: a count from 1 to {card.least - 1}, or one from which such a count would follow"


def _history(card: Scorecard) -> Iterator[str]:
    """What the records do not reach back for."""
    lacking = []
    if _recorded(card.previous) and not card.reach.back_to(card.before.start):
        lacking.append(f"{span(card.before.start, card.before.end)} is not there as a whole")
    if _recorded(card.total) and not card.knows_repeats(card.period):
        lacking.append("repeats are looked for over less than 12 months")
    if lacking and card.reach.since is not None:
        yield f"Contacts are recorded since {day(card.reach.since)}: {' and '.join(lacking)}"


def span(start: date, end: date) -> str:
    """ "1 January to 31 March 2020", "1 to 31 March 2020"."""
    if start == end:
        return day(end)
    if start.year != end.year:
        return f"{day(start)} to {day(end)}"
    return f"{start.day} to {day(end)}" if start.month == end.month else f"{start.day} {start:%B} to {day(end)}"


def day(at: date) -> str:
    """A date in full: "1 January 2020"."""
    return f"{at.day} {at:%B %Y}"


def counted(number: Count) -> Amount:
    """A plain count."""
    return Amount(Kind.COUNT, number, withheld=number is None)


def part_of(part: Count, whole: Count) -> Amount:
    """A part of a whole, in percent."""
    return Amount(Kind.PERCENT, share_pct(part, whole), part=part, whole=whole, withheld=part is None or whole is None)


def in_time(tally: Tally | None, target_pct: float | None) -> Amount:
    """The share in time."""
    if tally is None:
        return Amount(Kind.PERCENT, None, withheld=True, target_pct=target_pct)
    bounds = (None, None) if tally.pct is not None else (tally.pct_low, tally.pct_high)
    return Amount(Kind.PERCENT, tally.pct, *bounds, tally.in_time, tally.due, tally=tally, target_pct=target_pct)


def repeated(figures: Whole) -> Amount:
    """The share of repeats; nothing where no child has an id."""
    return part_of(figures.repeats, figures.contacts) if figures.identified else Amount(Kind.PERCENT, None)


def very_late(tally: Tally | None) -> Amount:
    """The share that took longer than three working days."""
    if tally is None:
        return Amount(Kind.PERCENT, None, withheld=True)
    bounds = (None, None) if tally.late_pct is not None else (tally.late_pct_low, tally.late_pct_high)
    return Amount(Kind.PERCENT, tally.late_pct, *bounds, tally.late, tally.due, tally=tally)


def _recorded(whole: Whole) -> bool:
    """Whether there is any contact. Where there is none, the store may just not reach back so far."""
    return whole.contacts != 0


def _known(amount: Amount, whole: Whole) -> Amount:
    """An amount of a period compared with: nothing is said of one without a contact, not even nought."""
    return amount if _recorded(whole) else Amount(amount.kind, None)


def _glance(card: Scorecard, then: str) -> Table:
    def amounts(figures: Whole) -> Iterator[Amount]:
        yield counted(figures.contacts)
        yield counted(figures.children)
        yield part_of(figures.referrals, figures.contacts)
        yield part_of(figures.nfa, figures.contacts)
        yield repeated(figures)
        yield very_late(figures.tail)
        yield counted(figures.open)
        age = None if figures.oldest_open is None else card.at - figures.oldest_open
        yield Amount(Kind.SECONDS, age, withheld=figures.open is None)

    names = (
        "Contacts", "Children", "Converted to a referral", "No further action", _REPEATS,
        "Over three working days", "Still open", "The oldest open",
    )  # fmt: skip

    def change(name: str, now: Amount, before: Amount) -> Cell:
        recorded = _recorded(card.total) and _recorded(card.previous)
        whole = now.kind is not Kind.COUNT or card.like_with_like
        known = name != _REPEATS or card.knows_repeats(card.before)
        return now.change(before) if recorded and whole and known else ""

    earlier = (_known(amount, card.previous) for amount in amounts(card.previous))
    rows = [
        (name, now, now.numbers, before, before.numbers, change(name, now, before))
        for name, now, before in zip(names, amounts(card.total), earlier, strict=True)
    ]
    head = ("Figure", "This period", "Count", then, "Count then", "Change")
    return Table("At a glance", "", head, tuple(rows))


def _clocks(card: Scorecard, then: str) -> Table:
    rows = [
        (scale.name, Amount(Kind.TARGET, aim := scale.target_pct), in_time(now, aim), in_time(before, aim))
        for scale, now, before in zip(card.total.timescales, card.total.tallies, card.previous.tallies, strict=True)
    ]
    about = (
        "The same contacts by each clock. Late counts those still open past their deadline; "
        "those open and not yet due are left out."
    )
    return Table("Decided in time", about, ("Timescale", "Target", "This period", then), tuple(rows), wide=True)


def _parts(title: str, kind: str, card: Scorecard, parts: Mapping[str, Figures], about: str = "") -> Table:
    total = card.total
    names = [timescale.name for timescale in total.timescales]
    head = (kind, "Contacts", "Share", "Referrals", "Conversion", "No further action", "Over 3 working days", *names)
    rows = [_part(name, part, total) for name, part in (*parts.items(), ("All", total))]
    counted = range(head.index("No further action"), len(head))
    return Table(title, about, head, tuple(rows), bars=2, ends_in_all=True, counted=counted)


def _part(name: str, part: Figures, total: Figures) -> tuple[Cell, ...]:
    return (
        name, counted(part.contacts), part_of(part.contacts, total.contacts), counted(part.referrals),
        part_of(part.referrals, part.contacts), part_of(part.nfa, part.contacts), very_late(part.tail),
        *(in_time(tally, scale.target_pct) for tally, scale in zip(part.tallies, part.timescales, strict=True)),
    )  # fmt: skip


def _outcomes(card: Scorecard, then: str) -> Table:
    now, before = card.total, card.previous
    rows = [
        (OUTCOMES[name], counted(number), part_of(number, now.contacts),
         _known(counted(before.outcomes[name]), before),
         part_of(before.outcomes[name], before.contacts))
        for name, number in now.outcomes.items()
    ]  # fmt: skip
    head = ("Outcome", "Contacts", "Share", "Contacts before", "Share before")
    return Table("What became of them", f"Before is {then}.", head, tuple(rows), bars=2)
