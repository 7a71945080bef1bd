"""--json: one document on standard output, of the promised shape, and nothing beside it."""

import pytest

from tests.e2e import shapes
from tests.e2e.conftest import AT
from tests.e2e.program import Program, ago

PROMISED = {
    "contacts": (("contacts", "--at", AT), shapes.CONTACTS),
    "summary": (("summary", "--at", AT), shapes.SUMMARY),
    "scorecard": (("scorecard", "--period", "2026-02..2026-03", "--at", AT), shapes.SCORECARD),
    "check": (("check",), shapes.FINDINGS),
    "outbox": (("outbox",), shapes.OUTBOX),
    "db status": (("db", "status"), {"level": "current", "found": str, "needed": str}),
    "audit verify": (("audit", "verify"), {"events": int, "broken_at": None, "what": None}),
}


@pytest.mark.parametrize("command", PROMISED)
def test_a_document_has_exactly_the_promised_keys_and_types(demo: Program, command: str) -> None:
    arguments, promised = PROMISED[command]
    ended = demo.run(*arguments, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert shapes.mismatch(ended.document, promised) is None
    assert ended.out.isascii()


def test_health_is_a_document_too(demo: Program) -> None:
    ended = demo.run("health", "--json")
    assert ended.code == 1
    assert shapes.mismatch(ended.document, {"well": bool, "troubles": [str]}) is None


def test_contacts_come_the_most_urgent_first_and_filters_only_leave_out(demo: Program) -> None:
    everything = demo.json("contacts", "--at", AT)["contacts"]
    overdue = demo.json("contacts", "--at", AT, "--overdue")["contacts"]
    amber = demo.json("contacts", "--at", AT, "--rating", "amber")["contacts"]
    assert len(everything) > 10
    order = ["overdue" if one["overdue"] else one["rating"] for one in everything]
    assert order == sorted(order, key=["overdue", "red", "amber", "green"].index)
    assert overdue == [one for one in everything if one["overdue"]]
    assert amber == [one for one in everything if one["rating"] == "amber"]
    assert all(one["seconds_left"] < 0 and one["rating"] == "red" for one in overdue)


def test_a_summary_counts_the_contacts_that_are_listed(demo: Program) -> None:
    listed = demo.json("contacts", "--at", AT)["contacts"]
    position = demo.json("summary", "--at", AT)
    for rating in ("red", "amber", "green"):
        assert position["open"][rating] == sum(one["rating"] == rating for one in listed)
    assert position["open"]["total"] == len(listed)
    assert position["open"]["overdue"] == sum(one["overdue"] for one in listed)
    assert sum(source["open"] for source in position["sources"]) == len(listed)
    assert sum(team["open"] for team in position["teams"]) >= len(listed)


def test_explain_tells_the_way_to_each_deadline_and_who_was_told(demo: Program) -> None:
    late = demo.json("contacts", "--at", AT, "--overdue")["contacts"][0]
    account = demo.json("explain", late["contact_id"], "--at", AT)
    assert shapes.mismatch(account, shapes.EXPLAIN) is None
    assert [way["name"] for way in account["timescales"]] == ["24 hours", "one working day"]
    assert account["timescales"][0]["deadline"] == late["deadline"]
    assert account["rating"] == "red"
    assert account["history"]
    assert {sent["person"] for sent in account["deliveries"]} == {"duty"}


def test_a_time_that_cannot_be_read_is_null_and_red(program: Program) -> None:
    program.write("a.csv", "contact_id,received_at\nC-1,yesterday afternoon\n")
    taken = program.json("import", "a.csv")
    assert shapes.mismatch(taken, shapes.IMPORT) is None
    assert {notice["shape"] for notice in taken["marked"]} >= {"aaaaaaaaa aaaaaaaaa"}
    document = program.json("contacts")
    assert shapes.mismatch(document, shapes.CONTACTS) is None
    (contact,) = document["contacts"]
    unknown = [contact[key] for key in ("received_at", "deadline", "seconds_left")]
    assert (unknown, contact["received_precision"], contact["rating"]) == ([None] * 3, "unreadable", "red")


def test_a_poll_prints_its_document_alone_though_the_console_shows_messages(program: Program) -> None:
    program.write("a.csv", f"contact_id,received_at\nC-1,{ago(days=3)}\n")
    program.json("import", "a.csv")
    trial = program.run("poll", "--dry-run", "--json")
    assert (trial.code, trial.err) == (0, "")
    assert shapes.mismatch(trial.document, shapes.SUMMARY) is None
    ended = program.run("poll", "--json")
    assert ended.code == 0
    assert shapes.mismatch(ended.document, shapes.SUMMARY) is None
    assert "1 OVERDUE" in ended.err
    assert shapes.mismatch(program.json("outbox"), shapes.OUTBOX) is None
