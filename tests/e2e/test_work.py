"""Commands that do one thing: import, poll, park, check, db, audit; and several hubs in one configuration."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e import shapes
from tests.e2e.program import CONFIG, Program, ago
from tests.e2e.service import CONTACTS, rows

LATE = f"{CONTACTS}C-1,P1,{ago(days=3)},6,Nan Canary,Jane Canary,Triage\nC-2,P2,{ago(hours=1)},6,,,\n"


def test_an_import_adds_up_and_a_second_one_changes_nothing(program: Program) -> None:
    program.write(
        "a.csv",
        "contact_id,person_id,received_at,name\n"
        f"C-1,P1,{ago(days=1)},Jane Canary\nC-1,P2,{ago(days=1)},\n,P3,{ago(days=1)},Jane Canary\nC-2,P4,soon,\n",
    )
    first = program.json("import", "a.csv")
    assert shapes.mismatch(first, shapes.IMPORT) is None
    assert (first["rows"], first["imported"], len(first["rejected"])) == (4, 3, 1)
    assert first["rejected"][0]["line"] == 4
    again = program.json("import", "a.csv")
    assert (again["imported"], again["updated"], again["unchanged"]) == (0, 0, 3)
    program.write("a.csv", f"contact_id,person_id,received_at\nC-1,P1,{ago(days=2)}\n")
    third = program.json("import", "a.csv")
    assert (third["rows"], third["updated"]) == (1, 1)
    for document in (first, again, third):
        parts = (document["imported"], document["updated"], document["unchanged"], len(document["rejected"]))
        assert document["rows"] == sum(parts)
    assert b"Canary" not in b"".join(text for name, text in program.files().items() if name.endswith(".db"))
    said = program.run("import", "a.csv")
    assert (said.code, said.err) == (0, "")
    assert "1 row: 0 new, 0 updated, 1 unchanged, 0 without an id" in said.out


@pytest.fixture
def watched(program: Program) -> Program:
    """A hub after its first poll: one contact overdue, one green."""
    program.write("a.csv", LATE)
    program.json("import", "a.csv")
    assert program.run("poll").code == 0
    return program


def test_a_poll_says_what_could_not_be_sent_and_still_waits(program: Program) -> None:
    mail = '[channels.email]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nfrom = "mash@example.org"\n'
    told = CONFIG.replace("[people.duty]", '[people.duty]\nemail = "duty@example.org"').replace(
        '["console"]', '["email"]'
    )
    ops = 'dead_man = "off"\nops = { to = ["duty"], by = ["email"] }'
    program.write("config.toml", told.replace('dead_man = "off"', ops) + mail)
    program.write("a.csv", LATE)
    program.json("import", "a.csv")
    polled = program.run("poll")
    assert polled.code == 0
    assert "not out yet: 2 messages; `run` or the next `poll` tries again" in polled.err


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(program: Program) -> None:
    program.write("a.csv", LATE)
    program.json("import", "a.csv")
    before = program.files()
    said = program.run("poll", "--dry-run")
    assert said.code == 0
    assert "Would record 2 changes and send 1 alert; nothing was written or sent." in " ".join(said.out.split())
    assert program.files() == before
    assert program.run("poll").code == 0
    program.write("a.csv", LATE.replace("C-2", "C-3"))
    program.json("import", "a.csv")
    tables = ("ledger", "transitions", "alerts", "deliveries", "audit", "hubs", "slots", "alarms")
    states = []
    for command in (("poll", "--dry-run"), ("db", "status")):
        states.append([rows(program, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables])
        assert program.run(*command).code == 0
    assert states[0] == states[1]


def test_a_poll_raises_once_sends_and_keeps_a_chain_of_what_it_did(watched: Program) -> None:
    deliveries = watched.json("outbox")["deliveries"]
    assert sorted((one["purpose"], one["level"], one["state"]) for one in deliveries) == [
        ("alert", "overdue", "shown"), ("summary", None, "shown"),
    ]  # fmt: skip
    assert watched.json("outbox", "--failed")["deliveries"] == []
    assert watched.json("outbox", "--pending")["deliveries"] == []
    again = watched.run("poll")
    assert "0 changes recorded, 0 alerts made" in " ".join(again.out.split())
    verified = watched.json("audit", "verify")
    assert verified["broken_at"] is None
    assert verified["events"] > 3
    rows(watched, "UPDATE audit SET event = 'nothing' WHERE seq = 2")
    ended = watched.run("audit", "verify")
    assert (ended.code, ended.err) == (1, "")
    assert "breaks at event 2" in ended.out


def test_a_parked_contact_stays_on_the_list_and_says_until_when(watched: Program) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    parked = watched.run("park", "C-1", "--reason", "moved away", "--until", until, "--by", "lead")
    assert parked.code == 0
    assert "C-1 is parked until" in parked.out
    assert {one["contact_id"]: one["overdue"] for one in watched.json("contacts")["contacts"]} == {
        "C-1": True, "C-2": False,
    }  # fmt: skip
    assert "parked" in watched.run("contacts").out.lower()
    assert rows(watched, "SELECT end_reason FROM alerts WHERE contact_id = 'C-1'") == [("parked",)]
    assert rows(watched, "SELECT count(*) FROM audit WHERE event = 'parked'") == [(1,)]
    assert watched.json("audit", "verify")["broken_at"] is None
    assert "has passed" in watched.refused("park", "C-1", "--reason", "x", "--until", "2020-01-01")
    assert "not an open contact" in watched.refused("park", "C-9", "--reason", "x", "--until", until)


def test_a_store_that_goes_away_leaves_the_last_known_contacts_under_a_banner(watched: Program) -> None:
    (watched.folder / "contacts.db").rename(watched.folder / "away.db")
    shown = watched.run("contacts")
    assert shown.code == 0
    assert "CONTACT STORE NOT SEEN since" in shown.out
    assert "C-1" in shown.out
    assert watched.json("contacts")["store"]["readable"] is False
    polled = watched.run("poll")
    assert polled.code == 1
    assert "no such file" in polled.err
    assert watched.run("check").code == 1


def test_check_finds_what_would_go_wrong_each_with_its_place_and_remedy(program: Program) -> None:
    ended = program.run("check", "--json")
    assert ended.code == 1
    found = {(one["level"], one["place"].split(":")[0]) for one in ended.document["findings"]}
    assert ("error", "hubs.north.store") in found
    assert ("warning", "channels") in found
    assert ("warning", "service.dead_man") in found
    assert all(one["remedy"] for one in ended.document["findings"] if one["level"] != "info")
    assert not (program.folder / "state.db").exists()
    program.write("a.csv", LATE)
    program.json("import", "a.csv")
    well = program.run("check")
    assert well.code == 0
    assert "0 errors, 2 warnings" in well.out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reports = ["08:30", "12:30", "16:30"]', 'report_days = ["mon"]', "without a report"),
        ('when = "overdue"', 'when = "amber"', "nobody is told when a contact is overdue"),
        ('[hubs.north.summary]\nto = ["duty"]\nby = ["console"]\n', "", "nobody gets the report at each slot"),
    ],
)
def test_check_knows_gaps_and_people_that_are_missing(program: Program, old: str, new: str, said: str) -> None:
    assert old in CONFIG
    program.write("config.toml", CONFIG.replace(old, new))
    document = program.run("check", "--json").document
    assert said in " ".join(one["found"] for one in document["findings"])


def test_gaps_that_are_meant_are_no_error(program: Program) -> None:
    program.write("config.toml", CONFIG.replace("reports =", 'report_days = ["mon"]\naccept_gaps = true\nreports ='))
    document = program.run("check", "--json").document
    levels = {one["level"] for one in document["findings"] if "without a report" in one["found"]}
    assert levels == {"info"}


def test_several_hubs_need_a_name_and_know_only_their_own(program: Program) -> None:
    part = CONFIG[CONFIG.index("[hubs.north]") : CONFIG.index("[people.duty]")]
    rest = CONFIG[CONFIG.index("[[hubs.north.escalation]]") : CONFIG.index("[channels.console]")]
    south = (part + rest).replace("hubs.north", "hubs.south").replace("contacts.db", "south.db")
    program.write("config.toml", CONFIG + "\n" + south.replace("North", "South"))
    for command in (("contacts",), ("poll",)):
        assert "name one of them with --hub: north, south" in program.refused(*command)
    assert "there is no hub 'east': north, south" in program.refused("contacts", "--hub", "east")
    program.write("a.csv", LATE)
    program.json("import", "a.csv", "--hub", "south")
    listed = program.json("contacts", "--hub", "south")
    assert (listed["hub"], len(listed["contacts"])) == ("south", 2)
    assert program.run("poll", "--hub", "south").code == 0
    assert "--hub" in program.run("ack", "C-1").err
    assert "there is no hub 'east'" in program.refused("check", "--hub", "east")
    assert program.json("outbox", "--hub", "north")["deliveries"] == []
    assert len(program.json("outbox", "--hub", "south")["deliveries"]) == 2


def test_a_database_is_made_shown_and_a_newer_one_refused(program: Program) -> None:
    absent = program.run("db", "status", "--json")
    assert (absent.code, absent.document["level"]) == (1, "absent")
    assert not (program.folder / "state.db").exists()
    assert "was brought to revision" in program.run("db", "upgrade").out
    assert "is at revision" in program.run("db", "upgrade").out
    assert program.json("db", "status")["level"] == "current"
    with closing(sqlite3.connect(program.folder / "state.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "made by a newer version" in program.refused("outbox")
    assert "made by a newer version" in program.refused("run")


# exercises and maintenance


def test_a_test_alert_goes_to_a_person_and_says_what_became_of_it(watched: Program) -> None:
    said = watched.run("test-alert", "duty")
    assert said.code == 0
    assert "TEST from North MASH: only an exercise" in said.out
    assert "duty by console: shown" in said.out
    (sent,) = [each for each in watched.json("outbox")["deliveries"] if each["purpose"] == "test"]
    assert (sent["person"], sent["state"]) == ("duty", "shown")
    document = watched.json("test-alert", "duty")
    assert [each["state"] for each in document["deliveries"]] == ["shown"]
    assert "'dutty' is no person or rota of north; known are duty" in watched.refused("test-alert", "dutty")


def test_maintenance_is_planned_shown_and_ended(watched: Program) -> None:
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    assert "no maintenance is planned" in watched.run("maintenance").out
    assert "--reason: is missing" in watched.refused("maintenance", "--until", until)
    assert "maintenance until" in watched.run("maintenance", "--until", until, "--reason", "new disk").out
    assert watched.json("maintenance")["by"] == "command"
    assert "ops is not told" in " ".join(watched.run("summary").out.split())
    assert "at most a day" in watched.refused("maintenance", "--until", "2100-01-01", "--reason", "x")
    assert "no maintenance is planned" in watched.run("maintenance", "--end").out
    assert watched.run("audit", "verify").code == 0


def test_a_service_whose_ladder_could_tell_nobody_does_not_start(program: Program) -> None:
    step = '[[hubs.north.escalation]]\nwhen = "red"\nto = ["duty"]\nby = ["console"]\n'
    assert step in CONFIG
    program.write("config.toml", CONFIG.replace(step, ""))
    said = program.refused("run")
    assert "hubs.north.escalation: nobody is told when a contact is red; add a step" in said
    assert program.run("check").code == 1
