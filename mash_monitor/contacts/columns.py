"""Columns of raw values as what they say. Each raises KeyError, TypeError or ValueError if any value is doubtful."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import repeat
from operator import floordiv, sub
from typing import Any
from zoneinfo import ZoneInfo

from mash_monitor.domain.calendar import DAY, local_midnight
from mash_monitor.domain.contact import NO_PERSON

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks are counted from it
_EPOCH_DAY = _EPOCH.toordinal()
_DAYS = range(date(1990, 1, 1).toordinal() - _EPOCH_DAY, date(2100, 1, 1).toordinal() - _EPOCH_DAY)
_DATE_ALONE = 10  # no text of a date and a time is as short


def persons_of(values: Sequence[Any]) -> Sequence[str | None]:
    """The children's ids, if there is nothing to clean about them, and None for those without one."""
    ids = [None if value is None else str(value) for value in values] if int in set(map(type, values)) else values
    text = "".join(filter(None, ids))
    if not text.isprintable() or " " in text or NO_PERSON in ids or "" in ids:
        raise ValueError
    return ids


class WallClock:
    """Reads columns of local times as instants."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._offsets = _Offsets(zone)

    def instants(self, values: Sequence[Any]) -> Sequence[int]:
        """The instant of each; raises KeyError, TypeError or ValueError where any is not one single instant."""
        if not values:
            return []
        texts = values if isinstance(values[0], str) else list(map(str, values))
        if min(map(len, texts)) <= _DATE_ALONE:
            raise ValueError
        moments = list(map(datetime.fromisoformat, texts))
        if moments[0].tzinfo is not None:
            if any(moment.tzinfo is None for moment in moments):
                raise ValueError
            return list(map(int, map(datetime.timestamp, moments)))
        walls = list(map(int, map(timedelta.total_seconds, map(sub, moments, repeat(_EPOCH)))))
        offsets = map(self._offsets.__getitem__, map(floordiv, walls, repeat(DAY)))
        return list(map(sub, walls, offsets))


class _Offsets(dict[int, int]):
    """By days since 1970: the seconds by which local time is ahead; KeyError for a day on which that changes."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, number: int) -> int:
        if number not in _DAYS:
            raise KeyError(number)
        day = date.fromordinal(number + _EPOCH_DAY)
        midnight = local_midnight(day, self._zone)
        if local_midnight(day + timedelta(days=1), self._zone) - midnight != DAY:
            raise KeyError(number)
        self[number] = number * DAY - midnight
        return self[number]
