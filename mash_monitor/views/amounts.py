"""The figures of a scorecard as amounts: what each is an amount of, how it reads, and how it moved."""

from dataclasses import dataclass
from enum import StrEnum

from mash_monitor.domain.figures import Count, Whole, share_pct
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.words import duration
from mash_monitor.views.glossary import NOTHING, percentage, target

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

    def change(self, before: "Amount") -> "str | Amount":
        """How it moved: "+227", "-4.59 points", "no change"; empty where either is not known, and for an age."""
        kind = {Kind.COUNT: Kind.CHANGE, Kind.PERCENT: Kind.POINTS}.get(self.kind)
        if kind is None or self.withheld or before.withheld or self.value is None or before.value is None:
            return ""
        return Amount(kind, round(self.value - before.value, 2))


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


def _moved(by: float, kind: Kind) -> str:
    if not by:
        return "no change"
    return f"{by:+,.2f} points" if kind is Kind.POINTS else f"{by:+,}"
