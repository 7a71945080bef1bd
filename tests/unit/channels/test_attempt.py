import socket
import ssl
import threading

import pytest

from mash_monitor.channels import Outcome, Result
from mash_monitor.channels.attempt import Attempt, OverrunError, reason


def test_a_call_that_ends_in_time_gives_its_result() -> None:
    assert Attempt().run(10, lambda: 42) == 42


def test_what_a_call_raises_is_raised_to_whoever_waits_for_it() -> None:
    with pytest.raises(ZeroDivisionError):
        Attempt().run(10, lambda: 1 // 0)


def test_a_call_that_fails_before_the_message_leaves_has_sent_nothing() -> None:
    assert Attempt().failed(ConnectionRefusedError()) == Outcome(Result.REFUSED, code="connection-refused")


def test_a_call_that_fails_after_the_message_began_to_leave_is_unknown() -> None:
    attempt = Attempt()
    attempt.leaving()

    assert attempt.failed(ConnectionResetError()) == Outcome(Result.UNKNOWN, code="connection-failed")


def test_a_message_whose_time_was_up_before_it_left_never_leaves_afterwards() -> None:
    attempt, resume = Attempt(), threading.Event()
    ended: list[str] = []
    finished = threading.Event()

    def resolve_for_ever_and_then_send() -> None:
        resume.wait()
        try:
            attempt.leaving()
            ended.append("left")
        except OverrunError:
            ended.append("stayed")
        finished.set()

    with pytest.raises(OverrunError) as overrun:
        attempt.run(0.01, resolve_for_ever_and_then_send)
    outcome = attempt.failed(overrun.value)
    resume.set()

    assert finished.wait(10)
    assert ended == ["stayed"]
    assert outcome == Outcome(Result.REFUSED, code="timeout")


def test_the_connection_of_a_call_that_is_given_up_is_shut_down_so_that_its_thread_ends() -> None:
    attempt, finished = Attempt(), threading.Event()
    near, far = socket.socketpair()

    def listen_for_ever() -> None:
        near.recv(1)
        finished.set()

    attempt.uses(near)
    attempt.leaving()
    with near, far:
        with pytest.raises(OverrunError) as overrun:
            attempt.run(0.01, listen_for_ever)

        assert finished.wait(10)
    assert attempt.failed(overrun.value) == Outcome(Result.UNKNOWN, code="timeout")


def test_a_call_that_ends_with_its_connection_closed_already_is_given_up_without_an_error() -> None:
    attempt, resume = Attempt(), threading.Event()
    near, far = socket.socketpair()
    attempt.uses(near)
    near.close()

    with far, pytest.raises(OverrunError):
        attempt.run(0.01, resume.wait)
    resume.set()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ssl.SSLCertVerificationError(), "certificate"),
        (ssl.SSLError(), "tls"),
        (socket.gaierror(), "name-not-resolved"),
        (TimeoutError(), "timeout"),
        (ConnectionRefusedError(), "connection-refused"),
        (ConnectionResetError(), "connection-failed"),
        (OSError("no route to +447700900123"), "connection-failed"),
        (ValueError("about duty@example.org"), "ValueError"),
    ],
)
def test_the_reason_is_a_code_from_the_kind_of_error_and_none_of_its_words(error: Exception, code: str) -> None:
    assert reason(error) == code


def test_the_reason_is_the_root_cause_however_often_it_was_wrapped() -> None:
    wrapped = RuntimeError("outer")
    wrapped.__cause__ = ValueError("middle")
    wrapped.__cause__.__context__ = TimeoutError("root")

    assert reason(wrapped) == "timeout"
