"""A scorecard as tables of amounts, which the terminal, a page and a workbook show each in its own way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mash_monitor.domain.figures import Figures, Whole
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import span
from mash_monitor.views.amounts import Amount, Kind, counted, in_time, part_of, repeated, very_late
from mash_monitor.views.chosen import largest
from mash_monitor.views.glossary import OUTCOMES

_REPEATS = "Repeats within 12 months"
Cell = str | Amount


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


def _known(amount: Amount, whole: Whole) -> Amount:
    """An amount of a period compared with: nothing is said of one without a contact, not even nought."""
    return amount if whole.recorded else Amount(amount.kind, None)


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
        recorded = card.total.recorded and card.previous.recorded
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
