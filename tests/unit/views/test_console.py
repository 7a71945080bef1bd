"""A console fits where it prints."""

import io

import pytest

from mash_monitor.views.terminal.console import PIPED_WIDTH, make_console
from mash_monitor.views.terminal.contacts import contacts
from mash_monitor.views.terminal.summary import summary
from tests.unit.views import sample


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("columns", "width"),
    [(None, PIPED_WIDTH), ("80", 80), ("200", 200), ("0", PIPED_WIDTH), ("wide", PIPED_WIDTH), ("3", 40)],
)
def test_a_pipe_is_as_wide_as_columns_says(monkeypatch: pytest.MonkeyPatch, columns: str | None, width: int) -> None:
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert make_console(io.StringIO()).width == width


def test_a_given_width_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert make_console(io.StringIO(), 120).width == 120


def test_a_pipe_gets_no_colour() -> None:
    out = io.StringIO()
    make_console(out).print(summary(sample.position()))
    assert "\x1b" not in out.getvalue()


def test_no_color_takes_the_colours_from_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured, plain = Terminal(), Terminal()
    make_console(coloured, 80).print(summary(sample.position()))
    monkeypatch.setenv("NO_COLOR", "1")
    make_console(plain, 80).print(summary(sample.position()))
    assert "\x1b[1;31m" in coloured.getvalue()
    assert "31m" not in plain.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_no_encoding_makes_a_view_crash(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    unreadable = sample.subject("Č-1", None, source_group="Ysgol Gŵyr")
    position = sample.position([unreadable])
    console = make_console(stream, 100)
    console.print(summary(position))
    console.print(contacts(position))
    stream.flush()
    shown = raw.getvalue().decode(encoding)
    assert ("Č-1" if encoding == "utf-8" else "\\u010c-1") in shown
    assert ("█" in shown) == (encoding == "utf-8")
    assert ("—" in shown) == (encoding in {"utf-8", "cp1252"})
