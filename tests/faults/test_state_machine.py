"""Whatever happens, in whatever order: the promises of delivery, beside the truth of what arrived.

The real daemon ticks on a real database; only its threads are played one after the other, and its providers
are in memory. A clock on the wall says what time it is; the one that the service reads may be wrong.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)  # fmt: skip
from sqlalchemy import Engine, func, select, text, union_all
from sqlalchemy import event as database_event
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from mash_monitor.channels.base import Evidence
from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.rating import Level
from mash_monitor.service import callbacks, deliver, passes
from mash_monitor.service.acknowledge import by_contact, by_reference
from mash_monitor.service.daemon import Daemon
from mash_monitor.service.deliver import LEASE, Courier
from mash_monitor.service.hub import Recipients
from mash_monitor.service.parking import NotWatched, park
from mash_monitor.service.replies import Secretary
from mash_monitor.service.shift import Shift
from mash_monitor.service.upkeep import plan_maintenance
from mash_monitor.state.database import connect, locate, reading
from mash_monitor.state.schema import alerts, deliveries, ledger, maintenance, metadata
from tests.faults import promises
from tests.faults.carrier import Carrier, Killed, Mail, Mood
from tests.integration.service.scripted import Clock
from tests.integration.service.town import Council, Town
from tests.unit.domain.hubs import HOUR, LONDON, RULES, at, policy

pytestmark = pytest.mark.timeout(600)  # a failure is made small before it is told

START = "2026-03-05 16:31"
"""A Thursday evening."""
PEOPLE = {
    ("duty", "sms"): "+447700900123",
    ("duty", "email"): "duty@example.org",
    ("manager", "sms"): "+447700900456",
    ("edt", "sms"): "+447700900789",
    ("leads", "email"): "leads@example.org",
    ("ops", "email"): "ops@example.org",
    ("ops", "sms"): "+447700900999",
}
LADDER = (
    Step(Level.RED, ("duty",), ("sms", "email")),
    Step(Level.RED, ("manager",), ("sms",), after=1200),
    Step(Level.OVERDUE, ("duty", "manager"), ("sms",)),
    Step(Level.OVERDUE, ("edt",), ("sms",), after=600, hours=Hours.CLOSED),
)
POLICIES = (policy(), policy(rules=replace(RULES, red_left=9 * HOUR, amber_left=12 * HOUR)))
TICK = 30
QUIET = 40 * 60
"""Seconds after which whatever was going on has come to rest."""


class InTurn:
    """An executor whose work is done when it is given."""

    def __init__(self, *_: object, **__: object) -> None:
        self.map = map

    def __enter__(self) -> "InTurn":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def at_once(_shift: Shift, name: str, work: Callable[[], None]) -> threading.Thread:
    """In place of a thread that would do this work."""
    work()
    return threading.Thread(target=work, name=name)


Database = Callable[[Path], Engine]
"""Opens an empty state database; the folder is the example's own."""


