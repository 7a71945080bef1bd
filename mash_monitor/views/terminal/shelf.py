"""Parts of a view, side by side where the terminal has room for them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
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


def _row(parts: Sequence[Part], width: int) -> Iterator[RenderableType]:
    if not parts:
        return
    yield Text()
    widths = _shared(parts, width - _GAP * (len(parts) - 1))
    if len(parts) == 1:
        yield from parts[0].draw(widths[0])
        return
    grid = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for columns in widths:
        grid.add_column(width=columns)
    grid.add_row(*(Group(*part.draw(columns)) for part, columns in zip(parts, widths, strict=True)))
    yield grid


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
