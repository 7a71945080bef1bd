"""Parts of a view, side by side where the terminal has room for them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

_GAP = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a view: drawn on so many columns, at least `least`, and no more than are of use, `most`."""

    least: int
    most: int
    draw: Callable[[int], Iterable[RenderableType]]


def shelves(parts: Iterable[Part], width: int) -> Iterator[RenderableType]:
    """The parts in order, as many in a row as fit, each row after an empty line."""
    row: list[Part] = []
    for part in parts:
        if row and sum(one.least + _GAP for one in row) + part.least > width:
            yield from _row(row, width)
            row = []
        row.append(part)
    yield from _row(row, width)


@dataclass(frozen=True, slots=True)
class Beside:
    """Columns side by side, each of its own width, the shorter ones empty below. Unlike a grid, it draws each once."""

    columns: Sequence[tuple[int, Sequence[RenderableType]]]
    gap: int = _GAP

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        drawn = [
            console.render_lines(Group(*parts), options.update_width(width).reset_height())
            for width, parts in self.columns
        ]
        widths = [width for width, _ in self.columns]
        for number in range(max(map(len, drawn))):
            for index, (lines, width) in enumerate(zip(drawn, widths, strict=True)):
                if index:
                    yield Segment(" " * self.gap)
                yield from lines[number] if number < len(lines) else [Segment(" " * width)]
            yield Segment.line()


def _row(parts: Sequence[Part], width: int) -> Iterator[RenderableType]:
    if not parts:
        return
    yield Text()
    widths = _shared(parts, width - _GAP * (len(parts) - 1))
    columns = [(given, [*part.draw(given)]) for part, given in zip(parts, widths, strict=True)]
    if len(columns) == 1:
        yield from columns[0][1]
    else:
        yield Beside(columns)


def _shared(parts: Sequence[Part], width: int) -> list[int]:
    """The columns of each part: its least, and of what is left as much as it can use, the neediest last."""
    widths = [min(part.least, width) for part in parts]
    spare = width - sum(widths)
    wishes = sorted(range(len(parts)), key=lambda index: parts[index].most - parts[index].least)
    for number, index in enumerate(wishes):
        more = min(parts[index].most - parts[index].least, spare // (len(parts) - number))
        if more > 0:
            widths[index] += more
            spare -= more
    return widths
