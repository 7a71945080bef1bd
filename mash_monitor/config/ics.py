"""Rotas kept in iCalendar files: somebody is on for the time of each event whose summary is their alias.

A file is read again when it changes, so that whoever keeps the rota need not restart anything. Its words are never
repeated: a summary that is no alias may be somebody's name.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from mash_monitor.domain.roster import Shift
from mash_monitor.domain.words import count

if TYPE_CHECKING:
    from icalendar import Event, vRecur

_BEFORE, _AFTER = timedelta(days=1), timedelta(days=60)
_REPEATS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_FIRST_YEAR = 1990
_NOT_UNDERSTOOD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""Whatever the libraries make of what they find in somebody's calendar."""


class _Read(NamedTuple):
    """What one version of the file said of the days around one."""

    version: tuple[int, int]
    day: date
    shifts: tuple[Shift, ...]
    trouble: str | None


class CalendarFile:
    """One calendar. `aliases` are those whom a summary may name; times without a zone are local ones."""

    def __init__(self, path: Path, aliases: Collection[str], zone: ZoneInfo) -> None:
        self._path, self._zone = path, zone
        self._aliases = {alias.casefold(): alias for alias in aliases}
        self._last: _Read | None = None

    def around(self, at: int) -> tuple[tuple[Shift, ...], str | None]:
        """The shifts from the day before this instant to two months after it, and what is wrong with the calendar.

        A file that cannot be read gives no shifts, and says so: the rest of the rota holds meanwhile.
        """
        day = datetime.fromtimestamp(at, self._zone).date()
        try:
            there = self._path.stat()
            version = (there.st_mtime_ns, there.st_size)
            if self._last is None or (self._last.version, self._last.day) != (version, day):
                self._last = _Read(version, day, *self._read(day))
        except OSError as error:
            return (), f"the calendar {self._path.name} cannot be read: {error.strerror}"
        return self._last.shifts, self._last.trouble

    def _read(self, day: date) -> tuple[tuple[Shift, ...], str | None]:
        from icalendar import Calendar  # an extra, and only rotas with a calendar need it

        try:
            calendar = Calendar.from_ical(self._path.read_bytes())
        except ValueError:
            calendar = None
        if not isinstance(calendar, Calendar):
            return (), f"{self._path.name} is not an iCalendar file; export the calendar again"
        since, until = (_moment(day + ahead, self._zone) for ahead in (-_BEFORE, _AFTER))
        events = [event for event in calendar.events if event.get("STATUS", "") != "CANCELLED"]
        moved = list(_moved(events))
        shifts: list[Shift] = []
        strange = 0
        for event in events:
            alias = self._aliases.get(str(event.get("SUMMARY", "")).strip().casefold())
            try:
                times = list(_times(event, moved, since, until, self._zone))
            except _NOT_UNDERSTOOD:
                strange += 1
                continue
            if alias is None:
                strange += bool(times)
            else:
                shifts += [Shift(alias, start, end) for start, end in times]
        if not strange:
            return tuple(shifts), None
        return tuple(shifts), (
            f"{count(strange, 'event')} of the calendar {self._path.name} left out: the summary is no alias of anybody "
            "under [people], or the time cannot be understood"
        )


def _moment(value: date, zone: ZoneInfo) -> datetime:
    """A date or a time of the calendar as an aware time; a date is its first minute."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)


def _moved(events: Iterable["Event"]) -> Iterator[tuple[str, date]]:
    """The single turns of repeating events that have an event of their own instead."""
    for event in events:
        if "RECURRENCE-ID" in event:
            with suppress(*_NOT_UNDERSTOOD):
                yield str(event.get("UID")), event.decoded("RECURRENCE-ID")


def _times(
    event: "Event", moved: Iterable[tuple[str, date]], since: datetime, until: datetime, zone: ZoneInfo
) -> Iterator[tuple[int, int]]:
    """The times of an event between two, as instants. Raises what is under _NOT_UNDERSTOOD."""
    from dateutil.rrule import rruleset  # type: ignore[import-untyped]  # comes with icalendar

    start, end = _moment(event.start, zone), _moment(event.end, zone)
    if end < start or start.year < _FIRST_YEAR:
        raise ValueError("ends before it starts, or starts long ago")
    turns = rruleset()
    if "RECURRENCE-ID" in event or not event.rrules:
        turns.rdate(start)
    else:
        for rule in event.rrules:
            turns.rrule(_rule(rule, start, zone))
        for key, turn in moved:
            if key == str(event.get("UID")):
                turns.exdate(_moment(turn, zone))
    for extra, _ in event.rdates:
        turns.rdate(_moment(extra, zone))
    for left_out in event.exdates:
        turns.exdate(_moment(left_out, zone))
    length = end - start  # by the clock on the wall: 17:00 to 09:00 stays so in the night of a clock change
    for turn in turns.between(since - length, until, inc=True):
        yield int(turn.timestamp()), int((turn + length).timestamp())


def _rule(rule: "vRecur", start: datetime, zone: ZoneInfo) -> object:
    from dateutil.rrule import rrulestr
    from icalendar import vRecur

    if rule.get("FREQ", [""])[0] not in _REPEATS:
        raise ValueError("repeats within a day")
    endless = vRecur({key: value for key, value in rule.items() if key != "UNTIL"})
    repeated = rrulestr(endless.to_ical().decode(), dtstart=start)  # type: ignore[no-untyped-call]
    if "UNTIL" not in rule:
        return repeated
    last = rule["UNTIL"][0]
    return repeated.replace(
        until=_moment(last if isinstance(last, datetime) else datetime.combine(last, time.max), zone)
    )
