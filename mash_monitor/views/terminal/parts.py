"""The open contacts by where they came from, who has them, and how long they have waited."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.intake import Inflow
from mash_monitor.domain.message import Counts
from mash_monitor.domain.position import Position, Quality
from mash_monitor.domain.rating import Level
from mash_monitor.views.glossary import ages, doubts, percentage
from mash_monitor.views.terminal.bar import level_bar
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, Canvas, said

_SHOWN = 6
_LEVELS = (("open", None), ("red", Level.RED), ("overdue", Level.OVERDUE))


def sources(position: Position, width: int) -> Iterator[RenderableType]:
    """Source groups: what is open of each; what came from each in the last weeks, and how much of it converted."""
    groups, intake = position.groups(), position.intake
    table = _table("Sources", width, ("open", "red", "overdue", *(("share", "converted") if intake else ())))
    for group, counts in list(groups.items())[:_SHOWN]:
        inflow: list[str] = []
        if intake:
            flow = intake.groups.get(group, Inflow())
            inflow = [percentage(intake.share_pct(group)), percentage(flow.conversion_pct)]
        table.add_row(said(group), *_numbers(counts), *inflow)
    yield table
    yield from _more(len(groups) - _SHOWN)
    if intake:
        total = f"of {intake.total.contacts:,} received in 13 weeks"
        yield Text(f"share, converted: {total}; all {percentage(intake.total.conversion_pct)}", QUIET)


def holders(title: str, parts: Mapping[str, Counts], width: int) -> Iterator[RenderableType]:
    """What is open with each team or worker."""
    table = _table(title, width, ("open", "red", "overdue"))
    for name, counts in list(parts.items())[:_SHOWN]:
        table.add_row(said(name), *_numbers(counts))
    yield table
    yield from _more(len(parts) - _SHOWN)


def ageing(position: Position, width: int, canvas: Canvas) -> Iterator[RenderableType]:
    """How long open contacts have waited since receipt, each band as a bar by level."""
    bands = position.by_age()
    highest = max(counts.total for counts in bands.values())
    yield Text("Waiting since receipt", HEADING)
    label = max(len(ages(band)) for band in bands)
    room = width - label - 7
    for band, counts in bands.items():
        columns = max(1, round(room * counts.total / highest)) if counts.total else 0
        yield Text.assemble(
            ages(band).ljust(label), f"{counts.total:>6,} ", level_bar(counts, columns, canvas.signs), no_wrap=True
        )  # fmt: skip


def _table(title: str, width: int, columns: tuple[str, ...]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, width=width)
    table.add_column(title, header_style=HEADING, no_wrap=True, overflow="ellipsis", ratio=1)
    for name in columns:
        table.add_column(name, header_style=QUIET, justify="right", no_wrap=True)
    return table


def _numbers(counts: Counts) -> list[Text]:
    numbers = (counts.total, counts.red, counts.overdue)
    # assembled, so that the colour ends with the figure and does not fill the cell
    return [
        Text.assemble((f"{number:,}", ("" if level is None else LEVEL_STYLES[level]) if number else QUIET))
        for number, (_, level) in zip(numbers, _LEVELS, strict=True)
    ]


def _more(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"and {number:,} more", QUIET)


def quality(found: Quality) -> Iterator[RenderableType]:
    """What was read in doubt, and the first rows that nobody can watch."""
    yield Text("Data quality", HEADING)
    for doubt in doubts(found) or ["nothing doubtful"]:
        yield Text(doubt)
    for example in found.set_aside_examples[:3]:
        yield said(f"set aside: {example}", QUIET)
