"""What becomes of a message is found out, and what may not have arrived goes another way: behind a real provider."""

import pytest

from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.rating import Level
from mash_monitor.service.deliver import LEASE
from mash_monitor.state import claims, outbox
from mash_monitor.state.database import reading, writing
from mash_monitor.state.schema import alerts, deliveries, stops
from tests.fakes import twilio_answers as answers
from tests.fakes.server import Answer, Exchange
from tests.fakes.twilio import FakeTwilio
from tests.integration.service.post import DUTY, MANAGER, NOON, TwilioPost
from tests.integration.service.town import PEOPLE, Town
from tests.integration.state.side_by_side import at_once
from tests.unit.domain.hubs import at

DUE_FRIDAY = "2026-03-05 14:05"
ONLY_TEXTS = {key: value for key, value in PEOPLE.items() if key != ("duty", "email")}
TO_DUTY = Step(Level.RED, ("duty",), ("sms", "email"))
TO_EDT_AT_NIGHT = Step(Level.RED, ("edt",), ("sms",), hours=Hours.CLOSED)
TO_MANAGER_LATER = Step(Level.RED, ("manager",), ("sms",), after=3 * 3600)


def alerted(town: Town, twilio: FakeTwilio) -> TwilioPost:
    """One contact red at noon, and its message in the outbox; nobody else has anything to be sent."""
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    with writing(town.engine) as connection:
        connection.execute(deliveries.delete().where(deliveries.c.purpose == "summary"))
    return TwilioPost(town, twilio)


@pytest.fixture
def post(town: Town, twilio: FakeTwilio) -> TwilioPost:
    """One alert, to duty by text message and else by email."""
    return alerted(town.under(ladder=(TO_DUTY,)), twilio)


# accepted


def test_an_accepted_message_is_asked_about_until_it_is_delivered(post: TwilioPost) -> None:
    post.courier.deliver()
    (row,) = post.town.messages("alert")
    assert (row.state, row.next_action_at, row.accepted_at) == ("accepted", at(NOON) + 20, at(NOON))
    post.twilio.move(row.evidence, "sent")
    post.after(20)
    assert post.states() == [("sms", "accepted", None)]
    post.twilio.move(row.evidence, "delivered")
    post.after(40)
    (row,) = post.town.messages("alert")
    assert (row.state, row.next_action_at) == ("delivered", None)
    assert len(post.texts()) == 1
    assert post.email.sent == []


def test_an_undelivered_message_goes_by_the_next_channel_and_is_no_repeat(post: TwilioPost) -> None:
    post.courier.deliver()
    post.twilio.move(post.town.messages("alert")[0].evidence, "undelivered", error_code=30003)
    assert post.after(20) == 1
    assert post.states() == [("sms", "undelivered", "30003"), ("email", "accepted", None)]
    assert [envelope.body for envelope in post.email.sent] == post.texts()
    assert post.town.told_ops() == []


def test_a_message_that_is_never_confirmed_also_goes_by_the_next_channel_after_a_quarter_of_an_hour(
    post: TwilioPost,
) -> None:
    post.courier.deliver()
    post.pass_time(870)
    assert post.email.sent == []
    post.pass_time(30)
    assert [envelope.body for envelope in post.email.sent] == [f"REPEAT {body}" for body in post.texts()]
    sms, email = post.town.messages("alert")
    assert (sms.state, email.follows, email.short_ref) == ("accepted", sms.id, sms.short_ref)
    post.twilio.move(sms.evidence, "delivered")
    post.pass_time(900)
    assert post.states() == [("sms", "delivered", None), ("email", "accepted", None)]
    assert len(post.email.sent) == 1


def test_a_provider_that_does_not_answer_a_question_takes_nothing_back(post: TwilioPost) -> None:
    post.courier.deliver()
    post.twilio.down = answers.broken(503)
    post.after(20)
    assert post.states()[0][:2] == ("sms", "accepted")
    post.twilio.down = None
    post.twilio.move(post.town.messages("alert")[0].evidence, "delivered")
    post.after(40)
    assert post.states() == [("sms", "delivered", None)]


