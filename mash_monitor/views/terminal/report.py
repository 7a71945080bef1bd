"""The report that the hub gets three times a day: the position, then every open contact."""

from rich.console import RenderableType

from mash_monitor.domain.position import Position
from mash_monitor.views.terminal.contacts import contacts


def report(position: Position) -> RenderableType:
    """The position in three lines, then every open contact, the most urgent first."""
    return contacts(position)
