"""A scorecard as a workbook: real tables with types and formats, legible on paper and without colour."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import moment, span
from mash_monitor.views.amounts import Amount
from mash_monitor.views.cells import Cell, number_format, shown, value
from mash_monitor.views.figures import of_a_scorecard
from mash_monitor.views.glossary import share_in_numbers, standing
from mash_monitor.views.notes import notes
from mash_monitor.views.sheet import Table, tables
from mash_monitor.views.spreadsheet import NAMES, scorecard_rows
from mash_monitor.views.untrusted import plain

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_NARROWEST, _WIDEST = 12, 48
_LINE = 15
"""The height of a line, in points."""
_LONGEST = 200
"""Characters of a heading on paper: the format has 255 for all that stands above a page."""
_GROUND, _RULE = "E3E3E3", "A0A0A0"


class _Sheet(NamedTuple):
    """A sheet that is one table, the first row of which is its head.

    The first `names` columns say what a row is about; the others are figures. `sums`: the last row is the sum of the
    others, and stands below the table, so that whoever sorts or adds up the table does not count it. `across` are the
    pages that it is wide when printed.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    names: int = 1
    sums: bool = False
    across: int = 1


def scorecard_xlsx(card: Scorecard, title: str, zone: ZoneInfo, path: Path) -> None:
    """Write a workbook: what it is, each table on a sheet of its own, what the figures are, every figure as rows.

    Raises ModuleNotFoundError without the extra `xlsx`.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    heading = plain(f"{title}, {span(card.period.start, card.period.end)}")
    book.properties.title, book.properties.creator = heading, "mash-monitor"
    for sheet in _sheets(card, title, zone):
        _on_paper(_add(book, sheet), sheet, heading)
    book.save(path)


def _sheets(card: Scorecard, title: str, zone: ZoneInfo) -> Iterator[_Sheet]:
    period, before = (span(each.start, each.end) for each in (card.period, card.before))
    about = [
        ("About", "This workbook"), ("Hub", plain(title)), ("Period", period), ("Compared with", before),
        ("Counted", f"contacts by local date of receipt ({zone.key})"), ("As they stood", moment(card.at, zone)),
        *(("Note", note) for note in notes(card)),
    ]  # fmt: skip
    yield _Sheet("About", about, names=2)
    for table in tables(card):
        yield _Sheet(table.title, [*_rows(table)], sums=table.ends_in_all and len(table.rows) > 1)
    words = [(figure.name, figure.says, figure.counts, figure.of) for figure in of_a_scorecard(card.total.timescales)]
    yield _Sheet("What the figures are", [("Figure", "What it says", "What is counted", "Of what"), *words], names=4)
    yield _Sheet("All figures", scorecard_rows(card), names=len(NAMES), across=4)


def _rows(table: Table) -> Iterator[Sequence[Cell]]:
    """The rows of a table under its head; in a wide one each share has its numbers and its standing beside it."""
    if not table.wide:
        yield [*map(plain, table.head)]
        yield from ([plain(str(row[0])), *row[1:]] for row in table.rows)
        return
    name, target, now, before = table.head
    yield name, target, now, "Count", "Against target", before, "Count then", "Against target then"
    for row in table.rows:
        cells = [part for cell in row[2:] if isinstance(cell, Amount) for part in _apart(cell)]
        yield plain(str(row[0])), row[1], *cells


def _apart(share: Amount) -> tuple[Cell, Cell, Cell]:
    if share.tally is None:
        return share, share, share
    found = standing(share.tally, share.target_pct)
    return share, share_in_numbers(share.tally), None if found is None else found.value


def _add(book: "Workbook", sheet: _Sheet) -> "Worksheet":
    """The sheet in the workbook: it can be sorted and filtered, and keeps its head and its names in sight."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table as Listed
    from openpyxl.worksheet.table import TableStyleInfo

    made: Worksheet = book.create_sheet(sheet.title)
    strong, ground, rule = (
        Font(name="Calibri", size=11, bold=True),
        PatternFill("solid", fgColor=_GROUND),
        Side("thin", color=_RULE),
    )
    last, widths = len(sheet.rows), _widths(sheet.rows)
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row, 1):
            filled = made.cell(number, column, value(cell))
            if filled.data_type in ("f", "e"):  # text of a store: neither a formula nor an error
                filled.data_type, filled.quotePrefix = "s", True
            filled.number_format = number_format(cell)
            across = "left" if column <= sheet.names else "right"
            filled.alignment = Alignment(across, vertical="top", wrap_text=True)
            filled.border = Border(bottom=rule)
            if number == 1 or (sheet.sums and number == last):
                filled.font, filled.fill = strong, ground
        made.row_dimensions[number].height = _LINE * _lines(row, widths)
    for column, width in enumerate(widths, 1):
        made.column_dimensions[get_column_letter(column)].width = width
    ref = f"A1:{get_column_letter(len(widths))}{last - sheet.sums}"
    listed = Listed(displayName=sheet.title.title().replace(" ", ""), ref=ref)
    listed.tableStyleInfo = TableStyleInfo(name="TableStyleLight1")
    made.add_table(listed)
    made.freeze_panes = f"{get_column_letter(min(sheet.names, len(widths) - 1) + 1)}2"
    return made


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """What each column needs, in characters: a head may be broken between words, and what is very long anywhere."""
    head, *body = ([shown(cell) for cell in row] for row in rows)
    longest = (max([*map(len, name.split()), *map(len, column)]) for name, *column in zip(head, *body, strict=True))
    return [min(max(each + 3, _NARROWEST), _WIDEST) for each in longest]


def _lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    return max(len(wrap(shown(cell), width - 1)) or 1 for cell, width in zip(row, widths, strict=True))


def _on_paper(made: "Worksheet", sheet: _Sheet, heading: str) -> None:
    """On A4, with its head on each page, and above it whose figures these are."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.header_footer import HeaderFooterItem
    from openpyxl.worksheet.properties import PageSetupProperties

    made.page_setup.orientation, made.page_setup.paperSize = "landscape", made.PAPERSIZE_A4
    made.page_setup.fitToWidth, made.page_setup.fitToHeight = sheet.across, 0
    made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    made.print_title_rows = "1:1"
    if sheet.across > 1:
        made.print_title_cols = f"A:{get_column_letter(sheet.names)}"
    above, below = HeaderFooterItem(), HeaderFooterItem()
    above.left.text = heading[:_LONGEST].replace("&", "&&")
    below.left.text, below.right.text = "&A", "Page &P of &N"
    made.oddHeader, made.oddFooter = above, below
