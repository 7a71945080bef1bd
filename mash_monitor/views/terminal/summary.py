"""The team and manager view of now, on one screen: what is open, what comes next, how the targets stand."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.message import Counts
from mash_monitor.domain.performance import Performance
from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Level
from mash_monitor.views.glossary import WINDOWS, doubts, target
from mash_monitor.views.headline import breaching, next_report, while_shut
from mash_monitor.views.terminal.bar import level_bar, part_bar, share_cell
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, WIDE, Canvas, Page, heading, said
from mash_monitor.views.terminal.listing import listing
from mash_monitor.views.terminal.timeline import timeline
from mash_monitor.views.terminal.top import top
from mash_monitor.views.untrusted import plain

_GROUPS = 5
_NAMED = 5


def summary(position: Position) -> RenderableType:
    """The whole summary; about forty lines however much is open."""
    return Page(lambda canvas: _draw(position, canvas))


def _draw(position: Position, canvas: Canvas) -> Iterator[RenderableType]:
    yield from top(position)
    if position.counts.total:
        yield level_bar(position.counts, canvas.width, canvas.signs)
        yield from _named(f"before {next_report(position)}", breaching(position))
        yield from _named("nobody there", while_shut(position))
        yield heading("Most urgent")
        first = position.watched[: 8 if canvas.width >= WIDE else 4]
        yield from listing(position, first, canvas, facts=False)
        if more := position.counts.total - len(first):
            yield Text(f"and {more:,} more: mash-monitor contacts", QUIET)
        yield from timeline(position, canvas)
    yield from _performance(position.performance, canvas)
    if position.counts.total:
        yield _side_by_side(position, canvas)
    yield from _quality(position)


def _named(label: str, items: Sequence[Watched]) -> Iterator[Text]:
    """The references of the most urgent of them, on one line."""
    if not items:
        return
    names = ", ".join(plain(item.subject.contact_id) for item in items[:_NAMED])
    more = f" and {len(items) - _NAMED:,} more" if len(items) > _NAMED else ""
    yield Text.assemble((f"  {label}: ", QUIET), names, (more, QUIET))


def _performance(rows: Sequence[Performance] | None, canvas: Canvas) -> Iterator[RenderableType]:
    yield heading("Decided in time, of the contacts that fell due")
    if rows is None:
        yield Text("not known: the contact store could not be read", QUIET)
        return
    width = max(6, min(24, (canvas.width - 20) // len(WINDOWS) - 9))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    table.add_column("", overflow="fold", max_width=15 if canvas.width < WIDE else 30)
    for words in WINDOWS.values():
        table.add_column(words, no_wrap=True)
    for row in rows:
        aim = row.timescale.target_pct
        name = said(row.timescale.name).append(f"\ntarget {target(aim)}", QUIET)
        table.add_row(name, *(share_cell(row.tallies[window], aim, width, canvas) for window in WINDOWS))
    yield table


def _side_by_side(position: Position, canvas: Canvas) -> RenderableType:
    sources = _parts("Sources", position.by_group(), position.counts.total, canvas)
    teams = _parts("Teams", position.by_team(), position.counts.total, canvas)
    if canvas.width < 72:
        return Group("", sources, "", teams)
    pair = Table.grid(padding=(0, 4, 0, 0))
    pair.add_row(sources, teams)
    return Group("", pair)


def _parts(title: str, parts: Mapping[str, Counts], total: int, canvas: Canvas) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(title, no_wrap=True, overflow="ellipsis", max_width=18 if canvas.width < WIDE else 30)
    if canvas.width >= WIDE:
        table.add_column("")
    for name in ("open", "red", "overdue"):
        table.add_column(name, justify="right", header_style=QUIET, no_wrap=True)
    shown = dict(list(parts.items())[:_GROUPS])
    for name, counts in shown.items():
        bar = [part_bar(counts.total, total, 16, canvas.signs)] if canvas.width >= WIDE else []
        urgent = _number(counts.red, Level.RED), _number(counts.overdue, Level.OVERDUE)
        table.add_row(said(name), *bar, f"{counts.total:,}", *urgent)
    if len(parts) > _GROUPS:
        table.add_row(Text(f"and {len(parts) - _GROUPS:,} more", QUIET))
    return table


def _number(number: int, level: Level) -> Text:
    # assembled, so that the colour ends with the figure and does not fill the cell
    return Text.assemble((f"{number:,}", LEVEL_STYLES[level] if number else QUIET))


def _quality(position: Position) -> Iterator[RenderableType]:
    found = doubts(position.quality)
    said_of_them = "; ".join(found) if found else "nothing doubtful"
    yield Text.assemble(("\nData quality  ", HEADING), said_of_them)
    for example in position.quality.set_aside_examples[:3]:
        yield said(f"  set aside: {example}", QUIET)
