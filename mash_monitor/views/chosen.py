"""The part of a whole that a view was asked for, and its order."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import dropwhile
from typing import TYPE_CHECKING

from mash_monitor.domain.performance import Performance
from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Rating

if TYPE_CHECKING:
    from mash_monitor.domain.figures import Figures


def chosen(position: Position, rating: Rating | None = None, overdue_only: bool = False) -> list[Watched]:
    """The open contacts of one rating, or only the overdue ones; red includes the overdue ones."""
    return [
        item
        for item in position.watched
        if (rating is None or item.level.rating is rating) and (item.overdue or not overdue_only)
    ]


def weeks(rows: Sequence[Performance]) -> list[date]:
    """The Mondays of the weeks measured, from the first in which a contact fell due by any clock."""
    mondays = list(rows[0].weeks) if rows else []
    return list(dropwhile(lambda monday: not any(row.weeks[monday].due for row in rows), mondays))


def largest(parts: "Mapping[str, Figures]") -> "list[tuple[str, Figures]]":
    """Parts of a scorecard, the one with most contacts first; a withheld one stands last."""
    return sorted(parts.items(), key=lambda pair: (-(pair[1].contacts or 0), pair[0]))
