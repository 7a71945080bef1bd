"""Which children were seen when: all that is asked of the year before a period."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.contacts.columns import WallClock, persons_of
from mash_monitor.contacts.rows import RawRow
from mash_monitor.contacts.text import clean_id
from mash_monitor.contacts.times import read_time
from mash_monitor.domain.contact import NO_PERSON

Wanted = Callable[[Sequence[str | None]], Iterable[object]]
"""For each of these children whether it is asked about: something true, or something false."""


class Visited(NamedTuple):
    """Columns of equal length: a child's id, and when a contact about it was received."""

    persons: Sequence[str]
    received: Sequence[int]


def visited(
    chunks: Iterable[Sequence[RawRow]], zone: ZoneInfo, window: tuple[int, int], wanted: Wanted
) -> Iterator[Visited]:
    """Rows of person and time of receipt: those within [start, end) about children who are wanted."""
    clock = WallClock(zone)
    start, end = window
    for chunk in chunks:
        persons: Sequence[str | None]
        try:
            persons = persons_of([raw[0] for raw in chunk])
            asked = list(wanted(persons))
            persons, received = (
                list(compress(persons, asked)),
                clock.instants([raw[1] for raw in compress(chunk, asked)]),
            )
        except (KeyError, TypeError, ValueError):
            read = [(clean_id(raw[0])[0], read_time(raw[1], zone)) for raw in chunk]
            known = [(person, time.earliest) for person, time in read if time is not None and person != NO_PERSON]
            persons, received = [person for person, _ in known], [at for _, at in known]
        inside = [person is not None and start <= at < end for person, at in zip(persons, received, strict=True)]
        yield Visited(list(compress(persons, inside)), list(compress(received, inside)))  # type: ignore[arg-type]
