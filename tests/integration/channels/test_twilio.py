"""Text messages to a Twilio of our own: what the channel says, against what became of the message."""

import logging
import socket
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mash_monitor.channels import Envelope, Outcome, Result
from mash_monitor.channels.twilio import TwilioChannel, TwilioSettings
from tests.fakes import certificate
from tests.fakes import twilio_answers as answers
from tests.fakes.proxy import FakeProxy
from tests.fakes.server import Answer
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio

DUTY = "+447700900123"
ALERT = Envelope(7, DUTY, "2 red", "Herefordshire MASH 16:30: 2 RED. Reply ACK 7KQ2", valid_for=5400)


def settings(base_url: str) -> TwilioSettings:
    return TwilioSettings(account_sid=ACCOUNT, auth_token=TOKEN, from_number=NUMBER, base_url=base_url)


def send(fake: FakeTwilio, *script: Answer, **limits: Any) -> Outcome:
    fake.script(*script)
    return TwilioChannel(replace(settings(fake.base_url), **limits)).send(ALERT)


def test_an_accepted_message_has_its_id_as_evidence(fake: FakeTwilio) -> None:
    outcome = send(fake)

    assert outcome == Outcome(Result.ACCEPTED, evidence=fake.messages[0].sid)
    assert fake.messages[0].form == {
        "To": DUTY,
        "From": NUMBER,
        "Body": "Herefordshire MASH 16:30: 2 RED. Reply ACK 7KQ2",
        "ValidityPeriod": "5400",
    }


def test_a_messaging_service_can_stand_for_the_number(fake: FakeTwilio) -> None:
    service = replace(settings(fake.base_url), from_number=None, messaging_service_sid="MG0123")

    assert TwilioChannel(service).send(ALERT).result is Result.ACCEPTED
    assert fake.messages[0].form["MessagingServiceSid"] == "MG0123"
    assert "From" not in fake.messages[0].form


@pytest.mark.parametrize(
    ("valid_for", "asked"),
    [(None, None), (-5, "1"), (0, "1"), (60, "60"), (36_000, "36000"), (90_000, "36000")],
)
def test_a_message_is_not_delivered_after_it_has_lost_its_point(
    fake: FakeTwilio, valid_for: int | None, asked: str | None
) -> None:
    TwilioChannel(settings(fake.base_url)).send(replace(ALERT, valid_for=valid_for))

    assert fake.messages[0].form.get("ValidityPeriod") == asked


@pytest.mark.parametrize("code", [21211, 21408, 21606, 21610, 21614])
def test_a_refused_number_is_rejected_with_twilios_code(fake: FakeTwilio, code: int) -> None:
    assert send(fake, answers.refuse(code)) == Outcome(Result.REJECTED, code=str(code))
    assert fake.messages == []


def test_a_wrong_token_is_rejected_with_twilios_code(fake: FakeTwilio) -> None:
    wrong = replace(settings(fake.base_url), auth_token="another")

    assert TwilioChannel(wrong).send(ALERT) == Outcome(Result.REJECTED, code="20003")


@pytest.mark.parametrize("body", [b"", b"<html>+447700900123</html>", b'{"code": 447700900123}', b"[]", b"\xff"])
def test_a_refusal_that_is_not_twilios_own_is_known_by_its_status(fake: FakeTwilio, body: bytes) -> None:
    assert send(fake, answers.plain(403, body)) == Outcome(Result.REJECTED, code="http-403")


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("7", None, 7),
        ("0", None, 0),
        ("999999999999999999999999", None, 3600),
        ("Mon, 30 Mar 2020 15:31:30 GMT", "Mon, 30 Mar 2020 15:30:00 GMT", 90),
        ("Mon, 30 Mar 2020 15:29:00 GMT", "Mon, 30 Mar 2020 15:30:00 GMT", 0),
        ("soon", None, None),
        ("-3", None, None),
        ("Mon, 30 Mar 2020 15:31:30 -0000", "Mon, 30 Mar 2020 15:30:00 GMT", None),
        (None, None, None),
    ],
)
def test_too_many_requests_is_not_sent_and_says_when_to_try_again(
    fake: FakeTwilio, retry_after: str | None, date: str | None, seconds: int | None
) -> None:
    outcome = send(fake, answers.busy(retry_after, date))

    assert outcome == Outcome(Result.REFUSED, code="20429", retry_after=seconds)
    assert fake.messages == []


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_unknown_and_is_not_repeated_by_the_channel(
    fake: FakeTwilio, status: int, accepted: bool
) -> None:
    outcome = send(fake, answers.broken(status, accepted=accepted))

    assert outcome == Outcome(Result.UNKNOWN, code="20500")
    assert len(fake.messages) == accepted
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (answers.drop, "connection-failed"),
        (answers.reset, "connection-failed"),
        (answers.half, "bad-answer"),
        (answers.plain(302), "http-302"),
    ],
)
def test_an_answer_that_is_lost_or_breaks_off_is_unknown_and_is_not_asked_for_again(
    fake: FakeTwilio, answer: Answer, code: str
) -> None:
    assert send(fake, answer) == Outcome(Result.UNKNOWN, code=code)
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>welcome</html>",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"sid": null}',
        b'{"sid": 7}',
        b'{"sid": "+447700900123"}',
        pytest.param(b" " * 1_000_000 + b'{"sid": "SM1"}', id="endless"),
    ],
)
def test_an_answer_without_a_message_id_is_unknown_because_the_message_may_exist(fake: FakeTwilio, body: bytes) -> None:
    assert send(fake, answers.accepted_but(body)) == Outcome(Result.UNKNOWN, code="bad-answer")
    assert len(fake.messages) == 1


