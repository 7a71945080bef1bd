"""Asking a Twilio of our own: what became of a message, whether one exists whose answer was lost, who replied."""

from dataclasses import replace
from typing import Any

import pytest

from mash_monitor.channels import Envelope, Listening, NotAnswered, Outcome, Reply, Result, Traceable
from mash_monitor.channels.twilio import TwilioChannel, TwilioSettings
from tests.fakes import twilio_answers as answers
from tests.fakes.server import Answer
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio

DUTY = "+447700900123"
SENT = 1_585_582_200
ALERT = Envelope(7, DUTY, "2 red", "Herefordshire MASH 16:30: 2 RED. Reply ACK 7KQ2", reference="7KQ2")

SILENCES = [
    (answers.silent, "timeout"),
    (answers.reset, "connection-failed"),
    (answers.half, "bad-answer"),
    (answers.drip, "timeout"),
    (answers.drip_headers, "timeout"),
    (answers.broken(500), "20500"),
    (answers.busy("7"), "20429"),
    (answers.plain(302), "http-302"),
    (answers.plain(403, b"<html>+447700900123</html>"), "http-403"),
    (answers.plain(200, b""), "bad-answer"),
    (answers.plain(200, b"{}"), "bad-answer"),
    (answers.plain(200, b'{"messages": [{}]}'), "bad-answer"),
    (answers.plain(200, b'{"sid": "+447700900123", "status": "delivered"}'), "bad-answer"),
]
NAMES = ["never", "reset", "half", "drip", "drip-headers", "500", "429", "302", "403", "empty", "{}", "[{}]", "sid"]


def channel(fake: FakeTwilio, **changed: Any) -> TwilioChannel:
    given: dict[str, Any] = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from_number": NUMBER}
    return TwilioChannel(TwilioSettings(**given | {"base_url": fake.base_url, "total_timeout": 20} | changed))


def test_twilio_can_be_asked_and_listened_to(fake: FakeTwilio) -> None:
    assert isinstance(channel(fake), Traceable)
    assert isinstance(channel(fake), Listening)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *[(status, Result.ACCEPTED) for status in ("queued", "accepted", "scheduled", "sending", "sent")],
        ("one-that-twilio-adds-later", Result.ACCEPTED),
        ("delivered", Result.DELIVERED),
        ("read", Result.DELIVERED),
    ],
)
def test_a_message_is_under_way_until_it_arrives(fake: FakeTwilio, status: str, result: Result) -> None:
    sid = channel(fake).send(ALERT).evidence or ""
    fake.move(sid, status)

    assert channel(fake).trace(sid) == Outcome(result, evidence=sid)


@pytest.mark.parametrize("status", ["undelivered", "failed", "canceled"])
@pytest.mark.parametrize("code", [30003, None])
def test_a_message_that_did_not_arrive_says_why(fake: FakeTwilio, status: str, code: int | None) -> None:
    sid = channel(fake).send(ALERT).evidence or ""
    fake.move(sid, "sent", status, error_code=code)

    assert channel(fake).trace(sid) == Outcome(Result.UNDELIVERED, evidence=sid, code=str(code or status))


def test_a_message_that_twilio_does_not_know_is_unknown(fake: FakeTwilio) -> None:
    assert channel(fake).trace("SM0") == Outcome(Result.UNKNOWN, evidence="SM0", code="20404")


@pytest.mark.parametrize(("answer", "code"), SILENCES, ids=NAMES)
def test_where_twilio_does_not_answer_nothing_is_known_and_nothing_is_claimed(
    fake: FakeTwilio, answer: Answer, code: str
) -> None:
    sid = channel(fake).send(ALERT).evidence or ""
    asked = channel(fake, total_timeout=0.5 if code == "timeout" else 20)
    fake.script_questions(answer, answer, answer)
    listed = {"20500": "http-500", "20429": "http-429"}.get(code, code)  # the SDK keeps no codes of lists

    assert asked.trace(sid) == Outcome(Result.UNKNOWN, evidence=sid, code=code)
    assert asked.find(DUTY, "7KQ2", SENT) == Outcome(Result.UNKNOWN, code=listed)
    with pytest.raises(NotAnswered, match=f"^{listed}$"):
        asked.replies(SENT)
    assert len(fake.messages) == 1


def test_where_nobody_listens_nothing_is_known() -> None:
    with FakeTwilio() as gone:
        asked = channel(gone)

    assert asked.trace("SM0") == Outcome(Result.UNKNOWN, evidence="SM0", code="connection-refused")
    assert asked.find(DUTY, "7KQ2", SENT) == Outcome(Result.UNKNOWN, code="connection-refused")


@pytest.mark.parametrize(
    "answer",
    [answers.drop, answers.half, answers.broken(accepted=True), answers.accepted_but(b"")],
    ids=["drop", "half", "500", "empty"],
)
def test_a_message_whose_answer_was_lost_is_found_by_its_short_reference(fake: FakeTwilio, answer: Answer) -> None:
    fake.script(answer)
    lost = channel(fake).send(ALERT)
    marker = channel(fake).marker(ALERT)

    assert lost.result is Result.UNKNOWN
    assert marker == "7KQ2"
    assert channel(fake).find(DUTY, marker, SENT) == Outcome(Result.ACCEPTED, evidence=fake.messages[0].sid)


