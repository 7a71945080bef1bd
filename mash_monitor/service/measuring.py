"""Measures from a contact store, with what only the watch has observed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Engine

from mash_monitor.contacts import ContactStore, StoreUnavailable
from mash_monitor.domain.contact import Contact, Mark, distrust_future
from mash_monitor.domain.entry import first_decision
from mash_monitor.domain.intake import Intake
from mash_monitor.domain.performance import Performance, earliest_receipt, performance, windows
from mash_monitor.domain.weeks import Weeks
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import ledger
from mash_monitor.state.batches import batches
from mash_monitor.state.database import reading


def with_observations(
    contacts: Iterable[Contact], hub: WatchedHub, engine: Engine | None, seen_by: int | None = None
) -> Iterator[Contact]:
    """The contacts with first decisions and first sights as the watch recorded them.

    With `seen_by`, one whose time of receipt cannot be read is left out if it was first seen after that.
    """
    if engine is None:
        yield from contacts
        return
    for chunk in batches(contacts):
        with reading(engine) as connection:
            known = ledger.observed(connection, hub.name, [contact.contact_id for contact in chunk])
        for contact in chunk:
            seen = known.get(contact.contact_id)
            if seen is None:
                yield contact
            else:
                trusted = distrust_future(contact, seen.first_seen)
                if trusted.received is None and seen_by is not None and seen.first_seen > seen_by:
                    continue
                yield first_decision(trusted, seen.decided, reopened=seen.reopened)


class Measured(NamedTuple):
    """Shares in time over the windows of a summary and its weeks, what was received in these weeks by source, and
    how many were received this month, and were decided before that.
    """

    performance: list[Performance]
    intake: Intake
    received_this_month: int
    decided_before_received: int


def measure(store: ContactStore, hub: WatchedHub, engine: Engine | None, now: int) -> Measured:
    """Count what a summary counts, in one read of the contacts whose deadlines may fall inside."""
    policy = hub.rules.policy
    calendar, timescales = policy.calendar, policy.timescales
    weeks = Weeks.until(now, calendar)
    starts = {name: start for name, (start, _) in windows(now, calendar).items()}
    since = min(earliest_receipt(timescales, start, calendar) for start in (weeks.start, *starts.values()))
    contacts = with_observations(store.contacts_received(since, now + 1, now), hub, engine)
    intake, this_month, early = Intake(weeks.start, now), 0, 0

    def counted() -> Iterator[Contact]:
        nonlocal this_month, early
        for contact in contacts:
            intake.add(contact)
            if contact.received is not None and starts["month"] <= contact.received <= now:
                this_month += 1
                early += Mark.DECIDED_BEFORE_RECEIVED in contact.marks
            yield contact

    return Measured(performance(counted(), timescales, calendar, now, weeks), intake, this_month, early)


def measured(hub: WatchedHub, engine: Engine | None, now: int) -> Measured | None:
    """What a summary counts; None where the store cannot be read, or takes too long over it.

    Then the position is shown without shares rather than not at all, and its own look says what is wrong.
    """
    try:
        return hub.store.read(lambda store: measure(store, hub, engine, now))
    except StoreUnavailable:
        return None