class Weekend(RuleBasedStateMachine):
    """A council, its service, the providers and the people, as the days go on."""

    contacts = Bundle("contacts")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="weekend-"))
        self.engine = self.database()
        database_event.listen(self.engine, "commit", self.committing)
        self.wall = self.clock = at(START)
        self.ours = Clock(self.clock)
        self.commits_left: int | None = None
        self.doomed = False
        self.ticked_at = self.accounted_to = at(START)
        self.reported = 0
        self.done: set[int] = set()
        self.broken: list[str] = []
        self.steps = self.number = self.by_hand = self.instances = 0
        self.gone: dict[str, str] = {}
        self.states: dict[int, str] = {}
        self.slots_seen: set[int] = set()
        true = Clock(self.wall)
        self.true = true
        self.sms = Carrier("sms", true, self.sending, self.meanwhile)
        self.email = Mail("email", true, self.sending, self.meanwhile)
        council = Council(f"sqlite:///{self.folder}/theirs.db")
        self.town = self.town_under(Town(self.engine, council, self.folder, ladder=LADDER, people=PEOPLE))
        self.logs = capture_logs(processors=[format_exc_info])
        self.said = self.logs.__enter__()
        self.process, self.beside = self.new_process(), self.new_process()

    def database(self) -> Engine:
        """An empty state database."""
        raise NotImplementedError

    def town_under(self, town: Town) -> Town:
        hub = replace(town.hub, handover=Recipients(("edt",), ("sms",)), ops=Recipients(("ops",), ("email", "sms")),
                      repeat_every=3600, repeat_most=3)  # fmt: skip
        town.__dict__["hub"] = hub
        return town

    def teardown(self) -> None:
        try:
            self.all_comes_to_rest()
        finally:
            self.logs.__exit__(None, None, None)
            database_event.remove(self.engine, "commit", self.committing)
            self.engine.dispose()
            shutil.rmtree(self.folder)

    # the service

    def new_process(self) -> Daemon:
        self.instances += 1
        hubs = {self.town.name: self.town.hub}
        channels = {"sms": self.sms, "email": self.email}
        courier = Courier(self.engine, hubs, channels, f"process-{self.instances}", self.ours)
        secretary = Secretary(self.engine, hubs, channels)
        return Daemon(self.engine, hubs, courier, self.ours, secretary=secretary, started_at=self.ours.now)

    def tick(self) -> None:
        self.doomed = self.commits_left is not None
        try:
            self.process.tick()
        except Killed:
            event("killed")
            self.commits_left = None
            self.process = self.new_process()
        else:
            self.slots_seen.update(self.town.hub.schedule.within(self.ticked_at, self.ours.now))
            self.ticked_at = self.accounted_to = self.ours.now
        self.doomed = False
        done = promises.slots_done(self.town)
        self.reported += len(done - self.done)
        self.done = done

    def committing(self, _connection: Any) -> None:
        if self.doomed and self.commits_left is not None:
            self.commits_left -= 1
            if self.commits_left < 0:
                raise Killed

    def sending(self, envelope: Any) -> None:
        """What must hold while a message is on its way. The service would survive a failure here, so it is kept."""
        if self.engine.pool.checkedout():  # type: ignore[attr-defined]
            self.broken.append("a transaction is open during a call")
        if not promises.still_wanted(self.town, envelope.delivery_id):
            self.broken.append(f"delivery {envelope.delivery_id} tells of what is decided or acknowledged")

    def meanwhile(self) -> None:
        """Whoever is sending stands still for longer than its lease; another process goes on."""
        event("stalled")
        self.move(LEASE + 1)
        other = self.new_process()
        for _ in range(3):
            other.tick()
            self.move(20)

    def move(self, seconds: int) -> None:
        self.true.now += seconds
        self.ours.now += seconds

    def local(self, instant: int) -> str:
        return datetime.fromtimestamp(instant, LONDON).replace(tzinfo=None).isoformat(" ")

    def next_due(self, end: int) -> int:
        """The tick at which something is next to be done, at the latest `end`, by the clock of the service."""
        now = self.ours.now
        query = union_all(
            select(func.min(deliveries.c.next_action_at)).where(deliveries.c.next_action_at > now),
            select(func.min(deliveries.c.lease_until) + 1).where(deliveries.c.lease_until >= now),
            select(func.min(alerts.c.next_step_at)).where(alerts.c.next_step_at > now),
            select(func.min(ledger.c.overdue_at)).where(ledger.c.overdue_at > now),
            select(func.min(ledger.c.parked_until)).where(ledger.c.parked_until > now),
            select(func.min(maintenance.c.until)).where(maintenance.c.until > now),
        )
        with reading(self.engine) as connection:
            found: list[int] = [instant for instant in connection.scalars(query) if instant is not None]
        return min(end, max(now + TICK, min([self.town.hub.schedule.after(now), *found])))

    # time

    @initialize()
    def begins(self) -> None:
        self.town.council.add("C-0", self.local(self.ours.now), "Nan Canary")
        self.tick()

    @rule(minutes=st.sampled_from([1, 5, 12, 30, 65, 180, 420]))
    def time_passes(self, minutes: int) -> None:
        self.time_goes_on(minutes * 60)

    def time_goes_on(self, seconds: int) -> None:
        """Ticks whenever something is due."""
        end = self.ours.now + seconds
        while self.ours.now < end:
            self.move(self.next_due(end) - self.ours.now)
            self.tick()

    @rule()
    def the_next_report_comes(self) -> None:
        self.move(self.town.hub.schedule.after(self.ours.now) - self.ours.now)
        self.tick()

    @rule(seconds=st.sampled_from([-86_400, -3600, 3600, 86_400]))
    def the_clock_is_set(self, seconds: int) -> None:
        if abs(self.ours.now + seconds - self.true.now) <= 86_400:
            self.ours.now += seconds
            # what came after this may come again: it is accounted for by the first tick that then does not die
            self.accounted_to = min(self.accounted_to, self.ours.now)
            self.tick()

    @precondition(lambda self: self.steps > 15)
    @rule()
    def all_comes_to_rest(self) -> None:
        """Everybody is well, and nothing happens for a while."""
        self.steps = 0
        self.store_answers()
        self.sms.mood = self.email.mood = Mood.WELL
        self.commits_left = None
        waiting = promises.live(self.town)
        self.time_goes_on(QUIET)
        for _ in range(6):  # without a pause, so that the auditor blames nobody's sleep
            self.move(60)
            self.tick()
        self.what_always_holds()
        promises.all_is_well(self.town, self.ours.now)
        promises.nothing_personal(self.town, (self.sms, self.email))
        unheard = (waiting & promises.live(self.town)) - promises.reached(self.town, (self.sms, self.email))
        assert not unheard or self.town.alarms(), unheard
        reported = promises.reports(self.town)
        self.the_next_report_comes()
        made = promises.reports(self.town) - reported
        assert made == 1, f"{made} reports were made where one came due"

    # the council

    @rule(target=contacts, ago=st.sampled_from([-5, 0, 60, 700, 1200, 1300, 1420, 1438, 1500, 3000]))
    def comes(self, ago: int) -> str:
        self.number += 1
        self.town.council.add(
            f"C-{self.number}", self.local(self.true.now - ago * 60), f"Nan Canary {self.number}",
            worker="Jane Canary", source_desc="Canary Road School",
        )  # fmt: skip
        return f"C-{self.number}"

    @rule(contact=contacts)
    def is_decided(self, contact: str) -> None:
        self.town.council.decide(contact, self.local(self.true.now))

    @rule(contact=contacts)
    def is_reopened(self, contact: str) -> None:
        self.town.council.decide(contact, None)

    @rule(contact=contacts, ago=st.sampled_from([0, 600, 1400, 1500]) | st.none())
    def is_corrected(self, contact: str, ago: int | None) -> None:
        received = "Canary" if ago is None else self.local(self.true.now - ago * 60)
        self.town.council.change(contact, received_at=received)

    @rule(contact=contacts)
    def vanishes(self, contact: str) -> None:
        self.gone[contact] = self.local(self.true.now - HOUR)
        self.town.council.remove(contact)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def returns(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(sorted(self.gone)))
        self.town.council.add(contact, self.gone.pop(contact), "Nan Canary")

    @precondition(lambda self: self.town.council.table == "contacts")
    @rule()
    def store_fails(self) -> None:
        self.town.council.run("ALTER TABLE contacts RENAME TO elsewhere")
        self.town.council.table = "elsewhere"

    @precondition(lambda self: self.town.council.table == "elsewhere")
    @rule()
    def store_answers(self) -> None:
        if self.town.council.table == "elsewhere":
            self.town.council.run("ALTER TABLE elsewhere RENAME TO contacts")
            self.town.council.table = "contacts"

    # the people

    @rule(contact=contacts, hours=st.sampled_from([1, 5, 30]))
    def is_parked(self, contact: str, hours: int) -> None:
        try:
            park(self.town.hub, self.engine, contact, self.ours.now, reason="asked",
                 until=self.ours.now + hours * HOUR)  # fmt: skip
        except NotWatched:
            return

    @rule(contact=contacts, own=st.booleans())
    def is_acknowledged(self, contact: str, own: bool) -> None:
        by_contact(self.town.hub, self.engine, contact, "duty", self.ours.now, own=own)

    @precondition(lambda self: any(taken.envelope.reference for taken in self.sms.taken))
    @rule(data=st.data(), word=st.sampled_from(["ACK", "OWN", "ack please", "ok"]), by_text=st.booleans())
    def somebody_answers(self, data: st.DataObject, word: str, by_text: bool) -> None:
        taken = data.draw(st.sampled_from([each for each in self.sms.taken if each.envelope.reference][-6:]))
        reference = str(taken.envelope.reference)
        if by_text:
            self.sms.reply(taken.envelope.address, f"{word} {reference}")
        else:
            by_reference(self.process.hubs, self.engine, reference, "manager", self.ours.now, own=word == "OWN")

    @rule(who=st.sampled_from(["duty", "manager"]), word=st.sampled_from(["STOP", "START", "what?", "ACK"]))
    def somebody_writes(self, who: str, word: str) -> None:
        self.sms.reply(PEOPLE[who, "sms"], word)

    @rule()
    def somebody_polls(self) -> None:
        passes.report(self.town.hub, self.engine, self.ours.now)
        self.by_hand += 1

    @rule()
    def somebody_looks_between_reports(self) -> None:
        passes.between_reports(self.town.hub, self.engine, self.ours.now)

    @rule(hours=st.sampled_from([1, 12]))
    def maintenance_is_planned(self, hours: int) -> None:
        plan_maintenance(self.town.hub, self.engine, self.ours.now + hours * HOUR, reason="move", by="ops",
                         now=self.ours.now)  # fmt: skip

    @rule(number=st.sampled_from(range(len(POLICIES))))
    def rules_change(self, number: int) -> None:
        self.town = self.town_under(self.town.under(policy=POLICIES[number]))
        self.process, self.beside = self.new_process(), self.new_process()

    # faults

    @rule(mood=st.sampled_from(Mood))
    def the_carrier_turns(self, mood: Mood) -> None:
        self.sms.mood = mood

    @rule(mood=st.sampled_from([mood for mood in Mood if mood is not Mood.NEVER_CONFIRMS]))
    def the_mail_server_turns(self, mood: Mood) -> None:
        self.email.mood = mood

    @rule(after=st.integers(0, 14))
    def the_process_will_die(self, after: int) -> None:
        """Before the commit that comes after so many others."""
        self.commits_left = after

    @rule()
    def the_process_is_replaced(self) -> None:
        self.process = self.new_process()

    @rule()
    def the_other_process_goes_on(self) -> None:
        """It stood still since it last had its turn; now the one that ran does."""
        self.process, self.beside = self.beside, self.process

    @precondition(lambda self: self.sms.taken)
    @rule(data=st.data())
    def the_carrier_calls_back(self, data: st.DataObject) -> None:
        taken = data.draw(st.sampled_from(self.sms.taken[-8:]))
        outcome = taken.outcome
        said = Evidence(taken.id, outcome.result, outcome.code)
        callbacks.tell(self.process.courier, "sms", taken.envelope.delivery_id, said)

    # what holds

    @invariant()
    def what_always_holds(self) -> None:
        self.steps += 1
        town, channels = self.town, (self.sms, self.email)
        assert not self.broken, self.broken
        failed = [line for line in self.said if line["log_level"] == "error"]
        assert not failed, failed
        promises.alerts_match(town)
        promises.red_is_never_dropped(town)
        promises.states_never_fall(self.states, town.rows(deliveries))
        promises.repeats_say_so(town, channels)
        promises.every_slot_is_accounted_for(town, {slot for slot in self.slots_seen if slot <= self.accounted_to})
        assert promises.reports(town) == self.reported + self.by_hand


