import io
from pathlib import Path

import pytest

from mash_monitor.channels import Envelope, Outcome, Result
from mash_monitor.channels.console import ConsoleChannel

MESSAGE = Envelope(7, "console", "Herefordshire MASH 16:30: 2 red", "C-1 due 15:30. Reply ACK 7KQ2")


def test_the_console_shows_subject_and_body_and_claims_no_more_than_that() -> None:
    stream = io.StringIO()

    assert ConsoleChannel(stream).send(MESSAGE) == Outcome(Result.SHOWN)
    assert stream.getvalue().splitlines()[1:] == [
        "Herefordshire MASH 16:30: 2 red",
        "",
        "C-1 due 15:30. Reply ACK 7KQ2",
        "",
    ]


def test_the_console_has_room_for_the_long_form() -> None:
    stream = io.StringIO()

    ConsoleChannel(stream).send(Envelope(7, "console", "Report", "short", text="line one\nline two"))

    assert "line one\nline two\n" in stream.getvalue()
    assert "short" not in stream.getvalue()


def test_nothing_in_a_message_can_steer_the_terminal() -> None:
    stream = io.StringIO()

    ConsoleChannel(stream).send(Envelope(7, "console", "a\x1b[2Jb", "c\rd\x9b31me\tf"))

    assert not set(stream.getvalue()) & {"\x1b", "\r", "\x9b"}
    assert "cd31me\tf" in stream.getvalue()


def test_a_terminal_that_cannot_show_a_character_shows_a_question_mark(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        outcome = ConsoleChannel(stream).send(Envelope(7, "console", "Siân", "due 15:30"))

    assert outcome == Outcome(Result.SHOWN)
    assert "Si?n" in (tmp_path / "out").read_text("ascii")


@pytest.mark.parametrize("closed", [True, False])
def test_a_console_that_is_closed_or_full_is_no_error_but_a_refusal(closed: bool) -> None:
    if closed:
        stream = io.StringIO()
        stream.close()
        outcome = ConsoleChannel(stream).send(MESSAGE)
    else:
        outcome = _send_to_full_disk()

    assert outcome == Outcome(Result.REFUSED, code="console-closed")


def _send_to_full_disk() -> Outcome:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    return ConsoleChannel(Full()).send(MESSAGE)
