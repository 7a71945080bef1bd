"""The figures of a period, a month or a source: counts, and the percentages that follow from them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mash_monitor.domain.case import Traits
from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.measures import NOT_RECORDED, Tally, percent
from mash_monitor.domain.timescale import Clock, Timescale

Count = int | None
"""None: withheld from publication, which is never the same as zero."""

TAIL = Timescale("three working days", Clock.WORKING_DAYS, days=3, rates=False)
"""What takes longer belongs to the very late tail."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Contacts of one kind. `tallies` has one a timescale, and `tail` one for TAIL; a withheld one is None.

    `open` counts those not decided yet, `oldest_open` is when the first of them was received.
    """

    timescales: tuple[Timescale, ...]
    contacts: Count = 0
    referrals: Count = 0
    outcomes: dict[str, Count] = field(default_factory=dict)
    tallies: tuple[Tally | None, ...] = ()
    tail: Tally | None = None
    open: Count = 0
    oldest_open: int | None = None

    @property
    def conversion_pct(self) -> float | None:
        """(Referrals + child protection enquiries) / all contacts, in percent."""
        return share_pct(self.referrals, self.contacts)

    @property
    def nfa(self) -> Count:
        """Contacts on which no further action was taken."""
        return self.outcomes[Outcome.NFA.value]

    @property
    def nfa_pct(self) -> float | None:
        """No further action / all contacts, in percent."""
        return share_pct(self.nfa, self.contacts)

    def outcome_counts(self) -> dict[str, Count]:
        """Contacts by outcome, every outcome named, those without one under "not_recorded"."""
        return self.outcomes


@dataclass(frozen=True, slots=True)
class Whole(Figures):
    """The figures of a period or a month, and of its parts. A contact of two teams counts in both.

    `repeats` is None too where no child has an id.
    """

    children: Count = 0
    repeats: Count = None
    groups: dict[str, Figures] = field(default_factory=dict)
    teams: dict[str, Figures] = field(default_factory=dict)
    risks: dict[str, Figures] = field(default_factory=dict)

    @property
    def repeat_pct(self) -> float | None:
        """Repeat contacts / all contacts, in percent."""
        return share_pct(self.repeats, self.contacts)


def share_pct(part: Count, whole: Count) -> float | None:
    """`part` of `whole` in percent; None where either is withheld, or the whole is zero."""
    return None if part is None or whole is None else percent(part, whole)


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
