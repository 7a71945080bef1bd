"""A scorecard as rows, for the spreadsheets in which councils go on counting."""

import csv
import io
from pathlib import Path

from mash_monitor.domain.measures import Figures, Period, Scorecard, percent
from mash_monitor.views.chosen import largest_first
from mash_monitor.views.untrusted import plain

ALL_SOURCES = "all sources"
_TALLY = ("received", "in_time", "late", "not_yet_due", "uncertain", "pct", "pct_low", "pct_high")
_COLUMNS = ("target_pct", *_TALLY)
Cell = str | int | float | None


def scorecard_rows(card: Scorecard) -> list[list[Cell]]:
    """A header, then one row for each period and source: the whole period, its months, the period before."""
    total = card.total
    header: list[Cell] = [
        "from", "to", "source", "contacts", "share_pct", "children", "referrals", "conversion_pct",
        *(f"outcome {name}" for name in total.outcome_counts()),
        *(_text(f"{timescale.name} {name}") for timescale in total.timescales for name in _COLUMNS),
    ]  # fmt: skip
    parts = [(card.period, total), *card.months, (card.period.previous(), card.previous)]
    rows = [header]
    for period, figures in parts:
        rows.append(_row(period, ALL_SOURCES, figures, figures.contacts))
        rows += [_row(period, group, part, figures.contacts) for group, part in largest_first(figures)]
    return rows


def scorecard_csv(card: Scorecard) -> str:
    """The rows as CSV with the line ends that spreadsheets expect; empty where there is no figure."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(scorecard_rows(card))
    return out.getvalue()


def scorecard_xlsx(card: Scorecard, path: Path) -> None:
    """Write the rows to a workbook. Raises ModuleNotFoundError without the extra `xlsx`."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("scorecard")
    sheet.freeze_panes = "D2"
    for row in scorecard_rows(card):
        sheet.append(row)
    book.save(path)


def _row(period: Period, source: str, figures: Figures, whole: int) -> list[Cell]:
    row: list[Cell] = [
        period.start.isoformat(), period.end.isoformat(), _text(source), figures.contacts,
        percent(figures.contacts, whole), figures.children, figures.referrals, figures.conversion_pct,
        *figures.outcome_counts().values(),
    ]  # fmt: skip
    for timescale, tally in zip(figures.timescales, figures.tallies, strict=True):
        row += [timescale.target_pct, *(getattr(tally, name) for name in _TALLY)]
    return row


def _text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    shown = plain(text)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown
