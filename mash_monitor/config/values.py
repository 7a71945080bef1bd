"""Single values of configuration and rule packs: lengths of time, times of day, weekdays, addresses, bounds."""

import re
from collections.abc import Sized
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from mash_monitor.config.table import From, Then

SomeSized = TypeVar("SomeSized", bound=Sized)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {name: number for names in (WEEKDAYS, _FULL) for number, name in enumerate(names)}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST = 3650 * 86_400
_DURATION = re.compile(r"(\d+)\s*([smhd])")
_HERE = ("127.0.0.1", "localhost", "::1")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")


def duration(value: object) -> int:
    """Seconds of "30m", "4h", "180d", "10s". Raises ValueError."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f'found {value!r}, expected a length of time such as "30m", "4h" or "180d"')
    seconds = int(match[1]) * _UNITS[match[2]]
    if seconds > _LONGEST:
        raise ValueError(f"found {value!r}, expected a length of time up to 3650d")
    return seconds


def time_of_day(value: object) -> int:
    """Seconds since midnight of "08:30"; "24:00" is the end of the day. Raises ValueError."""
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 1440:
        raise ValueError(f'found {value!r}, expected a time of day such as "08:30"')
    return int(match[1]) * 3600 + int(match[2]) * 60


def weekdays(value: object) -> frozenset[int]:
    """Weekday numbers, Monday 0, of ["mon", "tue"] or "mon-fri". Raises ValueError."""
    names = value.replace(" ", "").lower().split(",") if isinstance(value, str) else value
    days: set[int] = set()
    for name in names if isinstance(names, list) else [value]:
        first, dash, last = str(name).strip().lower().partition("-")
        start, stop = _NUMBERS.get(first), _NUMBERS.get(last if dash else first)
        if start is None or stop is None:
            raise ValueError(f'found {name!r}, expected "all", "open" or weekdays such as ["mon", "tue"]')
        days.update((start + step) % 7 for step in range((stop - start) % 7 + 1))
    if not days:
        raise ValueError('found no weekday, expected "all", "open" or weekdays such as ["mon", "tue"]')
    return frozenset(days)


def endpoint(value: str) -> str:
    """An https address; http is taken on this machine only. Raises ValueError."""
    parts = urlsplit(value)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)):
        return value
    raise ValueError(f"found {value!r}, expected an https address, or http on this machine only")


def between(lowest: float, highest: float) -> Then:
    """Numbers from the one to the other."""

    def check(value: float) -> float:
        if not lowest <= value <= highest:
            raise ValueError(f"found {value}, expected {lowest} to {highest}")
        return value

    return Then(check)


def _some(value: SomeSized) -> SomeSized:
    if not value:
        raise ValueError(f"found {value!r}, expected it to hold something")
    return value


SOME = Then(_some)
"""Not empty."""

Duration = Annotated[int, From(duration)]
TimeOfDay = Annotated[int, From(time_of_day)]
Endpoint = Annotated[str, Then(endpoint)]
