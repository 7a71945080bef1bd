"""What a printed figure is by the rows: a number, or bounds where decisions are uncertain."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from mash_monitor.domain.figures import TAIL, Count, Figures, Whole
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.period import Period
from mash_monitor.domain.printed import percentage
from mash_monitor.domain.published_names import OUTCOMES, Names, slug
from mash_monitor.domain.scorecard import Scorecard

_LOOKED_BACK_FOR = ("repeats", "repeat_pct")
"""What depends on contacts of the year before."""


class Bounds(NamedTuple):
    """What a figure is at least and at most: the same where nothing about it is uncertain."""

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True, slots=True)
class Rows:
    """The counts of a period by their names, and how far back the rows reach where that is not far enough.

    `since` is the day of the first contact where the period began before it, `looked_back` where that goes for the
    year before the period.
    """

    names: Names
    counts: Mapping[str, Bounds]
    since: date | None = None
    looked_back: date | None = None

    @classmethod
    def of(cls, card: Scorecard, period: Period, whole: Whole, names: Names) -> "Rows":
        """The rows of one period of a scorecard; there are none of a period without a contact."""
        begun, known = card.reach.back_to(period.start), card.knows_repeats(period)
        first = card.reach.since
        return cls(names, _of_whole(whole, names), None if begun else first, None if known else first)

    def give(self, key: str) -> Bounds | None:
        """A figure by the rows, not rounded; None where they do not have it."""
        ratio = self.names.ratios.get(key)
        if ratio is None:
            return self.counts.get(key)
        part, whole = self.counts.get(ratio.part), self.counts.get(ratio.whole)
        if part is None or whole is None or not whole.low:
            return None
        return Bounds(percentage(part.low, whole.low), percentage(part.high, whole.low))

    def lacking(self, key: str) -> str:
        """What must be known of a figure that the rows give; empty where they reach back far enough for it."""
        first = self.looked_back if key in _LOOKED_BACK_FOR else self.since
        return "" if first is None else f" (the first of them is of {first})"


def _of_whole(whole: Whole, names: Names) -> dict[str, Bounds]:
    """The counts by their names; none of a period without a contact."""
    if not whole.contacts:
        return {}
    parts = {slug(name): part for name, part in whole.groups.items()}
    found = {
        **dict(_counts("", whole)),
        "children": _exactly(whole.children),
        "repeats": _exactly(whole.repeats),
    }
    for source in names.sources:
        found |= dict(_counts(f"{source}_", parts.get(source, Figures(whole.timescales))))
    return {name: bounds for name, bounds in found.items() if bounds is not None}


def _counts(at: str, part: Figures) -> Iterator[tuple[str, Bounds | None]]:
    yield f"{at}contacts", _exactly(part.contacts)
    yield f"{at}referrals", _exactly(part.referrals)
    yield f"{at}open", _exactly(part.open)
    for outcome in OUTCOMES:
        yield f"{at}{outcome}", _exactly(part.outcomes.get(outcome, 0))
    for timescale, tally in zip(part.timescales, part.tallies, strict=False):  # a source without a contact has none
        within = f"{at}within_{slug(timescale.name)}"
        yield from _measured(f"{within}_in_time", f"{within}_due", tally, "in_time")
    over = f"{at}over_{slug(TAIL.name)}"
    yield from _measured(over, f"{over}_due", part.tail, "late")


def _measured(part: str, whole: str, tally: Tally | None, verdict: str) -> Iterator[tuple[str, Bounds | None]]:
    if tally is not None:
        number = getattr(tally, verdict)
        yield part, Bounds(Decimal(number), Decimal(number + tally.uncertain))
        yield whole, _exactly(tally.due)


def _exactly(number: Count) -> Bounds | None:
    return None if number is None else Bounds(Decimal(number), Decimal(number))