def test_couriers_that_ask_at_once_ask_one_question_and_send_one_message(post: TwilioPost) -> None:
    post.courier.deliver()
    post.twilio.move(post.town.messages("alert")[0].evidence, "failed", error_code=30008)
    post.clock.now += 20
    couriers = [post.other(f"courier-{number}") for number in range(3)]
    assert sum(at_once(lambda number: couriers[number].deliver(), 3)) == 1
    assert post.states() == [("sms", "undelivered", "30008"), ("email", "accepted", None)]


# unknown


@pytest.mark.parametrize(
    "lost", [answers.drop, answers.half, answers.broken(accepted=True)], ids=["drop", "half", "500"]
)
def test_a_message_whose_answer_was_lost_is_found_and_not_repeated(post: TwilioPost, lost: Answer) -> None:
    post.twilio.script(lost)
    post.courier.deliver()
    assert post.states()[0][:2] == ("sms", "unknown")
    post.after(15)
    (row,) = post.town.messages("alert")
    assert (row.state, row.evidence, row.unknown_since) == ("accepted", post.twilio.messages[0].sid, None)
    post.twilio.move(row.evidence, "delivered")
    post.pass_time(900)
    assert post.states()[0][:2] == ("sms", "delivered")
    assert len(post.texts()) == 1
    assert post.email.sent == []


def test_a_message_that_the_provider_never_had_is_repeated_after_half_a_minute_and_says_so(post: TwilioPost) -> None:
    post.twilio.script(answers.broken(500))
    post.courier.deliver()
    assert (post.after(15), post.after(14)) == (0, 0)
    assert post.after(1) == 1
    (row,) = post.town.messages("alert")
    assert (row.state, row.tries, row.repeat) == ("accepted", 2, True)
    assert post.texts() == [f"REPEAT {row.body}"]
    assert row.body.endswith(f"Reply ACK {row.short_ref}")
    assert post.email.sent == []


def test_while_the_provider_is_silent_the_next_channel_is_used_after_two_minutes_and_it_is_repeated_after_five(
    post: TwilioPost,
) -> None:
    post.twilio.down = answers.broken(503)
    post.courier.deliver()
    post.pass_time(115, tick=5)
    assert (len(post.twilio.requests), post.email.sent) == (1, [])
    post.pass_time(5, tick=5)
    assert len(post.email.sent) == 1
    assert post.email.sent[0].body.startswith("REPEAT ")
    post.pass_time(175, tick=5)
    assert len(post.twilio.requests) == 1
    post.pass_time(5, tick=5)
    assert [request["Body"][:7] for request in post.twilio.requests] == ["Herefor", "REPEAT "]
    assert post.town.told_ops() == []


def test_what_a_sender_that_never_came_back_had_sent_is_found(post: TwilioPost) -> None:
    with reading(post.town.engine) as connection:
        (row,) = outbox.waiting(connection, at(NOON))
    with writing(post.town.engine) as connection:
        assert claims.claim(connection, row, "dead", at(NOON), LEASE) is not None
    post.twilio.accept({"To": DUTY, "Body": row.body})
    assert post.after(LEASE + 1) == 0
    assert post.states()[0][:2] == ("sms", "accepted")
    assert len(post.texts()) == 1


def test_what_a_process_gave_up_at_its_end_is_found_by_the_next_one(post: TwilioPost) -> None:
    def ends_meanwhile(exchange: Exchange) -> None:
        post.courier.give_up()
        answers.drop(exchange)

    post.twilio.script(ends_meanwhile)
    post.courier.deliver(stopping=lambda: bool(post.twilio.requests))
    assert post.states() == [("sms", "unknown", "stopped")]
    assert post.after(0) == 0
    assert post.states()[0][:2] == ("sms", "accepted")
    assert len(post.texts()) == 1


# nobody left


