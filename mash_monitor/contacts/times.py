"""Times as stores and files write them, read in the hub's local time."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.domain.calendar import local_midnight
from mash_monitor.domain.contact import Precision

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?", re.ASCII)
_DATE_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-?W\d{2}(?:-?\d)?", re.ASCII)
YEARS = range(1990, 2100)
"""Years outside are fillers ("1900-01-01", "9999-12-31"): nobody's contact."""


class Reading(NamedTuple):
    """A time as it was written: between two instants, equal where it says exactly when."""

    earliest: int
    latest: int
    precision: Precision


def is_blank(value: object) -> bool:
    """Whether a value says nothing at all."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_time(value: object, zone: ZoneInfo) -> Reading | None:
    """The time in a datetime, a date or a text (ISO 8601, or dd/mm/yyyy[ hh:mm[:ss]]); None if unreadable.

    Without an offset it is local time in `zone`: in the hour that autumn repeats it lies between both
    instants, in the hour that spring leaves out it is moved forward. A date alone is its whole local day.
    """
    moment: date | None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        moment = _from_text(value.strip())
    else:
        moment = value if isinstance(value, date) else None
    if moment is None or moment.year not in YEARS:
        return None
    if not isinstance(moment, datetime):
        return Reading(
            local_midnight(moment, zone), local_midnight(moment + timedelta(days=1), zone) - 1, Precision.DATE
        )
    if moment.tzinfo is not None:
        instant = int(moment.timestamp())
        return Reading(instant, instant, Precision.MINUTE)
    earlier = int(moment.replace(tzinfo=zone, fold=0).timestamp())
    later = int(moment.replace(tzinfo=zone, fold=1).timestamp())
    return Reading(earlier, max(earlier, later), Precision.MINUTE)


def _from_text(text: str) -> date | None:
    try:
        if "/" not in text:
            return date.fromisoformat(text) if _DATE_ALONE.fullmatch(text) else datetime.fromisoformat(text)
        match = _DAY_FIRST.fullmatch(text)
        if match is None:
            return None
        day, month, year, hour, minute, second = (int(part) if part else None for part in match.groups())
        if hour is None:
            return date(year or 0, month or 0, day or 0)
        return datetime(year or 0, month or 0, day or 0, hour, minute or 0, second or 0)  # noqa: DTZ001 - local, see above
    except ValueError:
        return None


def to_text(reading: Reading, zone: ZoneInfo) -> str:
    """A reading as ISO 8601 text that reads back as the very same one."""
    moment = datetime.fromtimestamp(reading.earliest, zone)
    if reading.precision is Precision.DATE:
        return moment.date().isoformat()
    return moment.isoformat() if reading.earliest == reading.latest else moment.replace(tzinfo=None).isoformat()


def utc_day(instant: int) -> date:
    """The UTC date of an instant."""
    return datetime.fromtimestamp(instant, UTC).date()
