"""The figures that a published table can have: their names, what each is a share of, and what a scorecard has of them.

A name is that of the whole period or, with the name of a source before it, of that source: contacts, police_contacts.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple

from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.figures import TAIL, Count, Figures, Whole
from mash_monitor.domain.measures import NOT_RECORDED, Tally
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.timescale import Timescale

OWN_TO_A_PERIOD = ("children", "repeats")
"""Counts that those of the months need not add up to: of children a child of two months is one, and what is called a
repeat differs from place to place."""
_OUTCOMES = (*(outcome.value for outcome in Outcome), NOT_RECORDED)
_SOURCE = re.compile(r"(.+)_(?:contacts|referrals|share_pct|conversion_pct)(?:_derived)?")
_WHOLE = "conversion_to_referral_pct"


class Ratio(NamedTuple):
    """A percentage by the names of its two counts. `most` names a count that the whole is not more than."""

    part: str
    whole: str
    most: str = ""


class Bounds(NamedTuple):
    """What a figure is at least and at most: the same where nothing about it is uncertain."""

    low: Decimal
    high: Decimal

    def __str__(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True, slots=True)
class Names:
    """The figures that can be checked: the counts, and what each percentage is made of."""

    sources: Collection[str]
    counts: Collection[str]
    ratios: Mapping[str, Ratio]

    def __contains__(self, name: str) -> bool:
        return name in self.ratios or name in self.counts

    def nearest(self, name: str) -> str:
        """The known name that is most like another."""
        return get_close_matches(name, [*self.ratios, *self.counts], 1, cutoff=0.0)[0]


def names_of(card: Scorecard, sections: Iterable[Mapping[str, Decimal]]) -> Names:
    """The names that a table can use beside a scorecard.

    Without a contact in it any source is taken as it is told, and so is one of which a table says that it had none.
    """
    rows = {slug(name) for whole in (card.total, card.previous) for name in whole.groups}
    told = {
        found[1]
        for section in sections
        for name, number in section.items()
        if (found := _SOURCE.fullmatch(name)) and name != _WHOLE and not (rows and number)
    }
    sources = sorted(rows | told)
    ratios = dict(_ratios(sources, card.total.timescales))
    counts = {name for ratio in ratios.values() for name in (ratio.part, ratio.whole)}
    still_open = {f"{at}open" for at in _prefixes(sources)}
    return Names(sources, sorted({*counts, *still_open, *OWN_TO_A_PERIOD}), ratios)


def counts_of(whole: Whole, names: Names) -> dict[str, Bounds]:
    """The counts of a period by their names; none of a period without a contact."""
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


def slug(name: str) -> str:
    """A name of the rules or of a store as tables write it."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _prefixes(sources: Iterable[str]) -> Iterator[str]:
    yield ""
    for source in sources:
        yield f"{source}_"


def _ratios(sources: Iterable[str], timescales: Iterable[Timescale]) -> Iterator[tuple[str, Ratio]]:
    yield _WHOLE, Ratio("referrals", "contacts")
    yield "repeat_pct", Ratio("repeats", "contacts")
    for at in _prefixes(sources):
        contacts = f"{at}contacts"
        if at:
            yield f"{at}share_pct", Ratio(contacts, "contacts")
        yield f"{at}conversion_pct", Ratio(f"{at}referrals", contacts)
        for outcome in _OUTCOMES:
            yield f"{at}{outcome}_pct", Ratio(f"{at}{outcome}", contacts)
        for timescale in timescales:
            within = f"{at}within_{slug(timescale.name)}"
            yield f"{within}_pct", Ratio(f"{within}_in_time", f"{within}_due", contacts)
        over = f"{at}over_{slug(TAIL.name)}"
        yield f"{over}_pct", Ratio(over, f"{over}_due", contacts)


def _counts(at: str, part: Figures) -> Iterator[tuple[str, Bounds | None]]:
    yield f"{at}contacts", _exactly(part.contacts)
    yield f"{at}referrals", _exactly(part.referrals)
    yield f"{at}open", _exactly(part.open)
    for outcome in _OUTCOMES:
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