def sqlite(template: Path) -> Database:
    """A copy of an empty database, which does not have to survive the machine."""

    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    def opened(folder: Path) -> Engine:
        shutil.copy(template, folder / "state.db")
        engine = connect(locate("sqlite:///state.db", folder))
        database_event.listen(engine, "connect", hurry)
        return engine

    return opened


def postgresql(engine: Engine) -> Database:
    """One database, emptied."""

    def opened(_folder: Path) -> Engine:
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
        return engine

    return opened


_PHASES = (Phase.reuse, Phase.generate, Phase.shrink)  # to explain a failure takes longer than to read it


def play(database: Database, examples: int, steps: int = 30) -> None:
    """So many weekends of so many steps."""

    class Here(Weekend):
        def database(self) -> Engine:
            return database(self.folder)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=_PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(autouse=True)
def _in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "ThreadPoolExecutor", InTurn)
    monkeypatch.setattr(Shift, "start", at_once)


EXAMPLES = int(os.environ.get("MASH_WEEKENDS", "12"))
"""A long look at night: MASH_WEEKENDS=2000."""


def test_whatever_happens_the_promises_of_delivery_hold(request: pytest.FixtureRequest) -> None:
    play(sqlite(request.getfixturevalue("_sqlite_state")), EXAMPLES)


def test_whatever_happens_they_hold_on_postgresql_too(request: pytest.FixtureRequest) -> None:
    emptied = postgresql(request.getfixturevalue("_postgres_state"))
    try:
        play(emptied, EXAMPLES // 4)
    finally:
        emptied(Path())  # others test on this database too
