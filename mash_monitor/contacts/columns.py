"""Columns of raw values as what they say. Each raises KeyError, TypeError or ValueError if any value is doubtful."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import add, itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from mash_monitor.domain.contact import NO_PERSON

_YEARS = range(1990, 2100)
_HOUR: Callable[[str], str] = itemgetter(slice(13))
_REST: Callable[[str], str] = itemgetter(slice(13, 19))
_SECONDS = {f":{at // 60:02}:{at % 60:02}": at for at in range(3_600)}
_TO_THE_SECOND = 19


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
    return ids


class WallClock:
    """Reads columns of local times as instants.

    The hour of a text is looked up, and the rest of it: both come again and again.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._hours = _hours(zone)

    def instants(self, values: Sequence[Any]) -> Sequence[int]:
        """The instant of each; raises KeyError, TypeError or ValueError where any is not one single instant."""
        if not values:
            return []
        texts = values if isinstance(values[0], str) else list(map(str, values))
        lengths = set(map(len, texts))
        if min(lengths) < _TO_THE_SECOND:
            raise ValueError
        if lengths != {_TO_THE_SECOND} and not _have_fractions(texts):
            return _with_offsets(texts)
        hours = map(self._hours.__getitem__, map(_HOUR, texts))
        return list(map(add, hours, map(_SECONDS.__getitem__, map(_REST, texts))))


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


class _Hours(dict[str, int]):
    """By text up to the hour ("2026-03-06T12"): its first second; KeyError if it comes twice, or not at all."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, text: str) -> int:
        first = datetime.fromisoformat(f"{text}:00:00")
        edges = [first.replace(minute=minute, fold=fold, tzinfo=self._zone) for minute, fold in ((0, 0), (59, 1))]
        if first.tzinfo is not None or first.year not in _YEARS or len({edge.utcoffset() for edge in edges}) > 1:
            raise KeyError(text)
        self[text] = int(edges[0].timestamp())
        return self[text]


@lru_cache
def _hours(zone: ZoneInfo) -> _Hours:
    """One for all columns: years of hours overlap."""
    return _Hours(zone)
