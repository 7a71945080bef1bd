"""What is counted of contacts by their month and traits.

It grows with what there is to tell apart, not with the contacts: columns of them are put together whenever
there are many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mash_monitor.counting.days import Ints
from mash_monitor.counting.sums import Cell
from mash_monitor.domain.case import Traits
from mash_monitor.domain.measures import Tally, Verdict

_AT_ONCE = 1 << 16

Codes = NDArray[np.uint8]
"""A verdict of each contact, by its place in CODED."""
CODED = (Verdict.LATE, Verdict.IN_TIME, Verdict.NOT_YET_DUE)


@dataclass(frozen=True, slots=True)
class _Part:
    """Contacts as columns: the number of their traits and month together, and of each timescale their verdicts."""

    places: Ints
    verdicts: Sequence[Codes]


class Cells:
    """Contacts of so many months, each with a verdict for each of so many timescales."""

    def __init__(self, months: int, timescales: int) -> None:
        self._months = months
        self._timescales = timescales
        self._cells: dict[tuple[int, Traits], Cell] = {}
        self._numbers = _Numbers()
        self._parts: list[_Part] = []
        self._waiting = 0

    def cell(self, month: int, traits: Traits) -> Cell:
        """The counts of these, to be added to."""
        found = self._cells.get((month, traits))
        if found is None:
            found = self._cells[month, traits] = Cell([Tally() for _ in range(self._timescales)])
        return found

    def extend(self, months: Ints, traits: Sequence[Traits], verdicts: Sequence[Codes]) -> None:
        """Count contacts, which are columns."""
        numbers = np.fromiter(map(self._numbers.__getitem__, traits), np.int64, len(traits))
        self._parts.append(_Part(numbers * self._months + months, verdicts))
        self._waiting += len(traits)
        if self._waiting >= _AT_ONCE:
            self._put_together()

    def counted(self) -> Mapping[tuple[int, Traits], Cell]:
        """By month and traits."""
        self._put_together()
        return self._cells

    def _put_together(self) -> None:
        if not self._parts:
            return
        places, cell_of = np.unique(np.concatenate([part.places for part in self._parts]), return_inverse=True)
        known = list(self._numbers)
        cells = [self.cell(place % self._months, known[place // self._months]) for place in places.tolist()]
        for cell, number in zip(cells, np.bincount(cell_of).tolist(), strict=True):
            cell.contacts += number
        for timescale, codes in enumerate(zip(*(part.verdicts for part in self._parts), strict=True)):
            of_verdict = cell_of * len(CODED) + np.concatenate(codes)
            numbers = np.bincount(of_verdict, minlength=len(cells) * len(CODED)).reshape(-1, len(CODED))
            for cell, row in zip(cells, numbers.tolist(), strict=True):
                for verdict, number in zip(CODED, row, strict=True):
                    cell.tallies[timescale].add(verdict, number)
        self._parts, self._waiting, self._numbers = [], 0, _Numbers()


class _Numbers(dict[Traits, int]):
    """Traits, each with the number of others that came before it."""

    def __missing__(self, traits: Traits) -> int:
        self[traits] = len(self)
        return self[traits]
