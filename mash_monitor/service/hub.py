"""One hub as the service works on it: its rules, its store, and whom it tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from mash_monitor.contacts import ContactStore, StoreMisconfigured, StoreUnavailable
from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.entry import Rules
from mash_monitor.domain.escalation import Step
from mash_monitor.domain.reports import ReportSchedule
from mash_monitor.domain.roster import Resolution, Roster
from mash_monitor.service.bounded import Lane, TimedOut

T = TypeVar("T")

_UTC = ZoneInfo("UTC")


class Recipients(NamedTuple):
    """People by alias, and the channels by which they are told, in order."""

    to: tuple[str, ...]
    by: tuple[str, ...]


class Directory:
    """Who can be reached how, and who is on.

    `reach(alias, channel)` gives an address or None; `roster(at)` the rotas, leave and teams as known at an
    instant, in the hub's local time. `aliases` are all the people there are.
    """

    def __init__(
        self, reach: Callable[[str, str], str | None], roster: Callable[[int], Roster] = lambda _at: Roster(),
        zone: ZoneInfo = _UTC, aliases: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.reach = reach
        self.roster = roster
        self.aliases = aliases
        self._zone = zone

    def people(self, to: Sequence[str], teams: Sequence[str], at: int) -> Resolution:
        """Whom these people, rotas and "team" mean at this instant, for a contact of these teams."""
        return self.roster(at).resolve(to, teams, at, self._zone)

    def channels(self, alias: str, by: Sequence[str]) -> tuple[str, ...]:
        """Those of the channels by which this person can be reached, in order."""
        return tuple(channel for channel in by if self.reach(alias, channel) is not None)


@dataclass(slots=True)
class StoreAccess:
    """A contact store that is opened when first needed, and never waited for without end.

    `seconds` is what one answer may take. A read of many answers gets a multiple of it, its `patience`.
    """

    opener: Callable[[], ContactStore]
    seconds: float
    lane: "Lane[object]" = field(default_factory=lambda: Lane("contact-store"))
    _store: ContactStore | None = None

    def open(self) -> ContactStore:
        """The store. Raises StoreMisconfigured, StoreUnavailable."""
        if self._store is None:
            self._store = self.opener()
        return self._store

    def read(self, call: Callable[[ContactStore], T], patience: int = 3) -> T:
        """What `call` reads from the store. Raises StoreUnavailable, also where it takes too long."""

        def work() -> T:
            try:
                return call(self.open())
            except StoreMisconfigured as error:
                self._store = None  # a corrected store is found by the next look
                raise StoreUnavailable(str(error)) from error

        try:
            return self.lane.run(work, self.seconds * patience)  # type: ignore[return-value]
        except TimedOut as error:
            raise StoreUnavailable(f"the contact store does not answer: {error}") from None


@dataclass(frozen=True, slots=True)
class WatchedHub:
    """A hub under watch.

    An overdue alert that nobody acknowledges is repeated each `repeat_every` seconds (None: never), at most
    `repeat_most` times. `handover` are those on duty while the hub is shut.
    """

    name: str
    title: str
    rules: Rules
    store: StoreAccess
    directory: Directory
    ladder: tuple[Step, ...] = ()
    summary: Recipients | None = None
    ops: Recipients | None = None
    handover: Recipients | None = None
    repeat_every: int | None = None
    repeat_most: int = 6

    @property
    def calendar(self) -> Calendar:
        """The hub's opening hours and working days."""
        return self.rules.policy.calendar

    @property
    def schedule(self) -> ReportSchedule:
        """The hub's report slots."""
        return self.rules.policy.schedule

    @property
    def zone(self) -> ZoneInfo:
        """The hub's local time."""
        return self.rules.policy.calendar.zone