def test_a_message_that_was_never_taken_is_certainly_not_there(fake: FakeTwilio) -> None:
    fake.script(answers.reset)
    channel(fake).send(ALERT)

    assert channel(fake).find(DUTY, "7KQ2", SENT) == Outcome(Result.REFUSED, code="not-found")


def test_another_reference_another_person_and_an_older_message_are_not_it(fake: FakeTwilio) -> None:
    for envelope in (replace(ALERT, body="ACK 7KQ2A"), replace(ALERT, body="ACK A7KQ2"), replace(ALERT, address="+44")):
        channel(fake).send(envelope)
    fake.now = lambda: SENT - 600
    channel(fake).send(ALERT)

    assert channel(fake).find(DUTY, "7KQ2", SENT) == Outcome(Result.REFUSED, code="not-found")


def test_a_clock_of_twilios_that_is_a_little_behind_hides_nothing(fake: FakeTwilio) -> None:
    fake.now = lambda: SENT - 45
    channel(fake).send(ALERT)

    assert channel(fake).find(DUTY, "7KQ2", SENT).result is Result.ACCEPTED


@pytest.mark.parametrize(
    ("statuses", "furthest"),
    [
        (("sent", "delivered", "undelivered"), Result.DELIVERED),
        (("failed", "sent"), Result.ACCEPTED),
        (("failed", "undelivered"), Result.UNDELIVERED),
    ],
)
def test_of_several_messages_that_match_the_one_counts_that_got_furthest(
    fake: FakeTwilio, statuses: tuple[str, ...], furthest: Result
) -> None:
    for status in statuses:
        fake.move(channel(fake).send(ALERT).evidence or "", status)

    assert channel(fake).find(DUTY, "7KQ2", SENT).result is furthest


def test_a_message_is_found_on_a_later_page_among_newer_ones(fake: FakeTwilio) -> None:
    sid = channel(fake).send(ALERT).evidence
    for _ in range(120):
        fake.accept({"To": DUTY, "From": NUMBER, "Body": "another"})

    assert channel(fake).find(DUTY, "7KQ2", SENT) == Outcome(Result.ACCEPTED, evidence=sid)


def test_a_list_that_is_too_long_to_be_read_settles_nothing(fake: FakeTwilio) -> None:
    for _ in range(1_001):
        fake.accept({"To": DUTY, "From": NUMBER, "Body": "another"})

    found = channel(fake).find(DUTY, "7KQ2", SENT)

    assert found == Outcome(Result.UNKNOWN, code="too-many")


def test_an_account_that_withholds_bodies_settles_nothing(fake: FakeTwilio) -> None:
    channel(fake).send(ALERT)
    fake.messages[0].form["Body"] = ""

    assert channel(fake).find(DUTY, "7KQ2", SENT) == Outcome(Result.UNKNOWN, code="body-withheld")


def test_a_message_without_a_reference_cannot_be_looked_for(fake: FakeTwilio) -> None:
    assert channel(fake).marker(replace(ALERT, reference=None)) is None
    assert channel(fake).find(DUTY, "", SENT) == Outcome(Result.UNKNOWN, code="no-marker")


def test_replies_to_our_number_are_collected_the_oldest_first(fake: FakeTwilio) -> None:
    channel(fake).send(ALERT)
    fake.receive(DUTY, "an older one", SENT - 7200)
    fake.receive(DUTY, "an old one", SENT - 1)
    for number in range(60):
        fake.receive(DUTY, f"ACK {number}", SENT + number)
    fake.receive(DUTY, "for somebody else", SENT, to="+447700900999")

    replies = channel(fake).replies(SENT)

    assert [reply.body for reply in replies] == [f"ACK {number}" for number in range(60)]
    assert replies[0] == Reply(fake.messages[3].sid, DUTY, "ACK 0", SENT)
    assert DUTY not in repr(replies)
    assert "ACK" not in repr(replies)


def test_replies_to_a_messaging_service_are_those_of_its_numbers_and_of_no_other_service(fake: FakeTwilio) -> None:
    service = channel(fake, from_number=None, messaging_service_sid="MG0123")
    service.send(ALERT)
    fake.receive(DUTY, "ACK 7KQ2", SENT, to="+447700900001", service="MG0123")
    fake.receive(DUTY, "ACK 8KQ2", SENT + 1, to="+447700900002")
    fake.receive(DUTY, "ACK 9KQ2", SENT + 2, to="+447700900003", service="MG0999")

    assert [reply.body for reply in service.replies(SENT)] == ["ACK 7KQ2", "ACK 8KQ2"]


def test_replies_to_our_number_count_also_where_it_belongs_to_a_service(fake: FakeTwilio) -> None:
    fake.receive(DUTY, "ACK 7KQ2", SENT, service="MG0123")

    assert [reply.body for reply in channel(fake).replies(SENT)] == ["ACK 7KQ2"]


def test_nobody_replies_to_a_name_so_that_nobody_is_asked(fake: FakeTwilio) -> None:
    fake.down = answers.broken()

    assert channel(fake, from_number="HFDS MASH").replies(SENT) == ()


def test_a_person_who_has_said_stop_is_known_by_the_code(fake: FakeTwilio) -> None:
    fake.receive(DUTY, "STOP", SENT)

    assert channel(fake).send(ALERT) == Outcome(Result.REJECTED, code="21610")
