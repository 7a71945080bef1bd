"""What people text back: understood once, acted on once, answered so that they know, and not kept in their words."""

from dataclasses import replace

import pytest

from mash_monitor.channels import NotAnswered
from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.state.schema import alerts, replies, stops
from tests.fakes import twilio_answers as answers
from tests.fakes.twilio import FakeTwilio
from tests.integration.service.post import DUTY, MANAGER, NOON, TwilioPost
from tests.integration.service.town import Council, Town
from tests.integration.state.side_by_side import at_once
from tests.unit.domain.hubs import at

STRANGER = "+447700900999"
LADDER = (Step(Level.RED, ("duty",), ("sms",)), Step(Level.RED, ("manager",), ("sms",), after=1800))
NOT_UNDERSTOOD = "Sorry, that was not understood. Reply ACK and the reference, as ACK 7KQ2. Nothing is acknowledged."


@pytest.fixture
def post(town: Town, twilio: FakeTwilio) -> TwilioPost:
    """One contact red at noon, and duty told of it by text."""
    town = town.under(ladder=LADDER)
    town.council.add("C-1", "2026-03-05 14:05")
    town.report(NOON)
    made = TwilioPost(town, twilio)
    made.courier.deliver()
    return made


def second_message(post: TwilioPost) -> str:
    """Another contact, and another message to duty. Returns its reference."""
    post.town.council.add("C-2", "2026-03-05 14:30")
    post.clock.now = at("2026-03-06 12:40")
    post.town.watch("2026-03-06 12:40")
    post.courier.deliver()
    return post.reference()


def acknowledged(post: TwilioPost) -> dict[str, str | None]:
    return {row.contact_id: row.acknowledged_by for row in post.town.rows(alerts)}


def read(post: TwilioPost) -> list[tuple[str | None, str, bool]]:
    return [(row.person, row.kind, row.answered) for row in post.town.rows(replies)]


# understood


@pytest.mark.parametrize("said", ["ACK {}", "ack {} thanks, on it", " Ack:{}. ", "ack{}", "{}"])
def test_an_acknowledgement_is_understood_however_it_is_written(post: TwilioPost, said: str) -> None:
    ref = post.reference()
    body = said.format(ref.lower() if said.islower() else ref)
    assert post.reply(body) == [f"{ref}: 1 contact acknowledged. The clock goes on."]
    assert acknowledged(post) == {"C-1": "duty"}
    assert read(post) == [("duty", "ack", True)]
    assert post.town.climb("2026-03-06 13:00") == 0


def test_somebody_takes_a_contact_in_hand(post: TwilioPost) -> None:
    ref = post.reference()
    assert post.reply(f"Own {ref}, ringing the school") == [f"{ref}: 1 contact in your hands. The clock goes on."]
    assert [(row.acknowledged_by, row.owned_by) for row in post.town.rows(alerts)] == [("duty", "duty")]
    assert read(post) == [("duty", "own", True)]


def test_without_a_reference_the_only_message_that_waits_is_meant(post: TwilioPost) -> None:
    ref = post.reference()
    assert post.reply("ack") == [f"{ref}: 1 contact acknowledged. The clock goes on."]
    assert post.reply("ack") == ["Nothing that you were told of waits to be acknowledged."]


def test_without_a_reference_none_of_several_messages_is_meant(post: TwilioPost) -> None:
    first, second = post.reference(), second_message(post)
    assert post.reply("ack") == ["2 messages could be meant: reply ACK and its reference."]
    assert acknowledged(post) == {"C-1": None, "C-2": None}
    assert post.reply(f"ack {first} {second}") == [
        f"{first}: 1 contact acknowledged. The clock goes on. {second}: 1 contact acknowledged. The clock goes on."
    ]
    assert acknowledged(post) == {"C-1": "duty", "C-2": "duty"}


def test_a_message_that_was_replaced_before_it_went_out_is_not_one_that_could_be_meant(
    town: Town, twilio: FakeTwilio
) -> None:
    town = town.under(ladder=LADDER)
    town.council.add("C-1", "2026-03-05 14:05")
    town.report(NOON)
    post = TwilioPost(town, twilio)
    twilio.script(answers.busy("60"))
    post.courier.deliver()
    ref = second_message(post)
    assert [state for _, state, _ in post.states()] == ["cancelled", "cancelled", "accepted"]
    assert post.reply("ack") == [f"{ref}: 2 contacts acknowledged. The clock goes on."]


def test_what_is_not_understood_acknowledges_nothing_and_is_told_so(post: TwilioPost) -> None:
    ref = post.reference()
    assert post.reply(f"who is this? {ref}") == [NOT_UNDERSTOOD]
    assert post.reply("yes") == [NOT_UNDERSTOOD]  # the carriers' START, of somebody who never said STOP
    assert acknowledged(post) == {"C-1": None}
    assert read(post) == [("duty", "unclear", True), ("duty", "start", True)]


# whose it is


@pytest.mark.parametrize("said", ["ACK {}", "STOP", "hello"])
def test_a_number_that_is_nobodys_here_is_neither_believed_nor_answered(post: TwilioPost, said: str) -> None:
    assert post.reply(said.format(post.reference()), sender=STRANGER) == []
    assert acknowledged(post) == {"C-1": None}
    assert read(post) == [(None, "stop" if said == "STOP" else "ack" if "{" in said else "unclear", False)]
    assert post.events("foreign_reply") == [{}]
    assert STRANGER not in repr(post.town.everything())


