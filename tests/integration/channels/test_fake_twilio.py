"""The Twilio of our own behaves, towards the real SDK, as the API that it stands for."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from mash_monitor.channels.attempt import Attempt
from mash_monitor.channels.twilio_http import Wire
from tests.fakes import twilio_answers
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio

DUTY = "+447700900123"


def messages(fake: FakeTwilio, token: str = TOKEN) -> Any:
    return Client(ACCOUNT, token, http_client=Wire(Attempt(), fake.base_url, (5, 5))).messages


def test_a_message_is_found_by_its_id_with_the_status_that_it_has_reached(fake: FakeTwilio) -> None:
    created = messages(fake).create(to=DUTY, from_=NUMBER, body="2 RED")
    fake.messages[0].status, fake.messages[0].error_code = "undelivered", 30003

    found = messages(fake)(created.sid).fetch()

    assert (found.status, found.error_code, found.body) == ("undelivered", 30003, "2 RED")


def test_replies_are_listed_by_our_number_across_pages_the_newest_first(fake: FakeTwilio) -> None:
    messages(fake).create(to=DUTY, from_=NUMBER, body="2 RED")
    for number in range(5):
        fake.receive(DUTY, f"ACK {number}")

    replies = messages(fake).list(to=NUMBER, page_size=2)

    assert [reply.body for reply in replies] == [f"ACK {number}" for number in (4, 3, 2, 1, 0)]
    assert {(reply.direction, reply.status) for reply in replies} == {("inbound", "received")}


def test_an_unknown_message_and_a_wrong_token_are_told_apart(fake: FakeTwilio) -> None:
    created = messages(fake).create(to=DUTY, from_=NUMBER, body="2 RED")

    with pytest.raises(TwilioRestException) as unknown:
        messages(fake)("SM0").fetch()
    with pytest.raises(TwilioRestException) as denied:
        messages(fake, "another")(created.sid).fetch()

    assert (unknown.value.status, denied.value.status) == (404, 401)


def test_a_message_to_nobody_is_refused_as_twilio_refuses_it(fake: FakeTwilio) -> None:
    with pytest.raises(TwilioRestException) as error:
        messages(fake).create(to="", from_=NUMBER, body="2 RED")

    assert (error.value.status, error.value.code) == (400, 21604)


def test_a_person_who_said_stop_gets_nothing_more_until_they_start_again(fake: FakeTwilio) -> None:
    fake.receive(DUTY, " stop ")
    with pytest.raises(TwilioRestException) as stopped:
        messages(fake).create(to=DUTY, from_=NUMBER, body="2 RED")
    fake.receive(DUTY, "Start")
    messages(fake).create(to=DUTY, from_=NUMBER, body="3 RED")

    assert (stopped.value.status, stopped.value.code) == (400, 21610)
    assert [message.form["Body"] for message in fake.sent] == ["3 RED"]


def test_an_outage_lasts_until_it_is_over_and_questions_have_a_script_of_their_own(fake: FakeTwilio) -> None:
    sid = messages(fake).create(to=DUTY, from_=NUMBER, body="2 RED").sid
    fake.script_questions(twilio_answers.plain(502))
    fake.down = twilio_answers.plain(503)

    codes = []
    for question in (messages(fake)(sid).fetch, messages(fake)(sid).fetch, lambda: messages(fake).create(to=DUTY)):
        with pytest.raises(TwilioRestException) as error:
            question()
        codes.append(error.value.status)
    fake.down = None

    assert codes == [502, 503, 503]
    assert messages(fake)(sid).fetch().status == "queued"
    assert len(fake.messages) == 1
