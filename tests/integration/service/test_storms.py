"""Storms: many contacts at once, a provider that is away for hours, and many messages to be sent."""

import threading

import pytest
from sqlalchemy import text

from mash_monitor.channels.base import Envelope
from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.service import ops
from mash_monitor.service.acknowledge import by_reference
from mash_monitor.state import outbox
from mash_monitor.state.database import writing
from mash_monitor.state.outbox import Message, Purpose
from mash_monitor.state.schema import alerts
from tests.fakes import twilio_answers as answers
from tests.fakes.server import Answer
from tests.fakes.twilio import FakeTwilio
from tests.integration.service.post import DUTY, MANAGER, NOON, Post, TwilioPost
from tests.integration.service.scripted import REFUSED, UNKNOWN
from tests.integration.service.town import Town
from tests.integration.state.side_by_side import at_once
from tests.unit.domain.hubs import at

DUE_FRIDAY = "2026-03-05 14:05"
BY_TEXT = (
    Step(Level.RED, ("duty",), ("sms",)),
    Step(Level.OVERDUE, ("duty", "manager"), ("sms",)),
)


def arrive(town: Town, number: int, received: str = DUE_FRIDAY) -> None:
    """So many contacts in the council's database."""
    with town.council.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO contacts (contact_id, person_id, received_at) VALUES (:id, 'p1', :at)"),
            [{"id": f"C-{count}", "at": received} for count in range(number)],
        )


def test_five_hundred_contacts_that_turn_red_at_once_are_one_message_a_person(town: Town, twilio: FakeTwilio) -> None:
    town.report("2026-03-06 08:30")
    arrive(town, 500)
    town.report(NOON)
    post = TwilioPost(town, twilio)
    post.courier.deliver()
    (said,) = post.texts()
    assert said.startswith("Hereford MASH 12:30: 500 RED. C-0 due 14:05.")
    assert "+49" in said
    assert len(town.named(town.messages("alert")[0])) == 500
    assert post.reply(f"ack {post.reference()}") == [
        f"{post.reference()}: 500 contacts acknowledged. The clock goes on."
    ]
    assert town.climb("2026-03-06 13:00") == 0


@pytest.mark.parametrize(
    ("away", "amounts", "repeats"),
    [
        # where one person's last message was just given up, the other is enough, or both are told again
        (answers.broken(503), {0, 1, 2}, True),
        (answers.busy(), {1}, False),
    ],
    ids=["unknown", "refused"],
)
def test_a_provider_that_is_back_after_six_hours_sends_the_newest_truth_once_a_person(
    town: Town, twilio: FakeTwilio, away: Answer, amounts: set[int], *, repeats: bool
) -> None:
    town = town.under(ladder=BY_TEXT, people={key: way for key, way in town.people.items() if key[0] != "ops"})
    post = TwilioPost(town, twilio)
    for number, received in enumerate(["2026-03-05 13:00", "2026-03-05 14:05", "2026-03-05 16:00", "2026-03-06 11:30"]):
        town.council.add(f"C-{number}", received)
    town.report(NOON)
    twilio.down = away
    for hour in ("13", "14", "15", "16", "17", "18"):
        post.pass_time(1800, tick=600)
        town.overdue(f"2026-03-06 {hour}:05")
        post.pass_time(1800, tick=600)
    assert twilio.sent == []
    assert town.open_alerts() == {"C-0": "overdue", "C-1": "overdue", "C-2": "overdue"}
    twilio.down = None
    post.pass_time(1200, tick=60)
    told = [post.texts(number) for number in (DUTY, MANAGER)]
    assert {len(texts) for texts in told} <= amounts
    assert any(told)
    for said in told[0] + told[1]:
        assert "3 OVERDUE" in said
        assert said.index("C-0 ") < said.index("C-1 ")
        assert repeats or not said.startswith("REPEAT ")
    reached = "duty" if told[0] else "manager"
    done = by_reference({town.name: town.hub}, town.engine, post.reference(reached), reached, post.clock.now)
    assert sorted(done.contacts) == ["C-0", "C-1", "C-2"]
    assert all(row.acknowledged_by == reached for row in town.rows(alerts, alerts.c.ended_at.is_(None)))


