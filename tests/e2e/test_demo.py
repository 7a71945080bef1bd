"""The demo: the same hub from the same seed, and nothing of anybody else's touched."""

import sqlite3
from contextlib import closing

from tests.e2e import shapes
from tests.e2e.conftest import AT
from tests.e2e.program import Ended, Program

SMALL = ("demo", "--days", "20", "--seed", "7", "--at", AT)


def contacts_of(program: Program, folder: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(program.folder / folder / "contacts.db")) as connection:
        return connection.execute("SELECT * FROM contacts ORDER BY contact_id, person_id").fetchall()


def test_the_same_seed_and_time_give_the_same_hub_again_and_leave_other_files_alone(program: Program) -> None:
    first = program.json(*SMALL, "--dir", "hub")
    assert shapes.mismatch(first, shapes.SUMMARY) is None
    assert first["open"]["total"] > 10
    contacts = contacts_of(program, "hub")
    program.write("hub/notes.txt", "mine")
    before = program.files()
    assert program.json(*SMALL, "--dir", "hub") == first
    assert contacts_of(program, "hub") == contacts
    after = program.files()
    assert after.keys() == before.keys()
    different = {name for name in after if after[name] != before[name]}
    assert different <= {"hub/state.db", "hub/contacts.db", "hub/messages.txt"}  # references are drawn anew


def test_a_demo_in_a_folder_that_is_not_its_own_is_refused_and_nothing_is_replaced(program: Program) -> None:
    program.write("contacts.db", "the real one")
    before = program.files()
    said = program.refused(*SMALL, "--dir", ".")
    assert "which no demo wrote; expected an empty folder" in said
    assert program.files() == before


def test_what_the_demo_says_next_works_as_it_stands(making_the_demo: tuple[Program, Ended]) -> None:
    program, ended = making_the_demo
    assert "\x1b" not in ended.out
    assert ended.err == ""
    assert "Nothing left this machine." in ended.out
    lines = [line for line in ended.out.splitlines() if line.startswith("  ") and ": " in line]
    commands = [line.split("mash-monitor ")[1].split() for line in lines if "--config" in line]
    assert [command[0] for command in commands] == ["contacts", "explain", "scorecard", "summary"]
    for command in commands[1:3]:
        assert program.run(*command).code == 0, command
    assert "OVERDUE" in (program.folder / "demo" / "messages.txt").read_text(encoding="utf-8")


def test_days_and_seeds_that_are_none_are_refused(program: Program) -> None:
    assert "expected a number of days from 1 to 3650" in program.refused("demo", "--days", "0")
    assert "invalid int value" in program.refused("demo", "--seed", "x")
