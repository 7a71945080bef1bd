"""Periods as people write them; a financial year starts in April."""

import re
from calendar import monthrange
from datetime import date, datetime

from mash_monitor.cli.main import UsedWrongError
from mash_monitor.domain.period import Period

_EXPECTED = (
    "expected 2020-03, 2020-01..2020-03, 2019-20-Q4, 2019-20, 2020-01-06..2020-01-19, or 2020-01.. for all since then"
)


def period(text: str, today: date, option: str = "--period") -> Period:
    """The period of these words; one without an end goes on to `today`. Raises UsedWrongError."""
    words = text.strip()
    try:
        return _quarter(words) or _financial_year(words) or _range(words, today)
    except ValueError as error:
        raise UsedWrongError(f"{option}: found {words!r}{error}; {_EXPECTED}") from None


def _quarter(words: str) -> Period | None:
    match = re.fullmatch(r"(\d{4})-(\d{2})-Q([1-4])", words, re.IGNORECASE | re.ASCII)
    if match is None:
        return None
    year, month = _year(match[1], match[2]), 3 * int(match[3]) + 1
    start = date(year + (month > 12), (month - 1) % 12 + 1, 1)
    return Period(start, _last_of(start.year, start.month + 2), words)


def _financial_year(words: str) -> Period | None:
    match = re.fullmatch(r"(\d{4})-(\d{2})", words, re.ASCII)
    if match is None or int(match[2]) <= 12:
        return None
    year = _year(match[1], match[2])
    return Period(date(year, 4, 1), date(year + 1, 3, 31), words)


def _range(words: str, today: date) -> Period:
    first, dots, last = words.partition("..")
    start = _day(first, last=False)
    if dots and not last:
        if start > today:
            raise ValueError(", which is still to come")
        return Period(start, today, words)
    end = _day(last if dots else first, last=True)
    if end < start:
        raise ValueError(", which ends before it starts")
    return Period(start, end, words)


def _year(first: str, second: str) -> int:
    year = int(first)
    if (year + 1) % 100 != int(second) or not 1991 <= year < 2189:
        raise ValueError(", and a financial year is written 2019-20")
    return year


def _day(text: str, *, last: bool) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
            month = datetime.strptime(text, "%Y-%m").replace(day=1).date()  # noqa: DTZ007 - a date, no time
            day = _last_of(month.year, month.month) if last else month
        else:
            day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - as above
    except ValueError:
        raise ValueError("") from None
    if not 1991 <= day.year < 2189:
        raise ValueError(", outside the years that a calendar reaches")
    return day


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
