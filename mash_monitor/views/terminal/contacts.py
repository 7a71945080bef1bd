"""The open contacts, the most urgent first."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Rating
from mash_monitor.domain.words import count
from mash_monitor.views.chosen import chosen
from mash_monitor.views.terminal.canvas import QUIET, Canvas, Page
from mash_monitor.views.terminal.listing import listing
from mash_monitor.views.terminal.top import top


def contacts(position: Position, rating: Rating | None = None, overdue_only: bool = False) -> RenderableType:
    """The position in three lines, then the contacts asked for; red includes the overdue ones."""
    return Page(lambda canvas: _draw(position, rating, overdue_only, canvas))


def _draw(position: Position, rating: Rating | None, overdue_only: bool, canvas: Canvas) -> Iterator[RenderableType]:
    yield from top(position, canvas)
    items = chosen(position, rating, overdue_only)
    if items:
        yield Text()
        yield from listing(position, items, canvas)
    if hidden := len(position.watched) - len(items):
        yield Text(f"{count(hidden, 'open contact')} of other ratings not shown", QUIET)
