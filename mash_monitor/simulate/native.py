"""Rows of the native contact format, as the text that stands in a file."""

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo


class NativeRow(NamedTuple):
    """One child of one contact. Every value is text, empty where nothing is known; times are local."""

    contact_id: str
    person_id: str
    received_at: str
    decided_at: str
    source_code: str
    source_desc: str
    risk: str
    team: str
    worker: str
    outcome: str


def local_time(instant: int, zone: ZoneInfo) -> str:
    """An instant as case management systems export it: local, to the minute, without an offset."""
    return datetime.fromtimestamp(instant, zone).replace(tzinfo=None).isoformat(timespec="minutes")


def write_csv(path: Path, rows: Iterable[NativeRow]) -> int:
    """Write rows under the native header, and say how many. The same rows give the same bytes anywhere.

    Raises OSError where the file cannot be written.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NativeRow._fields)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            writer.writerow(row)
    return count
