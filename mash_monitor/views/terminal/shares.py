"""Shares in time: over the windows of a summary, and week by week."""

from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import RenderableType
from rich.text import Text

from mash_monitor.domain.measures import Tally
from mash_monitor.domain.performance import Performance
from mash_monitor.views.glossary import NOTHING, WINDOWS, Standing, share, share_in_numbers, standing, target
from mash_monitor.views.terminal.bar import share_bar
from mash_monitor.views.terminal.canvas import HEADING, QUIET, STANDING_STYLES, Canvas, said
from mash_monitor.views.terminal.shelf import Beside

_NAME = 17
_WEEK = 5


def windows(rows: Sequence[Performance], width: int, canvas: Canvas) -> Iterator[RenderableType]:
    """Each clock over today, seven days and the month: a bar with its target, the share, and what it counts."""
    yield Text.assemble(("Decided in time", HEADING), (", of the contacts that fell due", QUIET))
    room = (width - _NAME) // len(WINDOWS) - 2
    columns = [_NAME - 2, *(room for _ in WINDOWS)]
    titles = [Text(), *(Text(words, QUIET) for words in WINDOWS.values())]
    yield Beside([(columns[at], [title]) for at, title in enumerate(titles)], gap=2)
    tallies = [row.tallies[window] for row in rows for window in WINDOWS]
    longest = max((len(share(tally)) + len(share_in_numbers(tally)) for tally in tallies), default=0)
    gap = "  " if longest + 2 <= room else "\n"
    for row in rows:
        aim = row.timescale.target_pct
        name = said(row.timescale.name).append(f"\ntarget {target(aim)}", QUIET)
        cells = [name, *(_window(row.tallies[window], aim, room, gap, canvas) for window in WINDOWS)]
        yield Beside([(columns[at], [cell]) for at, cell in enumerate(cells)], gap=2)


def _window(tally: Tally, aim: float | None, width: int, gap: str, canvas: Canvas) -> Text:
    found = standing(tally, aim)
    return Text.assemble(
        share_bar(tally, aim, max(6, width - 8), canvas.signs),
        " " if found is None else (f" {found.value}", STANDING_STYLES[found]),
        (f"\n{share(tally)}", HEADING),
        (f"{gap}{share_in_numbers(tally)}", QUIET),
    )


def weeks(rows: Sequence[Performance], width: int, canvas: Canvas) -> Iterator[RenderableType]:
    """Each clock week by week: the share as a number and a height, as many weeks as fit, up to this one."""
    every = list(rows[0].weeks) if rows else []
    mondays = every[-((width - _NAME) // _WEEK) :]
    cut = f", the last {len(mondays)} weeks" if len(mondays) < len(every) else ""
    targets = {target(row.timescale.target_pct) for row in rows}
    aim = f", target {targets.pop()}" if len(targets) == 1 else ""
    yield Text.assemble(("Week by week", HEADING), (f"{cut}, percent in time{aim}", QUIET))
    months = [f"{monday:%b}" if monday.day <= 7 or monday is mondays[0] else "" for monday in mondays]
    days = [*(str(monday.day) for monday in mondays[:-1]), "now"]
    for names in (months, days):
        yield Text(" " * _NAME + "".join(name.rjust(_WEEK - 1).ljust(_WEEK) for name in names).rstrip(), QUIET)
    for row in rows:
        yield _weeks_of(row, mondays, canvas)
    if any(tally.pct is None and tally.pct_low is not None for row in rows for tally in row.weeks.values()):
        yield Text("~ at least: of some it is not certain that they were late", QUIET)
    yield Text("now: what is due up to Sunday, once it is decided or past", QUIET)


def _weeks_of(row: Performance, mondays: Sequence[date], canvas: Canvas) -> Text:
    line = said(row.timescale.name)
    line.truncate(_NAME - 1, overflow="ellipsis")
    line.pad_right(_NAME - line.cell_len)
    for monday in mondays:
        tally = row.weeks[monday]
        found = standing(tally, row.timescale.target_pct)
        style = QUIET if monday is mondays[-1] else STANDING_STYLES[found] if found is Standing.MET else ""
        line.append(_percent(tally).rjust(_WEEK - 1), style)
        line.append(_height(tally, canvas.signs.heights), "cyan")
    return line


def _percent(tally: Tally) -> str:
    if tally.pct_low is None:
        return NOTHING
    return f"{'' if tally.pct is not None else '~'}{int(tally.pct_low)}"


def _height(tally: Tally, heights: str) -> str:
    if tally.pct_low is None:
        return " "
    return heights[min(len(heights) - 1, int(tally.pct_low * len(heights) / 100))]
