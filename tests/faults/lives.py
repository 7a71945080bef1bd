"""Short lives of a service, each through other places where it could die; and what has to come of each."""

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPException

from tests.e2e.service import until
from tests.fakes.server import Exchange
from tests.fakes.twilio_answers import busy, drop
from tests.faults.stage import BOSS, DUTY, DUTY_MAIL, LEADS_MAIL, OPS, Stage, first_to


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody must have been told something: an address, and words that no other message to it holds.

    `most` is how often, where nothing dies; one repeat comes on top where something did. `least` 0: what may
    have been overtaken by better news before it could be sent.
    """

    address: str
    words: str
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Life:
    """A script, played on a stage that begins at a local time; and who must have been told what of it."""

    name: str
    begins: str
    play: Callable[[Stage], None]
    told: tuple[Told, ...]
    by: str = '["sms", "email"]'
    service: str = ""
    called_back: bool = False
    migrated: bool = True


def _sent(stage: Stage, number: str, words: str) -> Callable[[], bool]:
    return lambda: any(words in body for body in stage.bodies(number))


def _state(stage: Stage, state: str, person: str, purpose: str = "alert") -> Callable[[], bool]:
    query = "SELECT 1 FROM deliveries WHERE state = :state AND person = :person AND purpose = :purpose"
    return lambda: bool(stage.rows(query, state=state, person=person, purpose=purpose))


def _move(stage: Stage, number: str, status: str, error_code: int | None = None) -> None:
    """The network moves on what it has for this number, if it still can."""
    for message in stage.texts(number):
        if message.status == "queued":
            stage.twilio.move(message.sid, status, error_code=error_code)


def _lost_answer(stage: Stage) -> None:
    stage.accounted_for("2026-03-04 12:30")
    stage.council.add("C-1", "2026-03-03 09:00")
    stage.council.add("C-2", "2026-03-04 13:30")
    stage.twilio.down = first_to(DUTY, drop)
    stage.start()
    stage.until(_state(stage, "accepted", "duty"), "the text whose answer was lost is found")
    _move(stage, DUTY, "delivered")
    stage.until(_state(stage, "delivered", "duty"), "it is known to have arrived")
    stage.until(_sent(stage, OPS, "2 reports missed"), "ops hear of missed reports")

    def alarmed() -> bool:
        _move(stage, OPS, "undelivered", 30003)
        return bool(stage.rows("SELECT 1 FROM alarms"))

    def over() -> bool:
        _move(stage, OPS, "delivered")
        return not stage.rows("SELECT 1 FROM alarms WHERE ended_at IS NULL")

    stage.until(alarmed, "an alarm that ops was not reached")
    stage.until(over, "the one that says so anew reaches ops", seconds=3600, step=330)
    stage.rest()
    stage.terminate()


def _reference(stage: Stage, number: str) -> str:
    return next(body for body in reversed(stage.bodies(number)) if "Reply ACK" in body).rpartition(" ")[2]


def _up_the_ladder(stage: Stage) -> None:
    stage.accounted_for("2026-03-05 12:30")
    stage.council.add("C-2", "2026-03-04 13:30")
    stage.start()
    stage.until(_sent(stage, DUTY, "C-2 due 13:30"), "duty has a text")
    _move(stage, DUTY, "undelivered", 30003)
    stage.until(lambda: stage.mails(DUTY_MAIL), "duty has an email instead")
    stage.until(_sent(stage, BOSS, "C-2 due 13:30"), "the second step of the ladder")
    stage.twilio.receive(BOSS, f"ack {_reference(stage, BOSS).lower()} thanks")
    stage.until(lambda: stage.rows("SELECT 1 FROM alerts WHERE acknowledged_by = 'boss'"), "the acknowledgement")
    stage.twilio.receive(BOSS, "STOP")
    stage.until(_sent(stage, OPS, "boss has stopped"), "ops hear of the STOP")
    stage.at("2026-03-05 13:31")
    stage.until(_sent(stage, DUTY, "C-2 OVERDUE"), "overdue is raised at the deadline")
    stage.command("ack", _reference(stage, DUTY), "--by", "boss")
    stage.rest()
    stage.terminate()


def _decided(stage: Stage) -> None:
    """The provider is too busy; meanwhile the one contact is decided, and then another comes."""
    stage.accounted_for("2026-03-05 08:30")
    stage.council.add("C-2", "2026-03-04 12:00")
    stage.twilio.down = busy()
    stage.start()
    stage.move_to(stage.now + 60)
    stage.council.decide("C-2", "2026-03-05 09:01")
    stage.until(_state(stage, "cancelled", "duty"), "nobody is told of what is decided")
    stage.twilio.down = None
    stage.council.add("C-3", "2026-03-04 12:10")
    called: list[int] = []

    def killed(exchange: Exchange) -> None:
        if exchange.method == "POST" and exchange.content.get("To") == DUTY and not called:
            called.append(1)
            stage.processes[0].kill()
        else:
            exchange.fake.serve(exchange)

    stage.twilio.down = killed
    stage.until(_sent(stage, DUTY, "C-3 due 12:10"), "the next contact is told, though whoever sent it died")
    stage.rest()
    stage.terminate()


def _by_hand(stage: Stage) -> None:
    """Commands, without a service."""
    stage.council.add("C-1", "2026-03-03 09:00")
    stage.council.add("C-2", "2026-03-04 13:30")
    stage.command("db", "upgrade")
    stage.command("poll")
    stage.command("park", "C-1", "--reason", "asked", "--until", "2026-03-06T12:00")
    stage.command("ack", "C-2", "--by", "duty")
    stage.start()
    stage.rest()
    stage.terminate()


def _on_a_quiet_day(stage: Stage) -> None:
    """What is done while nothing is wrong."""
    stage.command("test-alert", "boss")
    stage.command("maintenance", "--until", "2026-03-05T14:00", "--reason", "new server")
    stage.command("maintenance", "--end")
    stage.command("token", "new", "wall")
    stage.command("token", "revoke", "wall")
    stage.accounted_for("2026-03-05 12:30")
    stage.start()
    stage.rest()
    stage.terminate()


def _tell(stage: Stage, sid: str) -> None:
    """The provider calls back until somebody hears it."""

    def heard() -> bool:
        stage.settle()
        with suppress(OSError, HTTPException):
            return stage.twilio.call_back(sid, "delivered") < 300
        return False

    until(heard)


def _set_back(stage: Stage) -> None:
    """The clock was an hour ahead: the report of 12:30 was made at half past eleven."""
    stage.accounted_for("2026-03-05 08:30")
    stage.council.add("C-1", "2026-03-03 09:00")
    stage.start()
    stage.confirm()
    stage.at("2026-03-05 11:31")
    stage.at("2026-03-05 12:31")
    stage.confirm()
    stage.rest()
    stage.terminate()


def _called_back(stage: Stage) -> None:
    """The provider tells what became of a message, and tells it again where nobody took it."""
    stage.accounted_for("2026-03-05 12:30")
    stage.council.add("C-2", "2026-03-04 13:30")
    stage.start()
    stage.until(_sent(stage, DUTY, "C-2 due 13:30"), "duty has a text")
    [text] = stage.texts(DUTY)
    stage.twilio.move(text.sid, "delivered")
    for _ in range(2):  # it is told again, whether it was heard or not
        _tell(stage, text.sid)
    assert _state(stage, "delivered", "duty")()
    stage.rest()
    stage.terminate()


_RENEWED = "after watch.Watch.tick.1"


def _hanging_store(stage: Stage) -> None:
    """The service is to end while the store lets it wait, and it holds a slot."""
    stage.accounted_for("2026-03-05 08:30")
    stage.council.add("C-1", "2026-03-03 09:00")
    with closing(sqlite3.connect(stage.folder / "contacts.db", isolation_level=None)) as theirs:
        theirs.execute("BEGIN EXCLUSIVE")
        while True:
            before, renewed = stage.hits, stage.passed.count(_RENEWED)
            process = stage.launch("run", joined=False)
            until(lambda: not process.lives or stage.passed.count(_RENEWED) > renewed)  # noqa: B023
            process.send(signal.SIGTERM)
            process.ended()
            if not stage.died_since(before):
                break
            stage.deaths += 1
            stage.set(stage.now + 120)  # until then the slot is held by whoever died
        theirs.execute("ROLLBACK")
    stage.start()
    stage.until(lambda: stage.rows("SELECT 1 FROM slots WHERE state = 'done'"), "the report")
    stage.rest()
    stage.terminate()


LIVES = {
    life.name: life
    for life in (
        Life("lost answer", "2026-03-05 12:33", _lost_answer, (
            Told(DUTY, "C-1"), Told(OPS, "2 reports missed"), Told(LEADS_MAIL, "(late)"),
        )),
        Life("up the ladder", "2026-03-05 12:31", _up_the_ladder, (
            Told(DUTY, "C-2 due 13:30"), Told(DUTY_MAIL, "1 RED"), Told(BOSS, "C-2 due 13:30"),
            Told(BOSS, "1 contact acknowledged", least=0), Told(OPS, "boss has stopped"), Told(DUTY, "C-2 OVERDUE"),
        )),
        Life("decided meanwhile", "2026-03-05 09:00", _decided, (
            Told(DUTY, "C-2", least=0, most=0), Told(DUTY, "C-3"), Told(BOSS, "C-3", least=0),
        ), by='["sms"]', service='watch_every = "5m"'),
        Life("by hand", "2026-03-05 12:31", _by_hand, (Told(DUTY, "C-1"),), migrated=False),
        Life("quiet day", "2026-03-05 12:31", _on_a_quiet_day, (Told(BOSS, "TEST", most=2),)),
        Life("clock set back", "2026-03-05 12:31", _set_back, (
            Told(DUTY, "C-1"), Told(LEADS_MAIL, "12:31"), Told(OPS, "clock"),
        )),
        Life("called back", "2026-03-05 12:31", _called_back, (Told(DUTY, "C-2"),), called_back=True),
        Life("hanging store", "2026-03-05 12:31", _hanging_store, (Told(DUTY, "C-1"), Told(LEADS_MAIL, "12:3"))),
    )
}  # fmt: skip

_START, _LADDER, _DECIDED, _HAND, _QUIET, _SET_BACK, _CALLED, _HANGING = LIVES

REACHED = {
    "acknowledge.by_contact": _HAND,
    "acknowledge.by_reference": _LADDER,
    "auditor.act": _START,
    "callbacks._settled": _CALLED,
    "daemon.Daemon._wind_down.give_up": _START,
    "daemon.Daemon._beat": _START,
    "deliver.Courier._ask.1": _START,
    "deliver.Courier._ask.2": _START,
    "deliver.Courier._lost": _DECIDED,
    "deliver.Courier._send.1": _START,
    "deliver.Courier._send.2": _START,
    "deliver.Courier.give_up": _START,
    "exercise.put_tests": _QUIET,
    "migrate.upgrade": _HAND,
    "parking.park": _HAND,
    "passes.between_reports": _LADDER,
    "passes.climb": _LADDER,
    "passes.raise_overdue": _LADDER,
    "passes.report": _START,
    "replies.Secretary.read": _LADDER,
    "timekeeper.Timekeeper.put_right": _SET_BACK,
    "tokens._new": _QUIET,
    "tokens._revoke": _QUIET,
    "upkeep.end_maintenance": _QUIET,
    "upkeep.plan_maintenance": _QUIET,
    "watch.Watch._account": _START,
    "watch.Watch._between": _LADDER,
    "watch.Watch.release": _HANGING,
    "watch.Watch.tick.1": _HANGING,
    "watch.Watch.tick.2": _START,
    "EmailChannel.send": _START,
    "TwilioChannel.find": _START,
    "TwilioChannel.replies": _LADDER,
    "TwilioChannel.send": _START,
    "TwilioChannel.trace": _START,
}
"""Every point, and the life in which a process dies there."""
