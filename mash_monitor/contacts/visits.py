"""Which children were seen when: all that is asked of the year before a period."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import compress
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.contacts.chunks import Visits
from mash_monitor.contacts.columns import WallClock, persons_of
from mash_monitor.contacts.text import clean_id
from mash_monitor.contacts.times import read_time
from mash_monitor.domain.contact import NO_PERSON

_NEVER = -(1 << 62)


class Seen(NamedTuple):
    """A chunk of rows: the child's id, None where there is none; and the times of receipt of a choice of them.

    Times are asked for by True or False for each row: few are wanted, and reading them is dear.
    A time that cannot be read lies before all others.
    """

    persons: Sequence[str | None]
    times: Callable[[Sequence[bool]], Sequence[int]]


def seen(chunks: Iterable[Visits], zone: ZoneInfo) -> Iterator[Seen]:
    """Rows of person and time of receipt."""
    clock = WallClock(zone)
    for chunk in chunks:
        yield Seen(_persons(chunk.persons), _Times(clock, zone, chunk).of)


class _Times(NamedTuple):
    clock: WallClock
    zone: ZoneInfo
    rows: Visits

    def of(self, wanted: Sequence[bool]) -> Sequence[int]:
        values = list(compress(self.rows.received, wanted))
        try:
            return self.clock.instants(values, wall=self.rows.wall)
        except (KeyError, TypeError, ValueError):
            if self.rows.wall:
                values = [datetime.fromtimestamp(value, UTC).replace(tzinfo=None) for value in values]
            read = (read_time(value, self.zone) for value in values)
            return [_NEVER if time is None else time.earliest for time in read]


def _persons(values: Sequence[object]) -> Sequence[str | None]:
    try:
        return persons_of(values)
    except ValueError:
        ids = (clean_id(value)[0] for value in values)
        return [None if person == NO_PERSON else person for person in ids]
