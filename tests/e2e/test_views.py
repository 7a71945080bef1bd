"""What stands on a screen: no escape codes but on a terminal, the words of the colours, other times marked as such."""

import os
import pty
import subprocess

import pytest

from tests.e2e.conftest import AT
from tests.e2e.program import Program

VIEWS = {
    "summary": ("summary", "--at", AT),
    "contacts": ("contacts", "--at", AT),
    "scorecard": ("scorecard", "--period", "2026-02", "--at", AT),
    "outbox": ("outbox",),
    "check": ("check",),
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_pipe_gets_words_and_no_escape_codes(demo: Program, view: str) -> None:
    ended = demo.run(*VIEWS[view])
    assert (ended.code, ended.err) == (0, "")
    assert "\x1b" not in ended.out
    assert ended.out.strip()


def on_a_terminal(program: Program, *arguments: str) -> str:
    """What a command prints on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    variables = {**program.variables, "TERM": "xterm", "COLUMNS": "100", "PAGER": "cat"}
    with subprocess.Popen(
        program.command(*arguments), cwd=program.folder, env=variables, stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        printed = b""
        while True:
            try:
                chunk = os.read(ours, 65_536)
            except OSError:  # how Linux says that nobody writes any more
                break
            if not chunk:
                break
            printed += chunk
        assert process.wait(timeout=60) == 0
    os.close(ours)
    return printed.decode()


def test_a_terminal_gets_colours_unless_nobody_wants_them(demo: Program) -> None:
    assert "\x1b[" in on_a_terminal(demo, *VIEWS["contacts"])
    plain = on_a_terminal(demo.with_environment(NO_COLOR="1"), *VIEWS["contacts"])
    assert not any(f"\x1b[{colour}" in plain for colour in ("31", "32", "33", "91", "92", "93", "38;", "41", "43"))
    assert "OVERDUE" in plain
    assert "RED" in plain


@pytest.mark.parametrize("view", ["summary", "contacts", "scorecard"])
def test_a_view_of_another_time_says_that_it_is_reconstructed(demo: Program, view: str) -> None:
    assert "econstructed from the rows as they are now" in " ".join(demo.run(*VIEWS[view]).out.split())


def test_an_account_of_another_time_says_so_too(demo: Program) -> None:
    first = demo.json("contacts", "--at", AT)["contacts"][0]["contact_id"]
    assert "reconstructed" in demo.run("explain", first, "--at", AT).out
    before = demo.run("explain", first, "--at", "2026-02-01T12:00").out
    assert "not received until" in before
    assert "unreadable" not in before


def test_another_time_knows_what_was_received_by_then_and_decides_nothing_earlier(demo: Program) -> None:
    before, after = "2026-03-04T12:00", "2026-03-05T12:00"
    then = {one["contact_id"]: one for one in demo.json("contacts", "--at", before)["contacts"]}
    later = {one["contact_id"]: one for one in demo.json("contacts", "--at", after)["contacts"]}
    assert then.keys() - later.keys()
    assert later.keys() - then.keys()
    assert all(one["received_at"] <= f"{before}:00+00:00" for one in then.values())
    month = ("scorecard", "--period", "2026-03", "--at")
    assert demo.json(*month, before)["contacts"] < demo.json(*month, after)["contacts"]


def test_outcomes_that_were_still_to_come_are_not_in_the_scorecard_of_another_time(demo: Program) -> None:
    figures = demo.json("scorecard", "--period", "2026-03", "--at", "2026-03-04T12:00")
    received_this_month = [
        one for one in demo.json("contacts", "--at", "2026-03-04T12:00")["contacts"] if one["received_at"] >= "2026-03"
    ]
    assert figures["outcomes"]["not_recorded"] >= len(received_this_month) > 0


def test_a_time_with_an_offset_is_that_instant(demo: Program) -> None:
    here, there = (demo.json("contacts", "--at", when) for when in ("2026-03-05T12:00", "2026-03-05T13:00+01:00"))
    assert {**here, "store": None} == {**there, "store": None}  # which was read just now, each time
    assert here["as_at"] == "2026-03-05T12:00:00+00:00"


def test_a_time_to_come_or_no_time_at_all_is_refused(demo: Program) -> None:
    assert "still to come" in demo.refused("summary", "--at", "2180-01-01")
    assert "--at: found 'noon', expected a time such as" in demo.refused("summary", "--at", "noon")


def test_pages_workbooks_and_csv_are_written_where_they_are_named(demo: Program) -> None:
    out = demo.folder.parent
    assert demo.run("summary", "--at", AT, "--html", str(out / "s.html")).out == f"written: {out / 's.html'}\n"
    card = ("scorecard", "--period", "2026-02", "--at", AT)
    ended = demo.run(*card, "--html", str(out / "c.html"), "--csv", str(out / "c.csv"), "--xlsx", str(out / "c.xlsx"))
    assert ended.code == 0
    assert (out / "s.html").read_text(encoding="utf-8").startswith("<!")
    assert (out / "c.html").read_text(encoding="utf-8").startswith("<!")
    assert (out / "c.csv").read_text(encoding="utf-8").count("\n") > 5
    assert (out / "c.xlsx").read_bytes().startswith(b"PK")
    assert "no/such/folder" in demo.refused("summary", "--html", "no/such/folder/s.html")


def test_a_watched_summary_needs_a_terminal(demo: Program) -> None:
    assert "--watch needs a terminal" in demo.refused("summary", "--watch")
    assert "leave out --json" in demo.refused("summary", "--watch", "--json")


def test_a_reader_who_has_seen_enough_is_no_error(demo: Program) -> None:
    command = " ".join([*demo.command(*VIEWS["contacts"]), "| head -1; exit ${PIPESTATUS[0]}"])
    done = subprocess.run(
        ["bash", "-c", command], cwd=demo.folder, env=demo.variables, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "MASH" in done.stdout
