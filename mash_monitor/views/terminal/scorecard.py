"""The figures of a month, a quarter or a year, beside the period before."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from mash_monitor.domain.measures import Figures, Scorecard, percent
from mash_monitor.views.chosen import largest_first
from mash_monitor.views.glossary import OUTCOMES, percentage, share, share_in_numbers, target
from mash_monitor.views.terminal.bar import part_bar, share_bar, verdict
from mash_monitor.views.terminal.canvas import HEADING, QUIET, Canvas, Page, heading, said

_WIDE = 100


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
    yield _months(card, canvas)
    if card.total.contacts:
        yield heading("Where they came from")
        yield _sources(card.total, canvas)
        yield heading("What became of them")
        yield _outcomes(card.total, canvas)


def day(at: date) -> str:
    """A date in full: "1 January 2020"."""
    return f"{at.day} {at:%B %Y}"


def _clocks(card: Scorecard, canvas: Canvas) -> Table:
    table = _table("", "", "in time", "", "numbers", "target", "before")
    width = 30 if canvas.width >= _WIDE else 14
    for timescale, tally, before in zip(
        card.total.timescales, card.total.tallies, card.previous.tallies, strict=True
    ):
        aim = timescale.target_pct
        table.add_row(
            said(timescale.name), share_bar(tally, aim, width, canvas.signs), Text(share(tally), HEADING),
            verdict(tally, aim), share_in_numbers(tally), target(aim), share(before),
        )  # fmt: skip
    return table


def _months(card: Scorecard, canvas: Canvas) -> Table:
    names = [timescale.name for timescale in card.total.timescales]
    table = _table("", "contacts", "children", "referrals", "conversion", *names)
    rows = (
        [(f"{month.start:%b %Y}", figures, "") for month, figures in card.months]
        if len(card.months) > 1
        else []
    )
    for name, figures, style in [
        *rows,
        ("the period", card.total, HEADING),
        ("the period before", card.previous, QUIET),
    ]:
        table.add_row(
            name, f"{figures.contacts:,}", f"{figures.children:,}", f"{figures.referrals:,}",
            percentage(figures.conversion_pct), *map(share, figures.tallies), style=style,
        )  # fmt: skip
    return table


def _sources(total: Figures, canvas: Canvas) -> Table:
    names = [timescale.name for timescale in total.timescales]
    wide = canvas.width >= _WIDE
    table = _table("", *([""] if wide else []), "contacts", "share", "referrals", "conversion", *names)
    for group, part in largest_first(total):
        bar = [part_bar(part.contacts, total.contacts, 20, canvas.signs)] if wide else []
        table.add_row(
            said(group), *bar, f"{part.contacts:,}", percentage(percent(part.contacts, total.contacts)),
            f"{part.referrals:,}", percentage(part.conversion_pct), *map(share, part.tallies),
        )  # fmt: skip
    return table


def _outcomes(total: Figures, canvas: Canvas) -> Table:
    table = _table("", "", "contacts", "share")
    for outcome, number in total.outcome_counts().items():
        bar = part_bar(number, total.contacts, 30, canvas.signs)
        table.add_row(OUTCOMES[outcome], bar, f"{number:,}", percentage(percent(number, total.contacts)))
    return table


def _table(first: str, *titles: str) -> Table:
    """A table without lines whose numbers stand to the right."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=QUIET)
    table.add_column(first, overflow="fold")
    for title in titles:
        table.add_column(said(title), justify="right", overflow="fold")
    return table
