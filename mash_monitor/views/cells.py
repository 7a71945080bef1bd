"""What a cell of a workbook holds: numbers in the units of spreadsheets, with the formats that show them."""

from datetime import date

from mash_monitor.domain.calendar import DAY
from mash_monitor.views.amounts import Amount, Kind

Cell = str | int | float | date | Amount | None

_FORMATS = {
    Kind.COUNT: "#,##0", Kind.PERCENT: "0.00%", Kind.TARGET: "0.##%", Kind.SECONDS: '0.0" days"',
    Kind.CHANGE: '+#,##0;-#,##0;"no change"', Kind.POINTS: '+0.00" points";-0.00" points";"no change"',
}  # fmt: skip
_PLAIN_FORMATS = {int: "#,##0", float: "0.00", date: "d mmm yyyy"}


def value(cell: Cell) -> str | int | float | date | None:
    """A share as a part of one, a time in days; words where it is no single number."""
    if not isinstance(cell, Amount):
        return cell or None if isinstance(cell, str) else cell
    if cell.value is None or cell.withheld:
        return str(cell)
    if cell.kind in (Kind.COUNT, Kind.CHANGE, Kind.POINTS):
        return cell.value
    return cell.value / (DAY if cell.kind is Kind.SECONDS else 100)


def number_format(cell: Cell) -> str:
    """How a spreadsheet shows it."""
    if isinstance(cell, Amount):
        return _FORMATS[cell.kind]
    return _PLAIN_FORMATS.get(type(cell), "General")


def shown(cell: Cell) -> str:
    """About what is seen of it, for the room that it needs."""
    if isinstance(cell, date):
        return f"{cell:%d %b %Y}"
    return "" if cell is None else str(cell)
