"""A scorecard as rows and as a workbook, for the spreadsheets in which councils go on counting."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.figures import Figures, Whole, share_pct
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.views.chosen import largest
from mash_monitor.views.documents import tally_document
from mash_monitor.views.figures import OF_A_SCORECARD
from mash_monitor.views.sheet import Amount, Kind, Table, notes, span, tables
from mash_monitor.views.untrusted import plain

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TALLY = tuple(tally_document(Tally()))
_TAIL = "over three working days"
_FORMATS = {
    Kind.COUNT: "#,##0", Kind.PERCENT: "0.00%", Kind.TARGET: "0.##%", Kind.SECONDS: "[h]:mm",
    Kind.CHANGE: '+#,##0;-#,##0;"no change"', Kind.POINTS: '+0.00" points";-0.00" points";"no change"',
}  # fmt: skip
_WIDEST = 60
Cell = str | int | float | None


def scorecard_rows(card: Scorecard) -> list[list[Cell]]:
    """A header, then one row for each period and part: the whole period, its months, the period compared with.

    Empty where there is no figure, or where it is withheld.
    """
    total = card.total
    header: list[Cell] = [
        "from", "to", "by", "part", "contacts", "share_pct", "children", "referrals", "conversion_pct", "nfa_pct",
        "repeats", "repeat_pct", "open", *(f"outcome {name}" for name in total.outcome_counts()),
        *(_text(f"{timescale.name} {name}") for timescale in total.timescales for name in ("target_pct", *_TALLY)),
        *(f"{_TAIL} {name}" for name in ("contacts", "uncertain", "pct", "pct_low", "pct_high")),
    ]  # fmt: skip
    rows = [header]
    for period, whole in [(card.period, total), *card.months, (card.before, card.previous)]:
        rows.append(_row(period, "all", "all", whole, whole))
        for by, parts in (("source", whole.groups), ("team", whole.teams), ("risk", whole.risks)):
            rows += [_row(period, by, name, part, whole) for name, part in largest(parts)]
    return rows


def scorecard_csv(card: Scorecard) -> str:
    """The rows as CSV with the line ends that spreadsheets expect."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(scorecard_rows(card))
    return out.getvalue()


def scorecard_xlsx(card: Scorecard, title: str, path: Path) -> None:
    """Write a workbook: each table on a sheet of its own, what the figures are, and every figure as rows.

    Raises ModuleNotFoundError without the extra `xlsx`.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = plain(f"{title}, {span(card.period.start, card.period.end)}")
    for table in tables(card):
        rows: list[list[Cell]] = [[*table.head], *([_text(str(row[0])), *map(_value, row[1:])] for row in table.rows)]
        _format(_add(book, table.title, rows), table)
    about: list[list[Cell]] = [["Figure", "What it says", "What is counted", "Of what"]]
    about += [[figure.name, figure.says, figure.counts, figure.of] for figure in OF_A_SCORECARD]
    about += [["Note", note, "", ""] for note in notes(card)]
    _add(book, "What the figures are", about)
    _add(book, "All figures", scorecard_rows(card))
    book.save(path)


def _add(book: "Workbook", title: str, rows: Sequence[Sequence[Cell]]) -> "Worksheet":
    """A sheet that is one table: it can be sorted and filtered, keeps its head in sight, and prints on A4."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties
    from openpyxl.worksheet.table import Table as Listed
    from openpyxl.worksheet.table import TableStyleInfo

    sheet: Worksheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    listed = Listed(displayName=title.title().replace(" ", ""), ref=sheet.dimensions)
    listed.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(listed)
    sheet.freeze_panes = "B2"
    for number, column in enumerate(zip(*rows, strict=True), 1):
        widest = max(len(str(value)) for value in column if value is not None)
        sheet.column_dimensions[get_column_letter(number)].width = min(widest + 3, _WIDEST)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    return sheet


def _format(sheet: "Worksheet", table: Table) -> None:
    for cells, row in zip(sheet.iter_rows(min_row=2), table.rows, strict=True):
        for cell, amount in zip(cells, row, strict=True):
            if isinstance(amount, Amount) and not isinstance(cell.value, str):
                cell.number_format = _FORMATS[amount.kind]


def _value(cell: str | Amount) -> Cell:
    """A number in the unit of a spreadsheet (a share of one, a part of a day); text where it is no single number."""
    if isinstance(cell, str):
        return cell or None
    if cell.withheld or (cell.value is None and cell.low is not None):
        return str(cell)
    if cell.value is None or cell.kind in (Kind.COUNT, Kind.CHANGE, Kind.POINTS):
        return cell.value
    return cell.value / (DAY if cell.kind is Kind.SECONDS else 100)


def _row(period: Period, by: str, name: str, part: Figures, whole: Whole) -> list[Cell]:
    row: list[Cell] = [
        period.start.isoformat(), period.end.isoformat(), by, _text(name), part.contacts,
        share_pct(part.contacts, whole.contacts), part.children if isinstance(part, Whole) else None,
        part.referrals, part.conversion_pct, part.nfa_pct, *(
            (part.repeats, part.repeat_pct) if isinstance(part, Whole) else (None, None)
        ), part.open, *part.outcome_counts().values(),
    ]  # fmt: skip
    for timescale, tally in zip(part.timescales, part.tallies, strict=True):
        row += [timescale.target_pct, *([None] * len(_TALLY) if tally is None else tally_document(tally).values())]
    tail = part.tail
    if tail is None:
        return [*row, *[None] * 5]
    return [*row, tail.late, tail.uncertain, tail.late_pct, tail.late_pct_low, tail.late_pct_high]


def _text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    shown = plain(text)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown
