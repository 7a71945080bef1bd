"""Which children were seen when: all that is asked of the year before a period."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.contacts.columns import WallClock, persons_of
from mash_monitor.contacts.rows import RawRow
from mash_monitor.contacts.text import clean_id
from mash_monitor.contacts.times import read_time
from mash_monitor.domain.contact import NO_PERSON


class Visited(NamedTuple):
    """Columns of equal length: a child's id, and when a contact about it was received."""

    persons: Sequence[str]
    received: Sequence[int]


def visited(chunks: Iterable[Sequence[RawRow]], zone: ZoneInfo, start: int, end: int) -> Iterator[Visited]:
    """Rows of person and time of receipt, without those outside [start, end), or without a person or a time."""
    clock = WallClock(zone)
    for chunk in chunks:
        try:
            persons, received = persons_of([raw[0] for raw in chunk]), clock.instants([raw[1] for raw in chunk])
        except (KeyError, TypeError, ValueError):
            read = [(clean_id(raw[0])[0], read_time(raw[1], zone)) for raw in chunk]
            known = [(person, time.earliest) for person, time in read if time is not None and person != NO_PERSON]
            persons, received = [person for person, _ in known], [at for _, at in known]
        wanted = [
            person is not None and start <= at < end for person, at in zip(persons, received, strict=True)
        ]  # fmt: skip
        yield Visited(list(compress(persons, wanted)), list(compress(received, wanted)))  # type: ignore[arg-type]
