"""The figures of a period, a month or a source: counts, and the percentages that follow from them."""

from dataclasses import dataclass, field

from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.measures import Tally, percent
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

    Without `identified`, no child has an id: `repeats` is None, which is not withheld then.
    """

    children: Count = 0
    repeats: Count = None
    identified: bool = False
    groups: dict[str, Figures] = field(default_factory=dict)
    teams: dict[str, Figures] = field(default_factory=dict)
    risks: dict[str, Figures] = field(default_factory=dict)

    @property
    def recorded(self) -> bool:
        """Whether there is any contact. Where there is none, the store may just not reach back so far."""
        return self.contacts != 0

    @property
    def repeat_pct(self) -> float | None:
        """Repeat contacts / all contacts, in percent."""
        return share_pct(self.repeats, self.contacts)


def share_pct(part: Count, whole: Count) -> float | None:
    """`part` of `whole` in percent; None where either is withheld, or the whole is zero."""
    return None if part is None or whole is None else percent(part, whole)
