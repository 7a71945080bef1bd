"""The figures that a published table can have: their names, and what each is a share of.

A name is that of the whole period or, with the name of a source before it, of that source: contacts, police_contacts.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple

from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.figures import TAIL
from mash_monitor.domain.measures import NOT_RECORDED
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.timescale import Timescale

OWN_TO_A_PERIOD = ("children", "repeats")
"""Counts that those of the months need not add up to: of children a child of two months is one, and what is called a
repeat differs from place to place."""
OUTCOMES = (*(outcome.value for outcome in Outcome), NOT_RECORDED)
_SOURCE = re.compile(r"(.+)_(?:contacts|referrals|share_pct|conversion_pct)(?:_derived)?")


class Ratio(NamedTuple):
    """A percentage by the names of its two counts. `most` names a count that the whole is not more than."""

    part: str
    whole: str
    most: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The figures that can be checked: the counts, and what each percentage is made of."""

    sources: Collection[str]
    counts: Collection[str]
    ratios: Mapping[str, Ratio]

    def __contains__(self, name: str) -> bool:
        return name in self.ratios or name in self.counts

    def nearest(self, name: str) -> str | None:
        """The known name that is most like another; None where none is like it."""
        return next(iter(get_close_matches(name, [*self.ratios, *self.counts], 1)), None)


def names_of(card: Scorecard, sections: Iterable[Mapping[str, Decimal]]) -> Names:
    """The names that a table can use beside a scorecard.

    Without a contact in it any source is taken as it is told, and so is one of which a table says that it had none.
    """
    rows = {slug(name) for whole in (card.total, card.previous) for name in whole.groups}
    told = {
        found[1]
        for section in sections
        for name, number in section.items()
        if (found := _SOURCE.fullmatch(name)) and not (rows and number)
    }
    sources = sorted(rows | told)
    ratios = dict(_ratios(sources, card.total.timescales))
    counts = {name for ratio in ratios.values() for name in (ratio.part, ratio.whole)}
    still_open = {f"{at}open" for at in _prefixes(sources)}
    return Names(sources, sorted({*counts, *still_open, *OWN_TO_A_PERIOD}), ratios)


def slug(name: str) -> str:
    """A name of the rules or of a store as tables write it."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def _prefixes(sources: Iterable[str]) -> Iterator[str]:
    yield ""
    for source in sources:
        yield f"{source}_"


def _ratios(sources: Iterable[str], timescales: Iterable[Timescale]) -> Iterator[tuple[str, Ratio]]:
    yield "conversion_to_referral_pct", Ratio("referrals", "contacts")
    yield "repeat_pct", Ratio("repeats", "contacts")
    for at in _prefixes(sources):
        contacts = f"{at}contacts"
        if at:
            yield f"{at}share_pct", Ratio(contacts, "contacts")
        yield f"{at}conversion_pct", Ratio(f"{at}referrals", contacts)
        for outcome in OUTCOMES:
            yield f"{at}{outcome}_pct", Ratio(f"{at}{outcome}", contacts)
        for timescale in timescales:
            within = f"{at}within_{slug(timescale.name)}"
            yield f"{within}_pct", Ratio(f"{within}_in_time", f"{within}_due", contacts)
        over = f"{at}over_{slug(TAIL.name)}"
        yield f"{over}_pct", Ratio(over, f"{over}_due", contacts)