def test_a_wrong_reference_and_an_old_one_are_answered_and_acknowledge_nothing(post: TwilioPost) -> None:
    ref = post.reference()
    assert post.reply("ack 2A2A") == ["2A2A is not a reference of ours, or an old one. See the newest message."]
    post.clock.now += 31 * 86_400
    assert post.reply(f"ack {ref}") == [f"{ref} is not a reference of ours, or an old one. See the newest message."]
    assert acknowledged(post) == {"C-1": None}


def test_anybody_who_is_told_in_a_hub_may_acknowledge_there(post: TwilioPost) -> None:
    ref = post.reference()
    assert post.reply(f"ack {ref}", sender=MANAGER) == [f"{ref}: 1 contact acknowledged. The clock goes on."]
    assert acknowledged(post) == {"C-1": "manager"}


def test_nobody_acknowledges_for_another_hub(post: TwilioPost) -> None:
    ref = post.reference()
    folder = post.town.folder
    neighbour = post.town.under(
        name="ledbury", council=Council(f"sqlite:///{folder}/neighbour.db"), people={("worcester", "sms"): STRANGER}
    )
    post.secretary = post.other_secretary(neighbour)
    post.courier.hubs = {post.town.name: post.town.hub, "ledbury": neighbour.hub}
    assert post.reply(f"ack {ref}", sender=STRANGER) == [
        f"{ref} is not a reference of ours, or an old one. See the newest message."
    ]
    assert acknowledged(post) == {"C-1": None}
    assert [row.hub for row in post.town.rows(replies)] == ["ledbury"]


# once


def test_automatic_answers_have_a_limit_and_acknowledgements_have_none(post: TwilioPost) -> None:
    answered = [len(post.reply(f"hello {number}")) for number in range(7)]
    assert answered == [1, 1, 1, 1, 1, 0, 0]
    assert post.reply(f"ack {post.reference()}") == []
    assert acknowledged(post) == {"C-1": "duty"}
    post.clock.now += 3600
    assert post.reply("hello again") == [NOT_UNDERSTOOD]


def test_a_reply_is_read_once_though_several_processes_read_it(post: TwilioPost) -> None:
    ref = post.reference()
    post.twilio.receive(DUTY, f"ack {ref}", post.clock.now)
    secretaries = [post.other_secretary() for _ in range(3)]
    assert sum(at_once(lambda number: secretaries[number].collect(post.clock.now), 3)) == 1
    assert post.secretary.collect(post.clock.now + 60) == 0
    post.courier.deliver()
    assert post.texts()[1:] == [f"{ref}: 1 contact acknowledged. The clock goes on."]
    assert len(post.events("acknowledged")) == 1


def test_an_answer_that_may_have_arrived_is_not_given_again(post: TwilioPost) -> None:
    post.twilio.script(answers.broken(500))
    assert post.reply(f"ack {post.reference()}") == []
    post.pass_time(3600, tick=300)
    (answer,) = post.town.messages("answer")
    assert (answer.state, answer.tries, answer.next_action_at) == ("unknown", 1, None)
    assert len(post.texts()) == 1
    assert post.town.told_ops() == []


def test_replies_that_could_not_be_read_are_read_later(post: TwilioPost) -> None:
    post.twilio.receive(DUTY, f"ack {post.reference()}", post.clock.now)
    post.twilio.down = answers.broken(503)
    with pytest.raises(NotAnswered):
        post.secretary.collect(post.clock.now)
    post.twilio.down = None
    assert post.secretary.collect(post.clock.now + 6 * 3600) == 1
    assert acknowledged(post) == {"C-1": "duty"}


# not in their words


def test_the_words_of_a_reply_are_nowhere_on_record(post: TwilioPost) -> None:
    ref = post.reference()
    for said in (f"ack {ref} Jane Canary, born 1 May", "is this about Jane Canary?", "STOP Canary"):
        post.reply(said)
    post.reply("Jane Canary is mine", sender=STRANGER)
    assert len(read(post)) == 4
    assert "CANARY" not in repr(post.town.everything()).upper()
    assert not any("CANARY" in text.upper() for text in post.texts())


# STOP and START


def test_whoever_texts_stop_is_no_longer_texted_ops_hear_and_start_undoes_it(post: TwilioPost) -> None:
    assert post.reply("Stop") == []
    assert post.town.told_ops() == ["duty has stopped text messages and no longer hears alarms by sms"]
    assert [(row.person, row.channel) for row in post.town.rows(stops)] == [("duty", "sms")]
    assert acknowledged(post) == {"C-1": None}
    assert post.reply("STOP") == []
    assert len(post.town.told_ops()) == 1
    post.town.council.add("C-2", "2026-03-05 14:30")
    by_either = post.town.under(ladder=(replace(LADDER[0], by=("sms", "email")),))
    by_either.watch("2026-03-06 12:40")
    assert post.town.messages("alert")[-1].channel == "email"
    assert post.reply("Start") == []
    assert post.town.told_ops()[-1] == "duty hears alarms by sms again"
    assert post.town.rows(stops) == []
    assert (post.events("stopped"), post.events("started")) == ([{"person": "duty"}], [{"person": "duty"}])
