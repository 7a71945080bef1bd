"""The part of a whole that a view was asked for, and its order."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Rating

if TYPE_CHECKING:
    from mash_monitor.domain.figures import Figures, Whole


def chosen(position: Position, rating: Rating | None = None, overdue_only: bool = False) -> list[Watched]:
    """The open contacts of one rating, or only the overdue ones; red includes the overdue ones."""
    return [
        item
        for item in position.watched
        if (rating is None or item.level.rating is rating) and (item.overdue or not overdue_only)
    ]


def largest_first(figures: "Whole") -> "list[tuple[str, Figures]]":
    """The source groups of a scorecard, the one with most contacts first; a withheld one stands last."""
    return largest(figures.groups)


def largest(parts: "Mapping[str, Figures]") -> "list[tuple[str, Figures]]":
    """Parts of a scorecard, the one with most contacts first; a withheld one stands last."""
    return sorted(parts.items(), key=lambda pair: (-(pair[1].contacts or 0), pair[0]))
