"""GOV.UK Notify, as a fake of its documented answers: what the channel says, against what became of the message."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import pytest

from mash_monitor.channels import Envelope, Listening, Outcome, Result, Traceable
from mash_monitor.channels.notify import NotifyChannel, NotifySettings
from tests.fakes import twilio_answers as answers
from tests.fakes.notify import API_KEY, EMAIL_TEMPLATE, SECRET, SMS_TEMPLATE, FakeNotify
from tests.fakes.server import Answer

DUTY = "+447700900123"
SENT = 1_585_582_200
ALERT = Envelope(7, DUTY, "2 red", "Herefordshire MASH 16:30: 2 RED. Reply ACK 7KQ2", reference="7KQ2")


@pytest.fixture
def notify() -> Iterator[FakeNotify]:
    with FakeNotify(now=lambda: SENT) as server:
        yield server


def channel(notify: FakeNotify, kind: Literal["sms", "email"] = "sms", **changed: Any) -> NotifyChannel:
    given: dict[str, Any] = {"api_key": API_KEY, "sms_template": SMS_TEMPLATE, "email_template": EMAIL_TEMPLATE}
    return NotifyChannel(NotifySettings(**given | {"base_url": notify.base_url} | changed), kind)


def send(notify: FakeNotify, *script: Answer, **changed: Any) -> Outcome:
    notify.script(*script)
    return channel(notify, **changed).send(ALERT)


def test_notify_can_be_asked_but_not_listened_to(notify: FakeNotify) -> None:
    assert isinstance(channel(notify), Traceable)
    assert not isinstance(channel(notify), Listening)


def test_a_text_message_is_put_into_the_template_under_our_reference(notify: FakeNotify) -> None:
    assert send(notify) == Outcome(Result.ACCEPTED, evidence=notify.notifications[0].id)
    assert notify.notifications[0].content == {
        "phone_number": DUTY,
        "template_id": SMS_TEMPLATE,
        "personalisation": {"body": "Herefordshire MASH 16:30: 2 RED. Reply ACK 7KQ2"},
        "reference": "mash-7",
    }


@pytest.mark.parametrize(("text", "body"), [("the whole position", "the whole position"), (None, ALERT.body)])
def test_an_email_has_a_subject_and_the_long_text_where_there_is_one(
    notify: FakeNotify, text: str | None, body: str
) -> None:
    channel(notify, "email").send(replace(ALERT, address="duty@example.org", text=text))

    assert notify.notifications[0].content == {
        "email_address": "duty@example.org",
        "template_id": EMAIL_TEMPLATE,
        "personalisation": {"subject": "2 red", "body": body},
        "reference": "mash-7",
    }


def test_people_are_reached_by_the_kind_of_message(notify: FakeNotify) -> None:
    assert [channel(notify, kind).name for kind in ("sms", "email")] == ["notify-sms", "notify-email"]


def test_what_notify_will_not_send_is_rejected(notify: FakeNotify) -> None:
    assert send(notify, sms_template=EMAIL_TEMPLATE.replace("f", "0")) == Outcome(Result.REJECTED, code="http-400")
    wrong = API_KEY.replace(SECRET, SECRET.replace("3", "4"))
    assert send(notify, api_key=wrong) == Outcome(Result.REJECTED, code="http-403")
    assert notify.notifications == []


@pytest.mark.parametrize(("retry_after", "seconds"), [("7", 7), (None, None)])
def test_too_many_requests_is_not_sent_and_may_be_tried_again(
    notify: FakeNotify, retry_after: str | None, seconds: int | None
) -> None:
    outcome = send(notify, answers.busy(retry_after))

    assert outcome == Outcome(Result.REFUSED, code="http-429", retry_after=seconds)
    assert notify.notifications == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(answers.broken(accepted=True), "http-500", id="500"),
        pytest.param(answers.plain(503, b"<html>"), "http-503", id="503"),
        pytest.param(answers.plain(302), "http-302", id="302"),
        pytest.param(answers.drop, "connection-failed", id="drop"),
        pytest.param(answers.reset, "connection-failed", id="reset"),
        pytest.param(answers.accepted_but(b""), "bad-answer", id="empty"),
        pytest.param(answers.accepted_but(b"[]"), "bad-answer", id="[]"),
        pytest.param(answers.accepted_but(b"{}"), "bad-answer", id="{}"),
        pytest.param(answers.accepted_but(b'{"id": 7}'), "bad-answer", id="number"),
        pytest.param(answers.accepted_but(b'{"id": "+447700900123"}'), "bad-answer", id="no id"),
        pytest.param(answers.hang, "timeout", id="hang"),
        pytest.param(answers.drip, "timeout", id="drip"),
        pytest.param(answers.drip_headers, "timeout", id="drip headers"),
    ],
)
def test_an_answer_that_is_missing_or_makes_no_sense_is_unknown(notify: FakeNotify, answer: Answer, code: str) -> None:
    outcome = send(notify, answer, timeout=0.5 if code == "timeout" else 20)

    assert outcome == Outcome(Result.UNKNOWN, code=code)
    assert len(notify.requests) == 1


def test_an_answer_that_breaks_off_is_unknown(notify: FakeNotify) -> None:
    assert send(notify, answers.half).result is Result.UNKNOWN


def test_a_connection_that_is_refused_is_certainly_not_sent() -> None:
    with FakeNotify() as gone:
        closed = channel(gone)

    assert closed.send(ALERT) == Outcome(Result.REFUSED, code="connection-refused")
    assert closed.trace("0") == Outcome(Result.UNKNOWN, evidence="0", code="connection-refused")


@pytest.mark.parametrize(
    ("status", "result"),
    [
        *[(status, Result.ACCEPTED) for status in ("created", "sending", "pending", "sent", "a-new-one")],
        ("delivered", Result.DELIVERED),
        *[(f"{kind}-failure", Result.UNDELIVERED) for kind in ("permanent", "temporary", "technical")],
    ],
)
@pytest.mark.parametrize("kind", ["sms", "email"])
def test_a_message_is_traced_by_its_id_and_found_by_our_reference(
    notify: FakeNotify, kind: Literal["sms", "email"], status: str, result: Result
) -> None:
    asked = channel(notify, kind)
    sent = asked.send(ALERT).evidence or ""
    notify.notifications[0].status = status
    became = Outcome(result, evidence=sent, code=status if result is Result.UNDELIVERED else None)

    assert asked.trace(sent) == became
    assert asked.find(DUTY, asked.marker(ALERT), SENT) == became


@pytest.mark.parametrize("answer", [answers.drop, answers.broken(accepted=True)], ids=["drop", "500"])
def test_an_outcome_that_was_lost_is_settled_for_certain(notify: FakeNotify, answer: Answer) -> None:
    assert send(notify, answer).result is Result.UNKNOWN
    assert channel(notify).find(DUTY, "mash-7", SENT) == Outcome(Result.ACCEPTED, evidence=notify.notifications[0].id)
    assert channel(notify).find(DUTY, "mash-8", SENT) == Outcome(Result.REFUSED, code="not-found")


def test_a_message_of_the_same_number_from_an_earlier_database_is_not_it(notify: FakeNotify) -> None:
    send(notify)

    assert channel(notify).find(DUTY, "mash-7", SENT + 45).result is Result.ACCEPTED
    assert channel(notify).find(DUTY, "mash-7", SENT + 600) == Outcome(Result.REFUSED, code="not-found")


def test_a_time_without_a_zone_is_utc(notify: FakeNotify) -> None:
    sent = send(notify)
    listed = notify.notifications[0].resource() | {"created_at": "2020-03-30 15:30:00.342838"}
    notify.script_questions(answers.plain(200, {"notifications": [listed]}))

    assert channel(notify).find(DUTY, "mash-7", SENT) == sent


def test_a_short_reference_settles_nothing_here(notify: FakeNotify) -> None:
    assert channel(notify).find(DUTY, "7KQ2", SENT) == Outcome(Result.UNKNOWN, code="no-marker")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(answers.silent, "timeout", id="never"),
        pytest.param(answers.reset, "connection-failed", id="reset"),
        pytest.param(answers.broken(), "http-500", id="500"),
        pytest.param(answers.busy(), "http-429", id="429"),
        pytest.param(answers.plain(404, b"{}"), "http-404", id="404"),
        pytest.param(answers.plain(200, b"{}"), "bad-answer", id="{}"),
        pytest.param(answers.plain(200, b'{"notifications": [{"status": "sent"}]}'), "bad-answer", id="[{}]"),
    ],
)
def test_where_notify_does_not_answer_nothing_is_known(notify: FakeNotify, answer: Answer, code: str) -> None:
    asked = channel(notify, timeout=0.5 if code == "timeout" else 20)
    notify.script_questions(answer, answer)

    assert asked.trace("0") == Outcome(Result.UNKNOWN, evidence="0", code=code)
    assert asked.find(DUTY, "mash-7", SENT) == Outcome(Result.UNKNOWN, code=code)


def test_nothing_that_is_logged_at_any_level_holds_a_number_a_secret_or_a_word_of_the_message(
    notify: FakeNotify, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    send(notify)
    for answer in (answers.refuse(400), answers.drop, answers.broken()):
        send(notify, answer)
    channel(notify).find(DUTY, "mash-7", SENT)

    for hidden in ("7700900", "RED", SECRET):
        assert hidden not in caplog.text
