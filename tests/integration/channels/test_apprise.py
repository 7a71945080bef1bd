"""Apprise, to a webhook of our own: what the channel says, against what was shown."""

import logging
from collections.abc import Iterator

import pytest

from mash_monitor.channels import Envelope, Listening, Outcome, Result, Traceable
from mash_monitor.channels.apprise import AppriseChannel
from tests.fakes import twilio_answers as answers
from tests.fakes.server import Answer
from tests.fakes.webhook import FakeWebhook

# Apprise loads every service that it knows; what it needs for signed email warns before Python 3.13.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def webhook() -> Iterator[FakeWebhook]:
    with FakeWebhook() as server:
        yield server


def alert(url: str, text: str | None = None) -> Envelope:
    return Envelope(7, url, "2 red", "Herefordshire MASH 16:30: 2 RED <b>*now*</b>", text=text)


def send(webhook: FakeWebhook, *script: Answer, timeout: float = 20) -> Outcome:
    webhook.script(*script)
    return AppriseChannel(timeout=timeout).send(alert(f"json://mash:s3cret@127.0.0.1:{webhook.port}/t0ken"))


def test_apprise_can_be_asked_nothing_and_listens_to_nobody() -> None:
    assert not isinstance(AppriseChannel(), Traceable)
    assert not isinstance(AppriseChannel(), Listening)
    assert AppriseChannel(name="teams").name == "teams"


def test_a_yes_is_accepted_without_evidence(webhook: FakeWebhook) -> None:
    assert send(webhook) == Outcome(Result.ACCEPTED)
    assert len(webhook.taken) == 1
    assert webhook.taken[0]["title"] == "2 red"
    assert webhook.taken[0]["message"] == "Herefordshire MASH 16:30: 2 RED <b>*now*</b>"


def test_a_service_with_room_gets_the_long_text(webhook: FakeWebhook) -> None:
    AppriseChannel(timeout=20).send(alert(f"json://127.0.0.1:{webhook.port}", text="the whole position"))

    assert webhook.taken[0]["message"] == "the whole position"


def test_a_service_without_room_gets_the_short_one(webhook: FakeWebhook) -> None:
    AppriseChannel(timeout=20).send(alert(f"json://127.0.0.1:{webhook.port}", text="x" * 40_000))

    assert webhook.taken[0]["message"] == "Herefordshire MASH 16:30: 2 RED <b>*now*</b>"


def test_a_service_that_shows_html_is_given_the_text_as_it_reads(webhook: FakeWebhook) -> None:
    AppriseChannel(timeout=20).send(alert(f"json://127.0.0.1:{webhook.port}/?format=html"))

    assert "&lt;b&gt;" in webhook.taken[0]["message"]


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 500, 503])
def test_a_no_may_be_anything_and_is_unknown(webhook: FakeWebhook, status: int) -> None:
    assert send(webhook, answers.plain(status)) == Outcome(Result.UNKNOWN, code="apprise-no")
    assert len(webhook.requests) == 1


def test_an_answer_that_is_lost_is_unknown_because_the_message_may_have_been_shown(webhook: FakeWebhook) -> None:
    assert send(webhook, answers.drop) == Outcome(Result.UNKNOWN, code="apprise-no")
    assert len(webhook.taken) == 1


@pytest.mark.parametrize("answer", [answers.hang, answers.drip_headers])
def test_an_answer_that_never_ends_is_unknown_once_its_time_is_up(webhook: FakeWebhook, answer: Answer) -> None:
    send(webhook)  # Apprise is loaded by now

    assert send(webhook, answer, timeout=0.5) == Outcome(Result.UNKNOWN, code="timeout")


def test_a_webhook_that_is_gone_is_unknown_as_apprise_does_not_tell(webhook: FakeWebhook) -> None:
    with FakeWebhook() as gone:
        port = gone.port

    outcome = AppriseChannel(timeout=20).send(alert(f"json://127.0.0.1:{port}"))

    assert outcome == Outcome(Result.UNKNOWN, code="apprise-no")


@pytest.mark.parametrize("url", ["", "duty@example.org", "nothing://example.org", "slack://s3cret", "json://"])
def test_an_address_that_is_no_apprise_url_is_rejected(url: str) -> None:
    assert AppriseChannel(timeout=20).send(alert(url)) == Outcome(Result.REJECTED, code="not-an-address")


def test_nothing_that_is_logged_at_any_level_holds_an_address_a_secret_or_a_word_of_the_message(
    webhook: FakeWebhook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    send(webhook)
    for answer in (answers.drop, answers.plain(401), answers.plain(500)):
        send(webhook, answer)
    AppriseChannel(timeout=20).send(alert("slack://s3cret/t0ken"))

    for hidden in ("s3cret", "t0ken", "127.0.0.1", "RED"):
        assert hidden not in caplog.text
