"""A scorecard in the terminal."""

from collections.abc import Iterator, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import moment, span
from mash_monitor.views.amounts import Amount
from mash_monitor.views.clocks import rules
from mash_monitor.views.glossary import standing
from mash_monitor.views.notes import notes
from mash_monitor.views.sheet import Cell, Table, tables
from mash_monitor.views.terminal.bar import part_bar, share_cell
from mash_monitor.views.terminal.canvas import HEADING, QUIET, STANDING_STYLES, Canvas, Page, heading, said
from mash_monitor.views.untrusted import plain

_NAME = 14
"""Columns that a row's name has at least, unless all names are shorter."""
_BAR = 20
_BESIDE, _BENEATH = "  ", "\n"
"""What stands between a share and what it is made of."""


def scorecard(card: Scorecard, title: str, zone: ZoneInfo) -> RenderableType:
    """The period at a glance, shares in time by every clock, then months, sources, teams, risks and outcomes."""
    return Page(lambda canvas: _draw(card, title, zone, canvas))


def _draw(card: Scorecard, title: str, zone: ZoneInfo, canvas: Canvas) -> Iterator[RenderableType]:
    yield said(f"{title}, {span(card.period.start, card.period.end)}", HEADING)
    yield Text(f"contacts by local date of receipt ({zone.key}), as they stood {moment(card.at, zone)}", QUIET)
    for note in notes(card):
        yield Text(note, QUIET)
    for table in tables(card):
        yield heading(table.title)
        if table.about:
            yield Text(table.about, QUIET)
        yield from _grids(table, canvas)
    yield heading("Timescales")
    yield from (Text(line, QUIET) for line in rules(card.total.timescales))


def _grids(table: Table, canvas: Canvas) -> Iterator[RenderableType]:
    """The table, in as many grids below each other as it takes that no figure is cut; each begins with the names.

    What a share is made of stands beside it where there is room, else beneath.
    """
    columns = range(1, len(table.head))
    for gap in (_BESIDE, _BENEATH):
        spare = canvas.width - sum(_natural(table, column, gap) + 1 for column in (0, *columns))
        if table.wide or spare >= 0:
            yield _grid(table, columns, canvas, gap=gap, bars=table.bars if spare >= _BAR else None)
            return
    room = canvas.width - min(_natural(table, 0, ""), _NAME)
    band: list[int] = []
    for column in columns:
        if band and sum(_least(table, each) + 1 for each in (*band, column)) > room:
            yield _grid(table, band, canvas, fixed=True)
            yield Text()
            band = []
        band.append(column)
    yield _grid(table, band, canvas, fixed=True)


def _grid(
    table: Table,
    columns: Sequence[int],
    canvas: Canvas,
    *,
    gap: str = _BENEATH,
    fixed: bool = False,
    bars: int | None = None,
) -> Grid:
    """Some columns of a table beside the names of its rows, and one of them as bars too.

    `gap` stands between a share and what it is made of. `fixed` gives each column no more room than its figures need,
    and what is left to the names.
    """
    grid = Grid(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style=QUIET)
    widths = [_least(table, column) if fixed else None for column in columns]
    left = max(1, canvas.width - sum((width or 0) + 1 for width in widths))
    grid.add_column(said(table.head[0]), overflow="fold", width=min(_natural(table, 0, ""), left) if fixed else None)
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "left" if table.wide else "right"
        grid.add_column(said(table.head[column]), justify=justify, overflow="fold", width=width)
    if bars is not None:
        grid.add_column(width=_BAR)
    for row in table.rows:
        drawn = [_cell(table, column, row, canvas, gap) for column in (0, *columns)]
        if bars is not None:
            drawn.append(_bar(row[bars], canvas))
        grid.add_row(*drawn, style=HEADING if table.ends_in_all and row is table.rows[-1] else "")
    return grid


def _natural(table: Table, column: int, gap: str) -> int:
    """Columns of the terminal that a column takes with nothing broken."""
    return max(len(table.head[column]), _cells(table, column, gap))


def _least(table: Table, column: int) -> int:
    """Columns of the terminal that it takes where only its head is broken, between words."""
    return max(_cells(table, column, _BENEATH), *map(len, table.head[column].split()))


def _cells(table: Table, column: int, gap: str) -> int:
    cells = (f"{plain(str(row[column]))}{_made_of(table, column, row, gap)}" for row in table.rows)
    return max((cell_len(line) for cell in cells for line in cell.split("\n")), default=0)


def _made_of(table: Table, column: int, row: Sequence[Cell], gap: str) -> str:
    """What a share is made of, after the gap; beside the shares, all of a column are equally wide."""
    numbers = table.numbers(column, row)
    widest = 0 if gap == _BENEATH else max(len(table.numbers(column, each)) for each in table.rows)
    return f"{gap}{numbers.rjust(widest)}" if numbers else ""


def _cell(table: Table, column: int, row: Sequence[Cell], canvas: Canvas, gap: str) -> Text:
    cell = row[column]
    if isinstance(cell, str):
        return said(cell)
    if not table.wide or cell.tally is None:
        return Text.assemble((str(cell), _style(cell)), (_made_of(table, column, row, gap), f"not bold {QUIET}"))
    width = max(8, min(40, (canvas.width - 24) // 2 - 12))
    return share_cell(cell.tally, cell.target_pct, width, canvas)


def _style(amount: Amount) -> str:
    found = None if amount.tally is None else standing(amount.tally, amount.target_pct)
    return "" if found is None else STANDING_STYLES[found]


def _bar(cell: Cell, canvas: Canvas) -> Text:
    if isinstance(cell, str) or cell.part is None or not cell.whole:
        return Text()
    return part_bar(cell.part, cell.whole, _BAR, canvas.signs)
