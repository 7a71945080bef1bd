"""The figures of a month, a quarter or a year, beside the period before."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.measures import Figures, Scorecard, percent
from mash_monitor.views.chosen import largest_first
from mash_monitor.views.glossary import OUTCOMES, percentage, share, target
from mash_monitor.views.terminal.bar import part_bar, share_cell
from mash_monitor.views.terminal.canvas import HEADING, QUIET, WIDE, Canvas, Page, heading, said


def scorecard(card: Scorecard, title: str, zone: ZoneInfo) -> RenderableType:
    """Shares in time by every clock, the months, where contacts came from, and what became of them."""
    return Page(lambda canvas: _draw(card, title, zone, canvas))


def _draw(card: Scorecard, title: str, zone: ZoneInfo, canvas: Canvas) -> Iterator[RenderableType]:
    yield said(f"{title}, {day(card.period.start)} to {day(card.period.end)}", HEADING)
    yield Text(
        f"contacts by local date of receipt ({zone.key}); late counts those still open past their deadline",
        QUIET,
    )
    yield heading("Decided in time")
    yield _clocks(card, canvas)
    yield heading("Month by month")
    yield _months(card)
    if card.total.contacts:
        yield heading("Where they came from")
        yield _sources(card.total, canvas)
        yield heading("What became of them")
        yield _outcomes(card.total, canvas)


def day(at: date) -> str:
    """A date in full: "1 January 2020"."""
    return f"{at.day} {at:%B %Y}"


def _clocks(card: Scorecard, canvas: Canvas) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    width = max(8, min(40, (canvas.width - 20) // 2 - 12))
    for title in ("", "the period", "the period before"):
        table.add_column(title, overflow="fold")
    for timescale, *tallies in zip(card.total.timescales, card.total.tallies, card.previous.tallies, strict=True):
        aim = timescale.target_pct
        name = said(timescale.name).append(f"\ntarget {target(aim)}", QUIET)
        table.add_row(name, *(share_cell(tally, aim, width, canvas) for tally in tallies))
    return table


def _months(card: Scorecard) -> Table:
    names = [timescale.name for timescale in card.total.timescales]
    table = _table("contacts", "children", "referrals", "conversion", *names)
    rows = [(f"{month.start:%b %Y}", figures, "") for month, figures in card.months]
    rows = rows if len(rows) > 1 else []
    for name, figures, style in [*rows, ("total", card.total, HEADING), ("before", card.previous, QUIET)]:
        table.add_row(
            name,
            f"{figures.contacts:,}",
            f"{figures.children:,}",
            f"{figures.referrals:,}",
            percentage(figures.conversion_pct),
            *map(share, figures.tallies),
            style=style,
        )
    return table


def _sources(total: Figures, canvas: Canvas) -> Table:
    names = [timescale.name for timescale in total.timescales]
    table = _table("contacts", "share", "referrals", "conversion", *names)
    for group, part in largest_first(total):
        table.add_row(
            said(group),
            f"{part.contacts:,}",
            percentage(percent(part.contacts, total.contacts)),
            f"{part.referrals:,}",
            percentage(part.conversion_pct),
            *map(share, part.tallies),
            *_bar(part.contacts, total.contacts, canvas),
        )
    return table


def _outcomes(total: Figures, canvas: Canvas) -> Table:
    table = _table("contacts", "share")
    for outcome, number in total.outcome_counts().items():
        numbers = f"{number:,}", percentage(percent(number, total.contacts))
        table.add_row(OUTCOMES[outcome], *numbers, *_bar(number, total.contacts, canvas))
    return table


def _bar(part: int, whole: int, canvas: Canvas) -> list[Text]:
    return [part_bar(part, whole, 20, canvas.signs)] if canvas.width >= WIDE else []


def _table(*titles: str) -> Table:
    """A table without lines: names to the left, numbers to the right, room for a bar behind them."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style=QUIET)
    table.add_column("", overflow="fold")
    for title in titles:
        table.add_column(said(title), justify="right", overflow="fold")
    return table
