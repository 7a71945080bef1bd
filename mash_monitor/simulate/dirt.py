"""The faults of real exports: rare, and each of a kind that the reader has to live with."""

from zoneinfo import ZoneInfo

from mash_monitor.simulate.native import NativeRow, local_time

_DATE_ONLY, _UNREADABLE, _UNKNOWN_SOURCE, _BEFORE_RECEIPT = 0.004, 0.006, 0.012, 0.015
"""Running totals: of 1,000 contacts 4 have no time of day, 2 no readable one, 6 no known source, and 3 were
decided before they came."""


def spoil(row: NativeRow, received: int, fault: float, zone: ZoneInfo) -> NativeRow:
    """The row as exported: nearly always as it is. `fault`, 0 to 1, is its contact's chance."""
    if fault < _DATE_ONLY:
        year, month, day = row.received_at[:10].split("-")
        return row._replace(received_at=f"{day}/{month}/{year}")
    if fault < _UNREADABLE:
        return row._replace(received_at="########")  # what a spreadsheet makes of a column that is too narrow
    if fault < _UNKNOWN_SOURCE:
        return row._replace(source_code="LOC-17", source_desc="")
    if fault < _BEFORE_RECEIPT and row.decided_at:
        return row._replace(decided_at=local_time(received - 45 * 60, zone))
    return row
