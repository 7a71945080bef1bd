"""What columns of raw values say. Reading them raises KeyError, TypeError or ValueError if any is doubtful."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from operator import add, floordiv, itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from mash_monitor.contacts.text import ID_LIMIT
from mash_monitor.contacts.times import YEARS
from mash_monitor.domain.contact import NO_PERSON

_HOUR = 3_600
_HOUR_OF_TEXT: Callable[[str], str] = itemgetter(slice(13))
_REST_OF_TEXT: Callable[[str], str] = itemgetter(slice(13, 19))
_SECONDS = {f":{at // 60:02}:{at % 60:02}": at for at in range(_HOUR)}
_TO_THE_SECOND = 19
_FEW_HOURS = 48


def persons_of(values: Sequence[Any]) -> Sequence[str | None]:
    """The children's ids, if there is nothing to clean about them, and None for those without one."""
    ids: Sequence[str | None] = values
    try:
        text = "".join(filter(None, ids))
    except TypeError:
        ids = [None if value is None else str(value) for value in values]
        text = "".join(filter(None, ids))
    if not text.isprintable() or " " in text or NO_PERSON in ids or "" in ids:
        raise ValueError
    if len(text) > ID_LIMIT and max(map(len, filter(None, ids))) > ID_LIMIT:
        raise ValueError
    return ids


class WallClock:
    """Reads columns of local times as instants, where each is one single instant.

    What an hour begins with is looked up, by its text or by its number: hours come again and again.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._offsets, self._hours = _tables(zone)

    def instants(self, values: Sequence[Any], *, wall: bool = False) -> Sequence[int]:
        """The instant of each raw value; with `wall` they are numbers, see Columns."""
        if not values:
            return []
        return self._of_numbers(values) if wall else self._of_values(values)

    def certain(self, values: Sequence[Any], *, wall: bool = False) -> list[bool]:
        """For each value whether its hour is one that came once; nothing is certain about None either."""
        hours = [None if value is None else value // _HOUR if wall else str(value)[:13] for value in values]
        known = {hour: self._is_known(hour) for hour in set(hours)}
        return list(map(known.__getitem__, hours))

    def _is_known(self, hour: int | str | None) -> bool:
        if hour is None:
            return False
        try:
            self._hours[hour] if isinstance(hour, str) else self._offsets[hour]
        except (KeyError, ValueError):
            return False
        return True

    def _of_numbers(self, seconds: Sequence[int]) -> Sequence[int]:
        first, last = min(seconds) // _HOUR, max(seconds) // _HOUR
        if last - first < _FEW_HOURS:
            offset, *others = {self._offsets[hour] for hour in range(first, last + 1)}
            if not others:
                return list(map(add, seconds, repeat(offset)))
        return list(map(add, seconds, map(self._offsets.__getitem__, map(floordiv, seconds, repeat(_HOUR)))))

    def _of_values(self, values: Sequence[Any]) -> Sequence[int]:
        texts = values if isinstance(values[0], str) else list(map(str, values))
        lengths = set(map(len, texts))
        if min(lengths) < _TO_THE_SECOND:
            raise ValueError
        if lengths != {_TO_THE_SECOND} and not _have_fractions(texts):
            return _with_offsets(texts)
        hours = map(self._hours.__getitem__, map(_HOUR_OF_TEXT, texts))
        return list(map(add, hours, map(_SECONDS.__getitem__, map(_REST_OF_TEXT, texts))))


def _have_fractions(texts: Sequence[str]) -> bool:
    """Whether nothing but fractions stands behind the seconds."""
    more = [text[_TO_THE_SECOND:] for text in texts]
    digits = "".join(more).replace(".", "")
    return digits.isdecimal() and all(one[0] == "." and one.count(".") == 1 for one in more if one)


def _with_offsets(texts: Sequence[str]) -> Sequence[int]:
    moments = list(map(datetime.fromisoformat, texts))
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError
    return list(map(int, map(datetime.timestamp, moments)))


class _Offsets(dict[int, int]):
    """By hour on the wall, counted from 1970: what makes its seconds instants; KeyError if that is not one number."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, hour: int) -> int:
        if not _FIRST_HOUR <= hour < _END_OF_HOURS:
            raise KeyError(hour)
        first = datetime.fromtimestamp(hour * _HOUR, UTC)
        edges = [first.replace(minute=minute, fold=fold, tzinfo=self._zone) for minute, fold in ((0, 0), (59, 1))]
        if len({edge.utcoffset() for edge in edges}) > 1:
            raise KeyError(hour)
        self[hour] = int(edges[0].timestamp()) - hour * _HOUR
        return self[hour]


_FIRST_HOUR, _END_OF_HOURS = (
    int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) // _HOUR for year in (YEARS.start, YEARS.stop)
)


class _Hours(dict[str, int]):
    """By text up to the hour ("2026-03-06T12"): its first second; KeyError if it comes twice, or not at all."""

    def __init__(self, offsets: _Offsets) -> None:
        super().__init__()
        self._offsets = offsets

    def __missing__(self, text: str) -> int:
        first = datetime.fromisoformat(f"{text}:00:00")
        if first.tzinfo is not None:
            raise KeyError(text)
        seconds = int(first.replace(tzinfo=UTC).timestamp())
        self[text] = seconds + self._offsets[seconds // _HOUR]
        return self[text]


@lru_cache
def _tables(zone: ZoneInfo) -> tuple[_Offsets, _Hours]:
    """One of each for all columns: years of hours overlap."""
    offsets = _Offsets(zone)
    return offsets, _Hours(offsets)
