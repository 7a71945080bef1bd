"""The scorecard of a period, counted from a contact store and from what only the watch has observed."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from mash_monitor.contacts import ContactStore, NotInBulk
from mash_monitor.domain.contact import Contact
from mash_monitor.domain.counting import Counting
from mash_monitor.domain.period import Period
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.visits import WITHIN
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
        total, months = Count(store, hub, engine, period, now, at).made().counted()
        previous, _ = Count(store, hub, engine, before, now, at).made().counted()
        return Scorecard(period, total, months, before, previous, at)

    return hub.store.read(work, patience=_PATIENCE)


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
        """The period's contacts, and which of them were repeats. Raises StoreUnavailable."""
        counting = self.of_the_period()
        start, _ = self._bounds
        with self.store.look(self.now) as look:
            for persons, received in look.visits(start - WITHIN, start, counting.may_know):
                counting.came_before(persons, received)
        return counting

    def of_the_period(self) -> Counting:
        """The period's contacts alone, counted in bulk where the store can give its rows so."""
        try:
            return self._in_bulk()
        except NotInBulk:
            return self._one_by_one()

    def _in_bulk(self) -> Counting:
        """Raises NotInBulk where rows must be read one by one."""
        counting = self._empty()
        with self.store.look(self.now) as look:

            def others() -> Iterator[Contact]:
                for chunk in look.received_in_bulk(*self._bounds, self.at, self._doubted()):
                    counting.extend(chunk.plain)
                    yield from chunk.contacts

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

    def _doubted(self) -> frozenset[str]:
        if self.engine is None:
            return frozenset()
        with reading(self.engine) as connection:
            return ledger.doubted(connection, self.hub.name)
