"""Many rows as columns, the way scorecards count them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mash_monitor.contacts.rows import RawRow


class Columns(NamedTuple):
    """Rows of contacts as columns of equal length: their values as the store has them.

    With `wall` the times are numbers: the seconds from the beginning of 1970 to what a clock on the wall showed.
    `words` has source code and words, risk, team and outcome of a row as one value: a tuple, or the JSON of one without
    its brackets. `several` has the number of rows of each contact with more than one, wherever they are.
    """

    keys: Sequence[Any]
    persons: Sequence[Any]
    received: Sequence[Any]
    decided: Sequence[Any]
    words: Sequence[tuple[Any, ...] | str]
    several: Mapping[Any, int]
    wall: bool = False

    @classmethod
    def of_rows(cls, rows: Sequence[RawRow], several: Mapping[Any, int]) -> "Columns":
        """Raw rows without evidence and worker; one at least."""
        keys, persons, received, decided, *words = zip(*rows, strict=True)
        return cls(keys, persons, received, decided, list(zip(*words, strict=True)), several)


class Visits(NamedTuple):
    """Rows as two columns, the child's id and the time of receipt: see Columns."""

    persons: Sequence[Any]
    received: Sequence[Any]
    wall: bool = False
