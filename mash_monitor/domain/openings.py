"""The opening spans of some whole years as a table on which every question is one bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Openings(NamedTuple):
    """Spans [start, end) in order and apart, as instants, between the local midnights `since` and `until`.

    A table never changes: a calendar that needs more years makes another one, so that a question asked
    by one thread is answered from one table, whatever another thread asks meanwhile. `sums` holds the open
    seconds before each span, `total` those of all.
    """

    years: range
    since: int
    until: int
    starts: list[int]
    ends: list[int]
    sums: list[int]
    total: int

    def last_started(self, instant: int) -> int:
        """Index of the last span that starts at or before the instant; -1 if there is none."""
        return bisect_right(self.starts, instant) - 1

    def seconds_until(self, instant: int) -> int:
        """Open seconds from the start of the table to the instant."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        return self.sums[index] + min(instant, self.ends[index]) - self.starts[index]

    def later(self, instant: int, seconds: int) -> int | None:
        """The first instant by which so many open seconds have passed since; None beyond the table.

        `seconds` > 0. The way of every deadline in working hours, and so written out.
        """
        starts, sums = self.starts, self.sums
        index = bisect_right(starts, instant) - 1
        if index >= 0:
            end = self.ends[index]
            reached = instant if instant < end else end  # noqa: FURB136 - min() would take as long as the search
            seconds += sums[index] + reached - starts[index]
        if seconds > self.total:
            return None
        index = bisect_left(sums, seconds, max(index, 0)) - 1
        return starts[index] + seconds - sums[index]

    def earliest(self, seconds: int) -> int:
        """The first instant with so many open seconds before it; 0 < `seconds` <= `total`."""
        index = bisect_left(self.sums, seconds) - 1
        return self.starts[index] + seconds - self.sums[index]

    def latest(self, seconds: int) -> int:
        """The last instant with so many open seconds before it; 0 <= `seconds` < `total`."""
        index = bisect_right(self.sums, seconds) - 1
        return self.starts[index] + seconds - self.sums[index]


def openings(years: range, since: int, until: int, spans: Iterable[tuple[int, int]]) -> Openings:
    """Make the table of spans in order of their start; spans that touch or overlap become one."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in spans:
        if ends and start <= ends[-1]:  # 24:00 runs on into the next day
            ends[-1] = max(end, ends[-1])
        elif end > start:  # a span within the hour that spring leaves out is none
            starts.append(start)
            ends.append(end)
    sums, total = [], 0
    for start, end in zip(starts, ends, strict=True):
        sums.append(total)
        total += end - start
    return Openings(years, since, until, starts, ends, sums, total)
