"""The open contacts by where they came from, who has them, and how long they have waited."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from mash_monitor.domain.intake import Inflow
from mash_monitor.domain.message import Counts
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.views.glossary import ages, doubts, percentage, set_aside
from mash_monitor.views.terminal.bar import level_bar
from mash_monitor.views.terminal.canvas import HEADING, LEVEL_STYLES, QUIET, Canvas, said

_SHOWN = 6
_OPEN = ("open", "red", "overdue")
_INFLOW = ("  share", "converted")


def sources(position: Position, width: int) -> Iterator[Text]:
    """Source groups: what is open of each; what came from each in the last weeks, and how much of it converted."""
    groups, intake = position.groups(), position.intake
    yield _titles("Sources", (*_OPEN, *(_INFLOW if intake else ())), width)
    for group, counts in list(groups.items())[:_SHOWN]:
        cells = _numbers(counts)
        if intake:
            flow = intake.groups.get(group, Inflow())
            pcts = (percentage(intake.share_pct(group)), percentage(flow.conversion_pct))
            cells += [Text(pct.rjust(len(title) + 1)) for pct, title in zip(pcts, _INFLOW, strict=True)]
        yield _line(group, cells, width)
    yield from _more(len(groups) - _SHOWN)
    if intake:
        total = f"of {intake.total.contacts:,} received in 13 weeks"
        yield Text(f"share, converted: {total}; all {percentage(intake.total.conversion_pct)}", QUIET)


def holders(title: str, parts: Mapping[str, Counts], width: int) -> Iterator[Text]:
    """What is open with each team or worker."""
    yield _titles(title, _OPEN, width)
    for name, counts in list(parts.items())[:_SHOWN]:
        yield _line(name, _numbers(counts), width)
    yield from _more(len(parts) - _SHOWN)


def ageing(position: Position, width: int, canvas: Canvas) -> Iterator[Text]:
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


def _titles(title: str, columns: Sequence[str], width: int) -> Text:
    line = _line(title, [Text(f" {name}", QUIET) for name in columns], width)
    line.stylize(HEADING, 0, len(title))
    return line


def _line(name: str, cells: Sequence[Text], width: int) -> Text:
    """A name, cut where it is too long, and cells at the right end of the line."""
    line = said(name)
    room = width - sum(cell.cell_len for cell in cells)
    line.truncate(room, overflow="ellipsis")
    line.pad_right(room - line.cell_len)
    for cell in cells:
        line.append_text(cell)
    line.no_wrap = True
    return line


def _numbers(counts: Counts) -> list[Text]:
    numbers = ((counts.total, ""), (counts.red, LEVEL_STYLES[Level.RED]), (counts.overdue, LEVEL_STYLES[Level.OVERDUE]))
    return [
        Text.assemble(" " * (len(title) + 1 - len(f"{number:,}")), (f"{number:,}", style if number else QUIET))
        for title, (number, style) in zip(_OPEN, numbers, strict=True)
    ]


def _more(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"and {number:,} more", QUIET)


def quality(position: Position) -> Iterator[Text]:
    """What was read in doubt, and the first rows that nobody can watch."""
    yield Text("Data quality", HEADING)
    for doubt in doubts(position) or ["nothing doubtful"]:
        yield Text(doubt)
    for row in set_aside(position.quality):
        yield said(row, QUIET)
