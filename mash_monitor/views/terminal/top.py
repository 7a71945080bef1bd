"""The top of every view of a position: the banner, and the position in three lines."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.words import duration
from mash_monitor.views.glossary import LEVEL_WORDS, by_level
from mash_monitor.views.headline import RECONSTRUCTED, banner, headline, nothing_open
from mash_monitor.views.terminal.canvas import BANNER, HEADING, LEVEL_STYLES, QUIET, Canvas, Signs, bar_style, said


def top(position: Position, canvas: Canvas) -> Iterator[RenderableType]:
    """Banner, where and when, how much is open by level, what comes before the next report."""
    for line in banner(position, with_cause=True):
        yield Padding(said(f"!! {line}", BANNER), (0, 1), style=BANNER)
    first, _, last = headline(position)
    yield said(first, HEADING)
    if position.reconstructed:
        yield Text(RECONSTRUCTED, "italic")
    yield _by_level(position, canvas.signs)
    yield Text(last, LEVEL_STYLES[Level.RED] if position.due_before_next_report else "")


def _by_level(position: Position, signs: Signs) -> Text:
    counts, oldest = position.counts, position.oldest_seconds
    if not counts.total:
        return Text(nothing_open(position), "" if position.store.trouble else "green")
    line = Text(f"{counts.total:,} open", HEADING)
    for (level, number), sign in zip(by_level(counts).items(), signs.levels, strict=True):
        style = LEVEL_STYLES[level] if number else QUIET
        line.append("   ").append(sign, bar_style(level) if number else QUIET)
        line.append(f" {number:,} {LEVEL_WORDS[level]}{' ' if level is Level.OVERDUE else ''}", style)
    return line if oldest is None else line.append(f"   oldest {duration(oldest)}", QUIET)
