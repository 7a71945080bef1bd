"""Small counts withheld for publication, and as many more as it takes that none can be worked out.

Every published count is a cell, and every sum that a reader can make of cells is known: the months of the period, its
sources, the outcomes, and so on. A count from 1 to `least` - 1 is withheld. Then, as long as what is published
still gives a withheld cell away, the smallest count beside it in a sum is withheld as well. Percentages follow
from counts, and go with them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.doubts import few_doubts_late
from mash_monitor.domain.figures import Count, Figures, Whole
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.scorecard import Scorecard

F = TypeVar("F", bound=Figures)
Cell = tuple[str, ...]
"""A count by where it stands: ("total", "contacts"), ("source", "Police", "outcome", "nfa")."""

TOTAL: Cell = ("total",)
_VERDICTS = ("in_time", "late", "not_yet_due", "uncertain")
_PRIME = (1 << 61) - 1


class Sum(NamedTuple):
    """A cell that is the sum of others."""

    total: Cell
    parts: tuple[Cell, ...]


def suppressed(card: Scorecard, least: int) -> Scorecard:
    """The scorecard without counts from 1 to `least` - 1, and without what would give them away.

    The parts of a month are left out: sources by month would be a second way to every total. Where a few contacts are
    neither surely in time nor surely late, all such are counted as late, or no share in time could be published.
    """
    card = few_doubts_late(card, least)
    months = {month.name: part for month, part in card.months}
    now = withheld(published(card.total, months), least)
    before = withheld(published(card.previous, {}), least)
    return replace(
        card,
        total=_whole(card.total, now, TOTAL),
        months=[(month, _whole(months[month.name], now, ("month", month.name))) for month, _ in card.months],
        previous=_whole(card.previous, before, TOTAL),
        without_time=None if card.without_time and card.without_time < least else card.without_time,
        least=least,
    )


class Published(NamedTuple):
    """All counts, and how they add up."""

    counts: dict[Cell, int]
    sums: list[Sum]


def withheld(published: Published, least: int) -> frozenset[Cell]:
    """The cells that must not be shown."""
    counts, sums = published
    hidden = _Hidden(counts, {cell for cell, count in counts.items() if 0 < count < least})
    while True:
        if sum(_protected(one, hidden, least) for one in sums):
            continue
        leaks = given_away(hidden.cells, sums)
        if not leaks:
            return frozenset(hidden.cells)
        # From a ring of sums around the leaks, or the next wider one, where all of that is withheld already or nought.
        # One is found: of sums in which all but noughts is withheld, nothing follows.
        reach = leaks
        while not hidden.add_smallest(reach):
            reach = {cell for one in sums if reach & {one.total, *one.parts} for cell in (*one.parts, one.total)}


def _protected(one: Sum, hidden: "_Hidden", least: int) -> bool:
    """Withhold one more cell of a sum from which a withheld one follows, or could be guessed; whether that was so."""
    parts = [part for part in one.parts if part in hidden.cells]
    if one.total in hidden.cells:
        return not parts and hidden.add_smallest(one.parts)
    if not parts or (len(parts) > 1 and sum(hidden.counts[part] for part in parts) >= least):
        return False
    return hidden.add_smallest(one.parts) or hidden.add_smallest([one.total])


class _Hidden:
    """The withheld cells; of several that would do, one of a row that has lost most already is withheld next."""

    def __init__(self, counts: Mapping[Cell, int], cells: set[Cell]) -> None:
        self.counts = counts
        self.cells = cells
        self._of_row = Counter(cell[:2] for cell in cells)

    def add_smallest(self, cells: Iterable[Cell]) -> bool:
        """Withhold one more of these that is shown and not nought; False where there is none."""
        shown = [cell for cell in cells if cell not in self.cells and self.counts[cell]]
        if not shown:
            return False
        cell = min(shown, key=lambda cell: (-self._of_row[cell[:2]], self.counts[cell], cell))
        self.cells.add(cell)
        self._of_row[cell[:2]] += 1
        return True


def given_away(hidden: Iterable[Cell], sums: Sequence[Sum]) -> set[Cell]:
    """The withheld cells whose values follow from all others: what is left of the sums is solved for them."""
    unknown = set(hidden)
    solved: dict[Cell, dict[Cell, int]] = {}  # by its pivot, a row: what it says of the cells that are left
    for total, parts in sums:
        row = {cell: 1 for cell in parts if cell in unknown}
        if total in unknown:
            row[total] = _PRIME - 1
        for pivot in [cell for cell in row if cell in solved]:
            _subtract(row, solved[pivot], row.get(pivot, 0))
        if not row:
            continue
        pivot = next(iter(row))
        inverse = pow(row[pivot], -1, _PRIME)
        row = {cell: factor * inverse % _PRIME for cell, factor in row.items()}
        for other in solved.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        solved[pivot] = row
    return {pivot for pivot, row in solved.items() if len(row) == 1}


def _subtract(row: dict[Cell, int], other: Mapping[Cell, int], times: int) -> None:
    for cell, factor in other.items():
        left = (row.get(cell, 0) - times * factor) % _PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def published(total: Whole, months: Mapping[str, Whole]) -> Published:
    """Every count of a period, of its months and its parts, and each way in which they add up."""
    counts: dict[Cell, int] = {}
    sums: list[Sum] = []
    _add(counts, sums, TOTAL, total)
    for kind, parts in (("month", months), ("source", total.groups), ("team", total.teams), ("risk", total.risks)):
        for name, part in parts.items():
            _add(counts, sums, (kind, name), part)
        for what in [cell[1:] for cell in counts if cell[:1] == TOTAL and cell[1:] != ("children",)]:
            cells = tuple((kind, name, *what) for name in parts)
            # sources have no repeats, and contacts of two teams are in two parts, which then do not add up
            found = [counts.get(cell) for cell in cells]
            if None not in found and sum(filter(None, found)) == counts[*TOTAL, *what]:
                sums.append(Sum((*TOTAL, *what), cells))
    return Published(counts, sums)


def _add(counts: dict[Cell, int], sums: list[Sum], at: Cell, part: Figures) -> None:
    outcomes = {(*at, "outcome", name): count or 0 for name, count in part.outcomes.items()}
    counts |= outcomes
    counts |= {
        (*at, "contacts"): part.contacts or 0,
        (*at, "referrals"): part.referrals or 0,
        (*at, "open"): part.open or 0,
    }
    sums.append(Sum((*at, "contacts"), tuple(outcomes)))
    converted = tuple((*at, "outcome", outcome.value) for outcome in (Outcome.REFERRAL, Outcome.CP_ENQUIRY))
    sums.append(Sum((*at, "referrals"), converted))
    if isinstance(part, Whole):
        counts |= {(*at, "children"): part.children or 0, (*at, "repeats"): part.repeats or 0}
    for place, tally in enumerate((*part.tallies, part.tail)):
        if tally is None:
            continue
        verdicts = {(*at, str(place), name): getattr(tally, name) for name in _VERDICTS}
        received = (*at, str(place), "received")
        counts |= {**verdicts, received: tally.received}
        sums.append(Sum(received, tuple(verdicts)))
        if tally.received == part.contacts:
            sums.append(Sum((*at, "contacts"), (received,)))


def _whole(part: Whole, hidden: frozenset[Cell], at: Cell) -> Whole:
    """The part without what is withheld, and a month without its parts."""
    groups, teams, risks = (
        {name: _figures(one, hidden, (kind, name)) for name, one in parts.items()} if at == TOTAL else {}
        for kind, parts in (("source", part.groups), ("team", part.teams), ("risk", part.risks))
    )
    return replace(
        _figures(part, hidden, at),
        children=_shown(part.children, hidden, at, "children"), repeats=_shown(part.repeats, hidden, at, "repeats"),
        groups=groups, teams=teams, risks=risks,
    )  # fmt: skip


def _figures(part: F, hidden: frozenset[Cell], at: Cell) -> F:
    def tally(place: int, found: Tally | None) -> Tally | None:
        return None if any((*at, str(place), name) in hidden for name in ("received", *_VERDICTS)) else found

    still_open = _shown(part.open, hidden, at, "open")
    return replace(
        part,
        contacts=_shown(part.contacts, hidden, at, "contacts"),
        referrals=_shown(part.referrals, hidden, at, "referrals"),
        outcomes={name: _shown(count, hidden, at, "outcome", name) for name, count in part.outcomes.items()},
        tallies=tuple(tally(place, found) for place, found in enumerate(part.tallies)),
        tail=tally(len(part.tallies), part.tail),
        open=still_open,
        oldest_open=None if still_open is None else part.oldest_open,
    )


def _shown(count: Count, hidden: frozenset[Cell], at: Cell, *what: str) -> Count:
    return None if (*at, *what) in hidden else count
