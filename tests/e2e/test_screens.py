"""A terminal as somebody sits before it: pages, a watched screen, sentences where nothing can be drawn."""

import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from select import select
from time import monotonic

import pytest

from tests.e2e.conftest import AT
from tests.e2e.program import Program, ago

_PATIENCE = 60


@dataclass
class Terminal:
    """A running command, and what it has printed so far."""

    process: subprocess.Popen[bytes]
    ours: int
    printed: str = ""

    def shows(self, words: str) -> bool:
        """Whether it prints these words within a minute."""
        end = monotonic() + _PATIENCE
        while words not in self.printed and monotonic() < end:
            if not select([self.ours], [], [], 1)[0]:
                continue
            try:
                chunk = os.read(self.ours, 65_536)
            except OSError:  # how Linux says that nobody writes any more
                break
            self.printed += chunk.decode(errors="replace")
        return words in self.printed


@contextmanager
def sitting_at(program: Program, *arguments: str, term: str = "xterm", **more: str) -> Iterator[Terminal]:
    """A command on a terminal of 100 columns and 24 lines."""
    ours, theirs = pty.openpty()
    variables = {**program.variables, "TERM": term, "COLUMNS": "100", "LINES": "24", **more}
    with subprocess.Popen(
        program.command(*arguments), cwd=program.folder, env=variables, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
    os.close(ours)


def test_a_watched_screen_is_redrawn_when_the_store_changed_and_leaves_by_ctrl_c(program: Program) -> None:
    program.write("contacts.csv", f"contact_id,received_at\nC-1,{ago(hours=2)}\n")
    assert program.run("import", "contacts.csv").code == 0
    with sitting_at(program, "summary", "--watch") as terminal:
        assert terminal.shows("1 open")
        assert terminal.shows("less than a minute ago")
        program.write("contacts.csv", f"contact_id,received_at\nC-2,{ago(hours=1)}\n")
        assert program.run("import", "contacts.csv").code == 0
        assert program.run("poll").code == 0
        assert terminal.shows("2 open")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(timeout=_PATIENCE) == 130


@pytest.mark.parametrize(("term", "plain"), [("dumb", ()), ("xterm", ("--plain",))])
def test_where_nothing_can_be_drawn_in_place_a_watched_summary_says_what_is_new(
    demo: Program, term: str, plain: tuple[str, ...]
) -> None:
    with sitting_at(demo, "summary", "--watch", *plain, term=term) as terminal:
        assert terminal.shows("breach before")
        assert "\x1b" not in terminal.printed
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(timeout=_PATIENCE) == 130


def test_a_long_list_is_paged_by_what_the_reader_chose(demo: Program) -> None:
    with sitting_at(demo, "contacts", "--at", AT, PAGER="head -n 1") as terminal:
        assert terminal.shows("Next report")
        assert terminal.process.wait(timeout=_PATIENCE) == 0
        assert terminal.printed.count("\n") == 1
    with sitting_at(demo, "outbox", "--failed", PAGER="false") as terminal:  # what fits needs no pager
        assert terminal.shows("no message")


@pytest.mark.parametrize("view", ["summary", "contacts", "explain"])
def test_sentences_have_neither_boxes_nor_blocks(demo: Program, view: str) -> None:
    first = [demo.json("contacts", "--at", AT)["contacts"][0]["contact_id"]] if view == "explain" else []
    ended = demo.run(view, *first, "--plain", "--at", AT)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.replace("—", "").isascii()
    assert "OVERDUE" in ended.out


def test_the_glossary_needs_no_configuration(program: Program) -> None:
    (program.folder / "config.toml").unlink()
    names = [figure["name"] for figure in program.json("glossary")["figures"]]
    for words in (program.run("glossary").out, program.run("glossary", "--plain").out):
        assert all(name in words for name in names)
