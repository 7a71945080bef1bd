"""What a view is drawn on: known only when it is printed, so a view is a function of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from mash_monitor.domain.rating import Level
from mash_monitor.views.glossary import Standing
from mash_monitor.views.untrusted import plain

LEVEL_STYLES = {
    Level.OVERDUE: "bold white on red",
    Level.RED: "bold red",
    Level.AMBER: "bold yellow",
    Level.GREEN: "green",
}
STANDING_STYLES = {Standing.MET: "green", Standing.BELOW: "bold red", Standing.UNSURE: "bold yellow"}
BANNER = "bold white on red"
HEADING = "bold"
QUIET = "dim"
WIDE = 110
"""Columns from which a view has room for bars and details beside its figures."""


def bar_style(level: Level) -> str:
    """The ink of a level's sign in a bar: a background would colour the gaps of the sign too."""
    return LEVEL_STYLES[level].replace("white on ", "")


class Signs(NamedTuple):
    """The signs that bars and lines are made of. `levels` go from overdue to green."""

    full: str
    perhaps: str
    empty: str
    mark: str
    rule: str
    report: str
    heights: str
    levels: str


BLOCKS = Signs("█", "▒", "░", "│", "─", "▲", "▁▂▃▄▅▆▇█", "█▓▒░")
ASCII = Signs("#", "?", ".", "|", "-", "^", "_.-:=+*#", "ORa.")


class Canvas(NamedTuple):
    """The columns there are, and the signs that the stream can show."""

    width: int
    signs: Signs


@dataclass(frozen=True, slots=True)
class Page:
    """A view, drawn once the canvas is known."""

    draw: Callable[[Canvas], Iterable[RenderableType]]

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.draw(Canvas(options.max_width, ASCII if options.ascii_only else BLOCKS))


def said(text: str, style: str = "") -> Text:
    """Text from anywhere, taken literally: neither markup nor control characters do anything."""
    return Text(plain(text), style)


def heading(text: str) -> Text:
    """The title of a part of a view, with an empty line above it."""
    return Text(f"\n{plain(text)}", HEADING)
