"""Email to a real mail server: what the channel says, against what became of the message."""

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mash_monitor.channels import Envelope, Outcome, Result
from mash_monitor.channels.email import EmailChannel, EmailSettings
from tests.fakes import certificate
from tests.fakes.mail import FakeMail

NOW = 1_585_582_200  # 2020-03-30 15:30 UTC
ALERT = Envelope(7, "duty@example.org", "2 red", "short", text="long", html="<p>long</p>")
ACCEPTED = Outcome(Result.ACCEPTED, evidence="<mash-7@hub.example.org>")


def channel(port: int, tls: ssl.SSLContext | None = None, **changed: Any) -> EmailChannel:
    sender = "Herefordshire MASH <mash@hub.example.org>"
    settings = EmailSettings(host="127.0.0.1", port=port, sender=sender, security="none")
    return EmailChannel(replace(settings, **changed), lambda: NOW, tls)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate.make(tmp_path_factory.mktemp("certificate"))


@contextmanager
def raw_server(*lines: bytes, drip: bool = False) -> Iterator[int]:
    """A server that says each line once the client has spoken, then closes; or drips the last without end."""
    done = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            for line in lines:
                connection.sendall(line)
                connection.recv(65_536)
            while drip and not done.wait(0.01):
                connection.sendall(b"2")

    def serve_until_left() -> None:
        try:
            serve()
        except OSError:
            left.set()

    left = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve_until_left)
        thread.start()
        yield server.getsockname()[1]
        if drip:
            assert left.wait(10), "the client kept the connection after its time was up"
        done.set()
        thread.join()


def test_an_accepted_email_has_its_message_id_as_evidence() -> None:
    with FakeMail() as server:
        assert channel(server.port).send(ALERT) == ACCEPTED

    (mail,) = server.mails
    assert (mail.sender, mail.recipients) == ("mash@hub.example.org", ("duty@example.org",))
    assert mail.message["Message-ID"] == "<mash-7@hub.example.org>"
    assert mail.message["Date"] == "Mon, 30 Mar 2020 15:30:00 +0000"
    assert [part.get_content_type() for part in mail.message.iter_parts()] == ["text/plain", "text/html"]


def test_content_beyond_ascii_and_lines_with_a_single_dot_arrive_as_they_were() -> None:
    words = "Siân – 3 h left\n.\n..\nQUIT\n"
    with FakeMail() as server:
        assert channel(server.port).send(Envelope(7, "duty@example.org", "röt", words)) == ACCEPTED

    (mail,) = server.mails
    assert mail.message["Subject"] == "röt"
    assert mail.message.get_content().replace("\r\n", "\n") == words


def test_an_address_beyond_ascii_is_reached_where_the_server_can() -> None:
    with FakeMail() as server:
        assert channel(server.port).send(replace(ALERT, address="siân@bücher.example")) == ACCEPTED

    assert server.mails[0].recipients == ("siân@xn--bcher-kva.example",)


def test_an_address_beyond_ascii_is_rejected_where_the_server_cannot() -> None:
    with FakeMail(utf8=False) as server:
        outcome = channel(server.port).send(replace(ALERT, address="siân@example.org"))

    assert outcome == Outcome(Result.REJECTED, code="smtp-553")


@pytest.mark.parametrize("address", ["", "duty", "duty@example.org\r\nRCPT TO:<all@example.org>", "a@b, c@d"])
def test_what_is_not_one_address_is_rejected_before_anything_is_said(address: str) -> None:
    with FakeMail() as server:
        outcome = channel(server.port).send(replace(ALERT, address=address))

    assert outcome == Outcome(Result.REJECTED, code="not-an-address")
    assert server.commands == []


@pytest.mark.parametrize(
    ("stage", "reply", "outcome"),
    [
        ("RCPT", "550 No such user <duty@example.org>", Outcome(Result.REJECTED, code="smtp-550")),
        ("RCPT", "452 Mailbox of duty@example.org is full", Outcome(Result.REFUSED, code="smtp-452")),
        ("RCPT", "421 Closing", Outcome(Result.REFUSED, code="smtp-421")),
        ("DATA", "554 Looks like spam", Outcome(Result.REJECTED, code="smtp-554")),
        ("DATA", "451 Greylisted", Outcome(Result.REFUSED, code="smtp-451")),
        ("MAIL", "550 Sender mash@hub.example.org unknown", Outcome(Result.REFUSED, code="sender-550")),
        ("MAIL", "421 Too busy", Outcome(Result.REFUSED, code="sender-421")),
    ],
)
def test_a_refusal_is_for_good_or_for_now_by_its_code(stage: str, reply: str, outcome: Outcome) -> None:
    with FakeMail(replies={stage: reply}) as server:
        assert channel(server.port).send(ALERT) == outcome

    assert server.mails == []


