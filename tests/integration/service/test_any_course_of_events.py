"""Whatever happens in a store, in whatever order: what must always hold."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from mash_monitor.domain.contact import distrust_future
from mash_monitor.domain.entry import Entry
from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level, timeline
from mash_monitor.domain.transition import State
from mash_monitor.service.parking import NotWatched, park
from mash_monitor.service.passes import PassResult, between_reports, raise_overdue, report
from mash_monitor.state import ledger
from mash_monitor.state.database import connect, locate, reading
from mash_monitor.state.migrate import upgrade
from tests.integration.service.town import LADDER, Council, Town
from tests.unit.domain.hubs import LONDON, at

TOLD = (Level.RED, Level.OVERDUE)


class Watch(RuleBasedStateMachine):
    """A council that works on its contacts, and a service that looks and ticks as time goes on."""

    contacts = Bundle("contacts")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        engine = connect(locate("sqlite:///state.db", self.folder))
        upgrade(engine)
        self.town = Town(engine, Council(f"sqlite:///{self.folder}/theirs.db"), self.folder, ladder=(*LADDER, AMBER))
        self.now = at("2026-03-05 16:31")
        self.number = 0
        self.gone: dict[str, str] = {}
        self.breached: dict[str, int] = {}

    def teardown(self) -> None:
        self.town.engine.dispose()
        shutil.rmtree(self.folder)

    def local(self, instant: int) -> str:
        return datetime.fromtimestamp(instant, LONDON).replace(tzinfo=None).isoformat(" ")

    # the council

    @initialize()
    def one_that_stays(self) -> None:
        self.town.council.add("C-0", self.local(self.now))

    @rule(target=contacts, ago=st.integers(-600, 2000), children=st.integers(1, 2))
    def comes(self, ago: int, children: int) -> str:
        self.number += 1
        for child in range(children):
            self.town.council.add(f"C-{self.number}", self.local(self.now - ago * 60), f"p{child}")
        return f"C-{self.number}"

    @rule(contact=contacts, child=st.sampled_from([None, "p0"]), ahead=st.sampled_from([0, 90]))
    def is_decided(self, contact: str, child: str | None, ahead: int) -> None:
        self.town.council.decide(contact, self.local(self.now + ahead * 60), child)

    @rule(contact=contacts)
    def is_reopened(self, contact: str) -> None:
        self.town.council.decide(contact, None)

    @rule(contact=contacts, ago=st.integers(0, 2000) | st.none())
    def is_corrected(self, contact: str, ago: int | None) -> None:
        self.town.council.change(contact, received_at="soon" if ago is None else self.local(self.now - ago * 60))

    @rule(contact=contacts)
    def vanishes(self, contact: str) -> None:
        self.gone[contact] = self.local(self.now - 3600)
        self.town.council.remove(contact)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def returns(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(sorted(self.gone)))
        self.town.council.add(contact, self.gone.pop(contact), "p0")

    @rule(contact=contacts, hours=st.integers(1, 30))
    def is_parked(self, contact: str, hours: int) -> None:
        try:
            park(self.town.hub, self.town.engine, contact, self.now, reason="asked", until=self.now + hours * 3600)
        except NotWatched:
            return

    # the service

    @rule(minutes=st.integers(1, 400))
    def time_passes(self, minutes: int) -> None:
        """Every report on the way is made; the tick raises what becomes overdue in between."""
        end = self.now + minutes * 60
        for slot in self.town.hub.schedule.within(self.now, end):
            self.tick(slot - 1)
            self.report(slot)
        self.tick(end)

    @rule()
    def the_next_report_comes(self) -> None:
        self.time_passes((self.town.hub.schedule.after(self.now) - self.now) // 60 + 1)

    @rule()
    def looks_between_reports(self) -> None:
        self.holds_after_a_look(between_reports(self.town.hub, self.town.engine, self.now))

    def tick(self, now: int) -> None:
        self.now = now
        raise_overdue(self.town.hub, self.town.engine, now)
        for entry in self.watched():
            assert entry.level is Level.OVERDUE or entry.future.overdue_at is None or entry.future.overdue_at > now
            assert entry.parked_until is None or entry.parked_until > now

    def report(self, slot: int) -> None:
        self.now = slot
        result = report(self.town.hub, self.town.engine, slot)
        self.holds_after_a_look(result)
        following = self.town.hub.schedule.after(slot)
        for item in result.position.watched:  # no surprise
            deadline = item.subject.future.deadline
            assert deadline is None or deadline.at > following or item.level in TOLD

    def holds_after_a_look(self, result: PassResult) -> None:
        """The records agree with a fresh reading of the store."""
        assert result.trouble is None
        known = {entry.contact_id: entry for entry in self.watched()}
        fresh = self.town.hub.store.read(lambda store: list(store.contacts_open(self.now)))
        shown = {key for key, entry in known.items() if entry.state is State.OPEN}
        assert shown == {contact.contact_id for contact in fresh}
        for read in fresh:
            entry = known[read.contact_id]
            contact = distrust_future(read, entry.first_seen)
            future = timeline(contact.received, contact.risk, contact.source_group, self.town.policy)
            assert (entry.received, entry.children, entry.future) == (contact.received, contact.children, future)
            assert entry.level is future.level(self.now)
        assert {key for key, entry in known.items() if entry.state is State.MISSING} <= self.gone.keys()

    def watched(self) -> list[Entry]:
        with reading(self.town.engine) as connection:
            return list(ledger.watched(connection, self.town.name))

    # always

    @invariant()
    def each_contact_has_the_alert_that_it_should_have(self) -> None:
        should = {
            entry.contact_id: entry.level.value
            for entry in self.watched()
            if entry.level is not Level.GREEN and (entry.parked_until or 0) <= self.now
        }
        parked = {entry.contact_id for entry in self.watched() if (entry.parked_until or 0) > self.now}
        alerts = self.town.open_alerts()
        assert alerts == should
        assert parked.isdisjoint(alerts)

    @invariant()
    def once_breached_is_always_breached(self) -> None:
        now = {entry.contact_id: entry.breached_at for entry in self.watched() if entry.breached_at is not None}
        for entry in self.watched():
            before = self.breached.get(entry.contact_id)
            assert before is None or entry.breached_at == before
        self.breached |= now


AMBER = Step(Level.AMBER, ("duty",), ("sms",))
Watch.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
test_whatever_happens = Watch.TestCase
