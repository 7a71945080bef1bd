"""Figures in the making."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mash_monitor.domain.case import Traits
from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.figures import TAIL, Figures, Whole
from mash_monitor.domain.measures import NOT_RECORDED, Tally
from mash_monitor.domain.timescale import Timescale


@dataclass(slots=True)
class Cell:
    """Counts of contacts that are alike; a tally a timescale, and one for TAIL, whether they have a deadline or not."""

    tallies: list[Tally]
    contacts: int = 0
    open: int = 0
    oldest_open: int | None = None

    def add_open(self, number: int, oldest: int | None) -> None:
        """Count so many of them as not decided yet, the first of which was received at `oldest`."""
        self.open += number
        both = [at for at in (self.oldest_open, oldest) if at is not None]
        self.oldest_open = min(both, default=None)


class Sum:
    """Figures in the making."""

    def __init__(self, timescales: tuple[Timescale, ...]) -> None:
        self._timescales = timescales
        self._all = Cell([Tally() for _ in (*timescales, TAIL)])
        self._referrals = 0
        self._outcomes = Counter[str]()

    def add(self, traits: Traits, cell: Cell) -> None:
        """Count contacts of these traits."""
        self._all.contacts += cell.contacts
        self._all.add_open(cell.open, cell.oldest_open)
        self._referrals += cell.contacts * traits.converted
        self._outcomes[traits.outcome or NOT_RECORDED] += cell.contacts
        for tally, timescale, more in zip(self._all.tallies, (*self._timescales, TAIL), cell.tallies, strict=True):
            if timescale.has_deadline and timescale.applies(traits.risk, traits.group):
                tally.include(more)

    def figures(self) -> Figures:
        """What was counted."""
        return Figures(self._timescales, **self._counts())

    def whole(
        self, children: int, repeats: int | None,
        groups: dict[str, Figures], teams: dict[str, Figures], risks: dict[str, Figures],
    ) -> Whole:  # fmt: skip
        """What was counted, with its parts."""
        return Whole(
            self._timescales,
            **self._counts(),
            children=children,
            repeats=repeats,
            identified=repeats is not None,
            groups=groups,
            teams=teams,
            risks=risks,
        )

    def _counts(self) -> dict[str, Any]:
        *tallies, tail = self._all.tallies
        names: Iterable[str] = (*(outcome.value for outcome in Outcome), NOT_RECORDED)
        return {
            "contacts": self._all.contacts, "referrals": self._referrals,
            "outcomes": {name: self._outcomes[name] for name in names},
            "tallies": tuple(tallies), "tail": tail,
            "open": self._all.open, "oldest_open": self._all.oldest_open,
        }  # fmt: skip