@pytest.mark.parametrize(
    ("answer", "limit"),
    [
        (answers.hang, "read_timeout"),
        (answers.hang, "total_timeout"),
        (answers.drip_headers, "total_timeout"),
        (answers.drip, "total_timeout"),
    ],
)
def test_an_answer_that_never_ends_is_unknown_once_its_time_is_up(fake: FakeTwilio, answer: Answer, limit: str) -> None:
    outcome = send(fake, answer, **{limit: 1})

    assert outcome == Outcome(Result.UNKNOWN, code="timeout")
    assert len(fake.messages) == 1


def test_a_dripping_connection_is_closed_when_its_time_is_up(fake: FakeTwilio) -> None:
    send(fake, answers.drip_headers, total_timeout=1)

    assert fake.hung_up.wait(10)


def test_a_refused_connection_is_certainly_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    outcome = TwilioChannel(settings(f"http://127.0.0.1:{port}")).send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="connection-refused")


@pytest.mark.parametrize("limits", [{"connect_timeout": 0.3}, {"total_timeout": 0.3}], ids=str)
def test_a_host_that_does_not_answer_a_connection_is_certainly_not_sent(limits: dict[str, Any]) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(3):  # more than the queue holds: those that follow get no answer
            queued = stack.enter_context(socket.socket())
            queued.setblocking(False)
            queued.connect_ex(server.getsockname())
        silent = settings(f"http://127.0.0.1:{server.getsockname()[1]}")
        outcome = TwilioChannel(replace(silent, **limits)).send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="timeout")


def test_a_name_that_cannot_be_resolved_is_certainly_not_sent() -> None:
    nowhere = replace(settings("https://twilio.invalid"), total_timeout=5)

    assert TwilioChannel(nowhere).send(ALERT).result is Result.REFUSED


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_leaves(tmp_path: Path) -> None:
    with FakeTwilio(tls=certificate.server_context(*certificate.make(tmp_path))) as fake:
        outcome = send(fake)

    assert outcome == Outcome(Result.REFUSED, code="certificate")
    assert fake.requests == []


def test_an_authority_from_the_environment_vouches_for_an_https_endpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, key = certificate.make(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(public))

    with FakeTwilio(tls=certificate.server_context(public, key)) as fake:
        accepted = send(fake)
        lost = send(fake, answers.drop)
        dripping = send(fake, answers.drip_headers, total_timeout=1)

        assert fake.hung_up.wait(10)
    assert accepted == Outcome(Result.ACCEPTED, evidence=fake.messages[0].sid)
    assert lost.result is Result.UNKNOWN
    assert dripping == Outcome(Result.UNKNOWN, code="timeout")


def test_a_server_that_breaks_off_the_handshake_was_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        channel = TwilioChannel(replace(settings(f"https://127.0.0.1:{server.getsockname()[1]}"), connect_timeout=0.3))
        outcome = channel.send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="timeout")


def test_an_edge_or_proxy_in_the_environment_does_not_come_between_us_and_this_machine(
    fake: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert send(fake).result is Result.ACCEPTED


def test_a_proxy_from_the_environment_is_a_way_out_that_is_told_nothing_but_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, key = certificate.make(tmp_path)
    with FakeTwilio(tls=certificate.server_context(public, key)) as fake, FakeProxy(fake.port) as proxy:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(public))
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        outcome = TwilioChannel(settings("https://twilio.invalid")).send(ALERT)

    assert outcome == Outcome(Result.ACCEPTED, evidence=fake.messages[0].sid)
    assert [line.split()[:2] for line in proxy.asked] == [["CONNECT", "twilio.invalid:443"]]


def test_a_proxy_that_opens_no_tunnel_was_given_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeProxy(None) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        outcome = TwilioChannel(settings("https://twilio.invalid")).send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="connection-failed")


def test_a_path_before_the_api_is_kept() -> None:
    with FakeTwilio() as fake:
        outcome = TwilioChannel(settings(f"{fake.base_url}/proxy/")).send(ALERT)

    assert outcome == Outcome(Result.REJECTED, code="20404")


def test_nothing_that_is_logged_at_any_level_holds_a_number_or_a_word_of_the_message(
    fake: FakeTwilio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    send(fake)
    for answer in (answers.refuse(21211), answers.drop, answers.half):
        send(fake, answer)

    for hidden in ("7700900", "RED", TOKEN):
        assert hidden not in caplog.text