def test_when_no_channel_is_left_ops_hear_and_the_rest_of_the_ladder_speaks_at_once(
    town: Town, twilio: FakeTwilio
) -> None:
    post = alerted(town.under(ladder=(TO_DUTY, TO_MANAGER_LATER), people=ONLY_TEXTS), twilio)
    twilio.script(answers.refuse(21614))
    post.courier.deliver()
    reference = post.reference()
    assert post.town.told_ops() == [f"alert {reference} to duty by sms did not arrive"]
    post.pass_time(30)
    assert (len(post.texts()), len(post.texts(MANAGER))) == (0, 1)
    assert post.reference("manager") != reference


@pytest.mark.parametrize("rest", [(), (TO_EDT_AT_NIGHT,)], ids=["no other step", "one that waits for the night"])
def test_when_the_ladder_is_exhausted_everybody_is_tried_again_in_ten_minutes(
    town: Town, twilio: FakeTwilio, rest: tuple[Step, ...]
) -> None:
    post = alerted(town.under(ladder=(TO_DUTY, *rest), people=ONLY_TEXTS), twilio)
    twilio.script(answers.refuse(21614))
    post.courier.deliver()
    post.pass_time(570)
    assert post.texts() == []
    post.pass_time(30)
    assert len(post.texts()) == 1
    post.twilio.move(post.town.messages("alert")[-1].evidence, "delivered")
    post.pass_time(1200)
    assert len(post.texts()) == 1


def test_the_ladder_is_not_pressed_where_somebody_else_was_told(town: Town, twilio: FakeTwilio) -> None:
    both = Step(Level.RED, ("duty", "manager"), ("sms",))
    post = alerted(town.under(ladder=(both, Step(Level.RED, ("edt",), ("sms",), after=3600))), twilio)
    twilio.script(answers.refuse(21614))
    post.courier.deliver()
    assert sorted(state for _, state, _ in post.states()) == ["accepted", "failed"]
    assert len(post.town.told_ops()) == 1
    assert [row.next_step_at for row in post.town.rows(alerts)] == [at(NOON) + 3600]


def test_a_silent_provider_holds_up_the_next_person_for_two_minutes_and_no_longer(
    town: Town, twilio: FakeTwilio
) -> None:
    both = Step(Level.RED, ("duty", "manager"), ("sms",))
    by_email = Step(Level.RED, ("leads",), ("email",), after=3 * 3600)
    post = alerted(town.under(ladder=(both, by_email)), twilio)
    twilio.down = answers.broken(503)
    post.courier.deliver()
    post.pass_time(90)
    assert post.email.sent == []
    post.pass_time(60)
    assert [envelope.address for envelope in post.email.sent].count("leads@example.org") == 1
    assert sorted(said.split(" to ", 1)[1] for said in post.town.told_ops()) == [
        "duty by sms is not known to have arrived", "manager by sms is not known to have arrived",
    ]  # fmt: skip
    post.pass_time(120)
    assert len(post.town.told_ops()) == 2


# STOP


def test_whoever_said_stop_is_told_another_way_from_then_on_and_ops_hear_at_once(post: TwilioPost) -> None:
    post.twilio.stopped.add(DUTY)
    assert post.courier.deliver() == 3  # refused, by email instead, and to ops
    stopped = "duty has stopped text messages and no longer hears alarms by sms"
    assert post.town.told_ops() == [stopped]
    assert [(row.person, row.channel, row.at) for row in post.town.rows(stops)] == [("duty", "sms", at(NOON))]
    assert post.states() == [("sms", "failed", "21610"), ("email", "accepted", None)]
    post.town.council.add("C-2", "2026-03-05 14:30")
    post.town.watch("2026-03-06 12:40")
    post.after(600)
    assert (post.states()[-1], post.texts()) == (("email", "accepted", None), [])
    assert post.town.told_ops() == [stopped]
    assert post.reply("START") == []
    assert post.town.told_ops()[-1] == "duty hears alarms by sms again"
    post.town.council.add("C-3", "2026-03-05 14:40")
    post.town.watch("2026-03-06 12:41")
    post.after(60)
    assert len(post.texts()) == 1
    assert post.town.rows(stops) == []