def test_a_server_that_takes_the_message_and_then_falls_silent_leaves_it_unknown() -> None:
    with FakeMail(after_data="hang") as server:
        outcome = channel(server.port, timeout=0.5).send(ALERT)

    assert outcome == Outcome(Result.UNKNOWN, code="timeout")
    assert len(server.mails) == 1


def test_a_connection_lost_after_the_message_leaves_it_unknown() -> None:
    with FakeMail(after_data="close") as server:
        outcome = channel(server.port).send(ALERT)

    assert outcome == Outcome(Result.UNKNOWN, code="connection-failed")
    assert len(server.mails) == 1


def test_a_connection_lost_before_the_message_is_certainly_not_sent() -> None:
    with raw_server(b"220 hello\r\n", b"250 hello\r\n", b"250 sender ok\r\n") as port:
        outcome = channel(port).send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="connection-failed")


def test_a_server_that_hangs_up_without_saying_goodbye_has_taken_the_message_all_the_same() -> None:
    with raw_server(b"220 hi\r\n", *[b"250 ok\r\n"] * 3, b"354 go on\r\n", b"250 taken\r\n") as port:
        assert channel(port).send(ALERT) == ACCEPTED


def test_a_server_that_cannot_be_reached_is_certainly_not_sent_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert channel(port).send(ALERT) == Outcome(Result.REFUSED, code="connection-refused")


def test_a_server_that_is_not_open_for_mail_is_tried_again_later() -> None:
    with raw_server(b"554 no service for 10.0.0.7\r\n") as port:
        assert channel(port).send(ALERT) == Outcome(Result.REFUSED, code="smtp-554")


def test_a_greeting_that_never_ends_is_given_up_in_time() -> None:
    with raw_server(drip=True) as port:
        assert channel(port, timeout=0.5).send(ALERT) == Outcome(Result.REFUSED, code="timeout")


def test_an_answer_that_is_no_smtp_is_certainly_not_a_delivery() -> None:
    with raw_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert channel(port).send(ALERT).result is Result.REFUSED


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_server_is_sent_to_by_name_and_with_a_login(pem: tuple[Path, Path], security: str) -> None:
    trusted = ssl.create_default_context(cafile=pem[0])
    login = ("mash", "word")

    with FakeMail(tls=certificate.server_context(*pem), implicit_tls=security == "tls", login=login) as server:
        outcome = channel(server.port, trusted, security=security, user="mash", password="word").send(ALERT)

    assert outcome == ACCEPTED
    assert len(server.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_is_told_neither_password_nor_message(
    pem: tuple[Path, Path], security: str
) -> None:
    with FakeMail(
        tls=certificate.server_context(*pem), implicit_tls=security == "tls", login=("mash", "word")
    ) as server:
        outcome = channel(server.port, security=security, user="mash", password="word").send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="certificate")
    assert server.commands == []


def test_a_server_without_encryption_is_not_sent_to_in_the_clear() -> None:
    with FakeMail() as server:
        outcome = channel(server.port, security="starttls").send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="not-supported")
    assert server.commands == []


def test_a_wrong_password_is_for_us_to_put_right_and_no_fault_of_the_address() -> None:
    with FakeMail(login=("mash", "word")) as server:
        outcome = channel(server.port, user="mash", password="wrong").send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="login-535")
    assert server.mails == []


def test_a_login_that_the_server_does_not_know_is_for_us_to_put_right() -> None:
    with raw_server(b"220 hi\r\n", b"250 hello\r\n") as port:
        outcome = channel(port, user="mash", password="word").send(ALERT)

    assert outcome == Outcome(Result.REFUSED, code="not-supported")


def test_nothing_that_is_logged_at_any_level_by_the_channel_holds_an_address_or_the_message(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with FakeMail(replies={"RCPT": "550 No such user <duty@example.org>"}) as server:
        caplog.set_level(logging.DEBUG)
        caplog.set_level(logging.CRITICAL, logger="mail.log")  # the server's own
        channel(server.port).send(ALERT)

    shown = caplog.text + "".join(capfd.readouterr())
    for hidden in ("duty@", "mash@", "long"):
        assert hidden not in shown
