"""The scorecard of a period, counted from a contact store and from what only the watch has observed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from mash_monitor.contacts import ContactStore, NotInBulk
from mash_monitor.counting.period import Counting
from mash_monitor.counting.visits import hashed
from mash_monitor.domain.contact import Contact
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Reach, Scorecard
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.measuring import with_observations
from mash_monitor.state import ledger
from mash_monitor.state.database import reading

_PATIENCE = 30
"""A scorecard over years may take its time: nobody's alert waits for it."""


def store_scorecard(
    hub: WatchedHub,
    engine: Engine | None,
    period: Period,
    now: int,
    *,
    at: int | None = None,
    before: Period | None = None,
) -> Scorecard:
    """The scorecard of a period beside the one `before` it. Raises StoreUnavailable.

    With `at` the contacts stand as they did then, by their rows as they are now.
    """
    at = now if at is None else at
    before = before or period.previous()

    def work(store: ContactStore) -> Scorecard:
        counts = [Count(store, hub, engine, one, now, at).made() for one in (period, before)]
        _look_back(store, now, counts)
        total, months = counts.pop(0).counted()  # and so gone, before the other one takes its memory
        previous, _ = counts.pop(0).counted()
        dark = _without_time(store, hub, engine, now, at)
        return Scorecard(period, total, months, before, previous, at, _reach(store, hub, now, at), dark)

    return hub.store.read(work, patience=_PATIENCE)


def _reach(store: ContactStore, hub: WatchedHub, now: int, at: int) -> Reach:
    with store.look(now) as look:
        first = look.first_receipt()
    return Reach(None if first is None else hub.calendar.date_of(first), hub.calendar.date_of(at))


def _without_time(store: ContactStore, hub: WatchedHub, engine: Engine | None, now: int, at: int) -> int:
    """How many contacts fall into no period, as nobody can tell when they were received."""
    with store.look(now) as look:
        contacts = look.contacts_maybe_without_time(_known(hub, engine, ledger.undated))
        return sum(one.received is None for one in with_observations(contacts, hub, engine, seen_by=at))


def _known(hub: WatchedHub, engine: Engine | None, what: Callable[[Connection, str], frozenset[str]]) -> frozenset[str]:
    """Contacts of which the records know better than the store."""
    if engine is None:
        return frozenset()
    with reading(engine) as connection:
        return what(connection, hub.name)


def _look_back(store: ContactStore, now: int, counts: Sequence[Counting]) -> None:
    """Find the repeats: tell each count of the years before all of them, each row of which is read once."""
    with store.look(now) as look:
        for start, end in _joined([counting.year_before for counting in counts]):
            for persons, times in look.visits(start, end):
                children = hashed(persons)
                for counting in counts:
                    counting.came_before(children, times)


def _joined(windows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same instants in windows that have none in common."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


@dataclass(frozen=True, slots=True)
class Count:
    """The count of the contacts of one period, as read at `now` and as they stood at `at`."""

    store: ContactStore
    hub: WatchedHub
    engine: Engine | None
    period: Period
    now: int
    at: int

    def made(self) -> Counting:
        """In bulk where the store can give its rows so; the years before are not looked at. Raises StoreUnavailable."""
        try:
            return self._in_bulk()
        except NotInBulk:
            return self._one_by_one()

    def _in_bulk(self) -> Counting:
        """Raises NotInBulk where rows must be read one by one."""
        counting, doubted = self._empty(), _known(self.hub, self.engine, ledger.doubted)
        with self.store.look(self.now) as look:

            def others() -> Iterator[Contact]:
                for found in look.received_in_bulk(*self._bounds, self.at, doubted):
                    if isinstance(found, Contact):
                        yield found
                    else:
                        counting.extend(found)

            return self._added(counting, others())

    def _one_by_one(self) -> Counting:
        return self._added(self._empty(), self.store.contacts_received(*self._bounds, self.now))

    def _empty(self) -> Counting:
        policy = self.hub.rules.policy
        return Counting(self.period, policy.timescales, policy.calendar, self.at)

    @property
    def _bounds(self) -> tuple[int, int]:
        return self.period.bounds(self.hub.calendar)

    def _added(self, counting: Counting, contacts: Iterator[Contact]) -> Counting:
        for contact in with_observations(contacts, self.hub, self.engine):
            counting.add(contact)
        return counting
