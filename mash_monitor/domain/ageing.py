"""How long contacts have stood open, in bands of elapsed time since receipt."""

from bisect import bisect_right
from typing import NamedTuple

from mash_monitor.domain.calendar import DAY

_HOUR = 3_600


class Age(NamedTuple):
    """A band of ages: at least `start` seconds and less than `end`. No `end`: whatever is older."""

    start: int
    end: int | None


_STARTS = (0, 8 * _HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY)
AGES = tuple(map(Age, _STARTS, (*_STARTS[1:], None)))
"""The bands, the youngest first."""


def age(received: int, now: int) -> Age:
    """The band of a contact received at that instant."""
    return AGES[bisect_right(_STARTS, max(0, now - received)) - 1]
