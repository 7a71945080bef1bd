"""Twilio tells by itself: callbacks as they come over a wire, told true from forged."""

from collections.abc import Iterator

import pytest

from mash_monitor.channels import Envelope, Evidence, Result
from mash_monitor.channels.twilio import TwilioChannel, TwilioSettings
from mash_monitor.channels.twilio_callback import evidence, verified
from tests.fakes import twilio_answers as answers
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio
from tests.fakes.webhook import FakeWebhook

ALERT = Envelope(7, "+447700900123", "2 red", "Herefordshire MASH 16:30: 2 RED. Reply ACK 7KQ2")


@pytest.fixture
def told() -> Iterator[FakeWebhook]:
    with FakeWebhook() as server:
        yield server


def channel(fake: FakeTwilio, told: FakeWebhook) -> TwilioChannel:
    return TwilioChannel(
        TwilioSettings(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            from_number=NUMBER,
            base_url=fake.base_url,
            status_callback=f"{told.base_url}/twilio/status",
        )
    )


def believed(told: FakeWebhook) -> list[Evidence | None]:
    """What each callback says, in the order in which they came; None for those that are not believed."""
    said: list[Evidence | None] = []
    for exchange in told.exchanges:
        form = verified(
            TOKEN, told.base_url + exchange.handler.path, exchange.body, exchange.header("X-Twilio-Signature")
        )
        said.append(None if form is None else evidence(form))
    return said


def test_a_message_takes_our_delivery_id_along(fake: FakeTwilio, told: FakeWebhook) -> None:
    channel(fake, told).send(ALERT)

    assert fake.messages[0].form["StatusCallback"] == f"{told.base_url}/twilio/status/7"


def test_callbacks_come_doubled_and_out_of_order_and_each_is_believed(fake: FakeTwilio, told: FakeWebhook) -> None:
    sid = channel(fake, told).send(ALERT).evidence or ""
    for status in ("delivered", "sent", "delivered", "sending"):
        fake.call_back(sid, status)

    results = [said.result for said in believed(told) if said is not None]
    assert results == [Result.DELIVERED, Result.ACCEPTED, Result.DELIVERED, Result.ACCEPTED]


def test_a_callback_may_come_before_the_answer_and_name_a_message_whose_answer_is_lost(
    fake: FakeTwilio, told: FakeWebhook
) -> None:
    fake.script(answers.told_first("sent", "undelivered"), answers.drop)
    early = channel(fake, told).send(ALERT)
    lost = channel(fake, told).send(ALERT)
    fake.call_back(fake.messages[1].sid, "delivered")

    assert (early.result, lost.result) == (Result.ACCEPTED, Result.UNKNOWN)
    assert believed(told) == [
        Evidence(fake.messages[0].sid, Result.ACCEPTED),
        Evidence(fake.messages[0].sid, Result.UNDELIVERED, "undelivered"),
        Evidence(fake.messages[1].sid, Result.DELIVERED),
    ]
    assert [exchange.handler.path for exchange in told.exchanges] == ["/twilio/status/7"] * 3


def test_a_forged_callback_is_not_believed(fake: FakeTwilio, told: FakeWebhook) -> None:
    sid = channel(fake, told).send(ALERT).evidence or ""
    fake.call_back(sid, "delivered", token="another")
    fake.call_back(sid, "delivered", signature="")
    fake.move(sid, "failed", error_code=30005, tell=True)

    assert believed(told) == [None, None, Evidence(sid, Result.UNDELIVERED, "30005")]
