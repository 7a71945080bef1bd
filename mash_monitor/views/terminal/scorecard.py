"""A scorecard in the terminal."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import moment
from mash_monitor.views.glossary import standing
from mash_monitor.views.sheet import Amount, Cell, Table, span, tables, withheld
from mash_monitor.views.terminal.bar import part_bar, share_cell
from mash_monitor.views.terminal.canvas import HEADING, QUIET, STANDING_STYLES, WIDE, Canvas, Page, heading, said

_LEAST_NAME, _LONGEST_NAME = 14, 40
_BAR = 20


def scorecard(card: Scorecard, title: str, zone: ZoneInfo) -> RenderableType:
    """The period at a glance, shares in time by every clock, then months, sources, teams, risks and outcomes."""
    return Page(lambda canvas: _draw(card, title, zone, canvas))


def _draw(card: Scorecard, title: str, zone: ZoneInfo, canvas: Canvas) -> Iterator[RenderableType]:
    yield said(f"{title}, {span(card.period.start, card.period.end)}", HEADING)
    yield Text(f"contacts by local date of receipt ({zone.key}), as they stood {moment(card.at, zone)}", QUIET)
    if (note := withheld(card)) is not None:
        yield Text(note, QUIET)
    for table in tables(card):
        yield heading(table.title)
        if table.about:
            yield Text(table.about, QUIET)
        yield _grid(table, canvas)


def _grid(table: Table, canvas: Canvas) -> Grid:
    bars = table.bars is not None and canvas.width >= WIDE
    grid = Grid(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style=QUIET)
    longest = max((len(str(row[0])) for row in table.rows), default=0)
    grid.add_column(said(table.head[0]), overflow="fold", min_width=min(longest, _LEAST_NAME), max_width=_LONGEST_NAME)
    for name in table.head[1:]:
        grid.add_column(said(name), justify="left" if table.wide else "right", overflow="fold")
    if bars:
        grid.add_column(width=_BAR)
    for row in table.rows:
        drawn = [_cell(cell, table, canvas) for cell in row]
        if bars and table.bars is not None:
            drawn.append(_bar(row[table.bars], canvas))
        grid.add_row(*drawn, style=HEADING if table.ends_in_all and row is table.rows[-1] else "")
    return grid


def _cell(cell: Cell, table: Table, canvas: Canvas) -> Text:
    if isinstance(cell, str):
        return said(cell)
    if not table.wide or cell.tally is None:
        return Text.assemble((str(cell), _style(cell)))
    width = max(8, min(40, (canvas.width - 24) // 2 - 12))
    return share_cell(cell.tally, cell.target_pct, width, canvas)


def _style(amount: Amount) -> str:
    found = None if amount.tally is None else standing(amount.tally, amount.target_pct)
    return "" if found is None else STANDING_STYLES[found]


def _bar(cell: Cell, canvas: Canvas) -> Text:
    if isinstance(cell, str) or cell.part is None or not cell.whole:
        return Text()
    return part_bar(cell.part, cell.whole, _BAR, canvas.signs)