def test_alerts_that_wait_for_one_person_go_as_one_message_with_the_truth_of_now(town: Town) -> None:
    post = Post(town)
    for number in range(3):
        town.council.add(f"C-{number}", f"2026-03-05 14:{number:02}")
        town.watch(f"2026-03-06 12:{number:02}")
    town.council.decide("C-1", "2026-03-06 12:05")
    town.watch("2026-03-06 12:10")
    couriers = [post.other(f"courier-{number}") for number in range(4)]
    assert sum(at_once(lambda number: couriers[number].deliver(), 4)) == 1
    (envelope,) = post.sms.sent
    assert envelope.body.startswith("Hereford MASH 12:30: 2 RED. C-0 due 14:00. C-2 due 14:02.")
    assert not envelope.body.startswith("REPEAT")
    assert [state for _, state, _ in post.states()] == ["cancelled"] * 3 + ["accepted"]
    assert {event["why"] for event in post.events("cancelled")} <= {"superseded", "no longer so"}
    assert len(post.events("cancelled")) == 3
    assert town.named(town.messages("alert")[-1]) == {"C-0", "C-2"}


def test_a_message_that_replaces_one_that_may_have_arrived_says_that_it_repeats(town: Town) -> None:
    town = town.under(ladder=BY_TEXT)
    town.council.add("C-0", "2026-03-05 14:00")
    town.report(NOON)
    post = Post(town)
    post.sms.outcomes = [UNKNOWN, REFUSED]
    post.courier.deliver()
    town.council.add("C-1", "2026-03-05 14:30")
    town.watch("2026-03-06 12:34")
    post.after(299)  # refused, and waits
    post.after(1)  # and the first one is to be repeated
    _, refused, renewed = [envelope.body for envelope in post.sms.sent]
    assert refused.startswith("Hereford MASH 12:34: 2 RED. C-1 due 14:30.")
    assert renewed.startswith("REPEAT Hereford MASH 12:35: 2 RED. C-0 due 14:00. C-1 due 14:30.")


def test_four_messages_are_on_their_way_at_once(town: Town) -> None:
    with writing(town.engine) as connection:
        for number in range(8):
            outbox.put(connection, Message(town.name, Purpose.TEST, "duty", ("sms",), "s", f"{number}"), at(NOON))
    post = Post(town)
    together = threading.Barrier(4)

    def wait_for_the_others(_: Envelope) -> None:
        together.wait(10)  # broken, and so an error, unless four are here

    post.sms.before = wait_for_the_others
    assert post.courier.deliver() == 8
    assert {state for _, state, _ in post.states("test")} == {"accepted"}


def test_a_repeat_of_what_a_later_message_has_told_is_not_sent(town: Town) -> None:
    town = town.under(ladder=BY_TEXT)
    town.council.add("C-0", "2026-03-05 14:00")
    town.report(NOON)
    post = Post(town)
    post.sms.outcomes = [UNKNOWN]
    post.courier.deliver()
    with writing(town.engine) as connection:  # the ladder says it once more
        connection.execute(alerts.update().values(steps_done=[], next_step_at=at(NOON)))
    town.climb("2026-03-06 12:31")
    post.after(60)
    post.after(300)
    assert [state for _, state, _ in post.states()] == ["cancelled", "accepted"]
    assert len(post.sms.sent) == 2


def test_ops_can_be_told_while_a_message_that_was_written_anew_waits(town: Town) -> None:
    now = at(NOON)
    anew = Message(
        hub=town.name, purpose=Purpose.ALERT, person="duty", channels=("sms",), subject="1 RED", body="1 RED"
    )
    with writing(town.engine) as connection:
        outbox.put(connection, anew, now, tries=3)
        ops.tell(connection, town.hub, "duty has stopped text messages", now)
    assert town.told_ops() == ["duty has stopped text messages"]
