"""What a pass makes of what it sees, look by look."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from mash_monitor.contacts import StoreSettings
from mash_monitor.contacts.importing import import_file
from mash_monitor.domain.contact import Span
from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import State
from mash_monitor.service import passes
from mash_monitor.state.schema import audit, hubs, ledger, sightings, transitions
from tests.integration.service.town import Council, Town
from tests.unit.domain.hubs import DAY_LONG, HOUR, LONDON, at, policy

THURSDAY, FRIDAY, NOON, LATE = "2026-03-05 16:30", "2026-03-06 08:30", "2026-03-06 12:30", "2026-03-06 16:30"
DUE_FRIDAY = "2026-03-05 14:05"  # amber Friday 06:05, red at the report of 08:30 ... due 14:05


@pytest.fixture
def either_town(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Town:
    """The same with the council's contacts on the kind of database that our own records are on."""
    on_sqlite = engine.dialect.name == "sqlite"
    url = f"sqlite:///{tmp_path}/theirs.db" if on_sqlite else request.getfixturevalue("postgres_url")
    return Town(engine, Council(url), tmp_path)


# the first pass, and one in which nothing is new


def test_the_first_pass_over_a_backlog_sends_one_message_a_person_with_counts(town: Town) -> None:
    for number in range(7):
        town.council.add(f"C-{number}", "2026-03-05 10:00" if number < 3 else "2026-03-06 07:30")
    town.council.add("C-red", "2026-03-05 14:05")
    result = town.report(NOON)
    assert result.changes == {"appeared": 8}
    assert town.open_alerts() == {"C-0": "overdue", "C-1": "overdue", "C-2": "overdue", "C-red": "red"}
    duty, manager = town.messages("alert")
    assert (duty.person, duty.level, duty.contacts, town.named(duty)) == ("duty", "overdue", 4, set(town.open_alerts()))
    assert (manager.person, manager.contacts) == ("manager", 3)
    assert duty.body.startswith("Hereford MASH 12:30: first look, 3 OVERDUE, 1 RED")
    assert "C-" not in duty.body
    assert [row.person for row in town.messages("summary")] == ["leads"]


def test_a_second_pass_over_an_unchanged_store_writes_nothing_but_its_row_and_its_report(either_town: Town) -> None:
    town = either_town
    town.council.add("C-1", "2026-03-06 07:30")
    town.council.add("C-1", "2026-03-06 07:30", "p2")
    assert town.report(FRIDAY).changes.total() == 1
    before = {table: town.rows(table) for table in (ledger, sightings, transitions)}
    assert town.report("2026-03-06 08:40").changes == {}
    assert before == {table: town.rows(table) for table in before}
    assert [row.detail["transitions"] for row in town.rows(audit) if row.event == "report"] == [1, 0]
    assert town.rows(hubs)[0].last_look_at == at("2026-03-06 08:40")


def test_contacts_imported_from_a_file_are_seen_by_the_next_pass(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("contact_id,received_at\nC-1,2026-03-05 14:05\n", encoding="utf-8")
    url = f"sqlite:///{tmp_path}/contacts.db"
    import_file(tmp_path / "contacts.csv", StoreSettings(url), LONDON, tmp_path, at(THURSDAY))
    town = Town(engine, Council(f"sqlite:///{tmp_path}/unused.db"), tmp_path, url=url)
    town.report(NOON)
    assert town.open_alerts() == {"C-1": "red"}


# rows that change


def test_a_changed_row_is_read_whole_and_a_new_sibling_joins_its_contact(either_town: Town) -> None:
    town = either_town
    town.council.add("C-1", DUE_FRIDAY, team="North")
    town.report(THURSDAY)
    town.council.change("C-1", team="South")
    town.council.add("C-1", "2026-03-05 13:00", "p2", team="South")
    town.report(FRIDAY)
    entry = town.entry("C-1")
    assert (entry.children, entry.teams, entry.received) == (2, ("South",), at("2026-03-05 13:00"))
    assert town.history("C-1")[-1][2].startswith("received corrected from Thu 14:05 to Thu 13:00")
    assert len(town.rows(sightings)) == 2


def test_a_contact_is_open_until_its_last_sibling_is_decided(either_town: Town) -> None:
    town = either_town
    town.council.add("C-1", DUE_FRIDAY)
    town.council.add("C-1", DUE_FRIDAY, "p2")
    town.report(THURSDAY)
    town.council.decide("C-1", "2026-03-06 08:00", "p1")
    town.report(FRIDAY)
    entry = town.entry("C-1")
    assert (entry.state, entry.partly_decided, entry.children) == (State.OPEN, True, 2)
    town.council.change("C-1", "p1", team="North")  # the decided row, which no stream of open rows shows
    town.report("2026-03-06 08:40")
    assert town.entry("C-1").teams == ("North",)
    town.council.decide("C-1", "2026-03-06 10:00", "p2")
    town.report(NOON)
    entry = town.entry("C-1")
    assert (entry.state, entry.partly_decided) == (State.DECIDED, False)
    assert entry.decided == Span(at("2026-03-06 10:00"), at("2026-03-06 10:00"))
    assert town.history("C-1")[-1] == ("decided", "decided", "decided 10:00, in time")
    assert town.rows(sightings) == []


def test_a_decided_contact_ends_its_alert_and_a_reopened_one_is_watched_again(either_town: Town) -> None:
    town = either_town
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    town.council.decide("C-1", "2026-03-06 12:35")
    town.report("2026-03-06 12:40")
    assert town.open_alerts() == {}
    town.council.decide("C-1", None)
    town.report("2026-03-06 13:00")
    assert town.open_alerts() == {"C-1": "red"}
    entry = town.entry("C-1")
    assert (entry.state, entry.reopened) == (State.OPEN, True)
    town.council.decide("C-1", "2026-03-06 16:00")
    town.report(LATE)
    assert town.entry("C-1").decided == Span(at("2026-03-06 12:35"), at("2026-03-06 12:35"))
    assert [kind for kind, _, _ in town.history("C-1")] == ["appeared", "decided", "reopened", "decided"]


def test_a_decision_that_lies_ahead_ends_the_watch_when_it_has_come(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY, decided_at="2026-03-06 12:00", outcome="nfa")
    town.report(FRIDAY)
    assert town.entry("C-1").state is State.OPEN
    town.report(NOON)
    assert town.entry("C-1").state is State.DECIDED


# corrections


def test_a_corrected_risk_or_receipt_is_a_transition_with_both_values(either_town: Town) -> None:
    town = either_town
    town.council.add("C-1", DUE_FRIDAY, risk="green")
    town.report(THURSDAY)
    town.council.change("C-1", risk="red", received_at="2026-03-05 12:05")
    town.report(FRIDAY)
    kind, level, reason = town.history("C-1")[-1]
    assert (kind, level) == ("corrected", "red")
    assert reason.startswith("received corrected from Thu 14:05 to Thu 12:05, risk changed from green to red: ")
    deadline = town.entry("C-1").future.deadline
    assert deadline is not None
    assert deadline.at == at("2026-03-06 12:05")


def test_a_deadline_that_moves_is_told_again_and_one_that_moves_away_ends_the_alert(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    town.council.change("C-1", received_at="2026-03-05 15:05")
    town.report("2026-03-06 12:40")
    assert town.open_alerts() == {"C-1": "red"}
    assert "C-1 due 15:05" in town.messages("alert")[-1].body
    town.council.change("C-1", received_at="2026-03-06 12:00")
    town.report("2026-03-06 12:50")
    assert town.open_alerts() == {}
    assert town.entry("C-1").level is Level.AMBER


def test_changed_rules_recompute_every_timeline_and_end_what_they_no_longer_alert(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    assert town.open_alerts() == {"C-1": "red"}
    relaxed = town.under(policy=policy(replace(DAY_LONG, seconds=72 * HOUR)))
    result = relaxed.report("2026-03-06 12:40")
    assert town.open_alerts() == {}
    assert result.changes == {"rules": 1}
    deadline = town.entry("C-1").future.deadline
    assert deadline is not None
    assert deadline.at == at("2026-03-08 14:05")
    assert relaxed.report("2026-03-06 12:50").changes == {}


# doubtful times


def test_an_unreadable_time_is_red_from_first_sight_until_it_is_corrected(town: Town) -> None:
    town.council.add("C-1", "yesterday")
    town.report(FRIDAY)
    assert town.open_alerts() == {"C-1": "red"}
    assert town.history("C-1") == [("appeared", "red", "first seen: time unreadable")]
    town.council.add("C-2", "2026-03-06 08:00")  # otherwise the message would be the first look's
    town.report("2026-03-06 08:40")
    town.council.change("C-1", received_at="2026-03-06 08:00")
    town.report("2026-03-06 08:50")
    assert town.open_alerts() == {}
    assert town.history("C-1")[-1][:2] == ("corrected", "green")


def test_a_time_in_the_future_stays_unreadable_even_when_it_has_come(either_town: Town) -> None:
    town = either_town
    town.council.add("C-1", "2026-03-06 14:00")
    town.report(FRIDAY)
    assert town.entry("C-1").received is None
    town.council.change("C-1", team="North")
    town.report(LATE)
    assert (town.entry("C-1").received, town.entry("C-1").teams) == (None, ("North",))
    assert town.open_alerts() == {"C-1": "red"}
    town.council.change("C-1", received_at="2026-03-06 08:00")
    town.report("2026-03-06 16:40")
    assert town.entry("C-1").received == at("2026-03-06 08:00")


def test_a_contact_older_than_the_look_back_is_still_read_by_its_key(either_town: Town) -> None:
    town = either_town
    town.council.add("C-old", "2026-03-05 10:00")
    town.report(THURSDAY)
    town.council.add("C-new", "2026-09-10 10:00")
    later = "2026-09-10 12:30"  # 189 days on: the look-back is 180
    town.report(later)
    assert {row.contact_id for row in town.rows(transitions, transitions.c.at == at(later))} == {"C-old", "C-new"}
    assert town.entry("C-old").state is State.OPEN
    town.council.decide("C-old", "2026-09-10 13:00")
    town.report("2026-09-10 16:30")
    assert town.entry("C-old").state is State.DECIDED


def test_an_id_with_blanks_around_it_is_one_contact_at_every_look(town: Town) -> None:
    town.council.add(" C-1 ", DUE_FRIDAY)
    town.report(THURSDAY)
    town.council.remove(" C-1 ")
    town.council.add("C-2", "2026-03-05 16:00")
    town.report("2026-03-05 16:40")
    assert town.entry("C-1").state is State.MISSING
    town.report("2026-03-05 16:50")
    town.council.add(" C-1 ", DUE_FRIDAY)
    town.report(FRIDAY)
    assert town.entry("C-1").state is State.OPEN


def test_a_first_look_finds_every_row_of_an_id_in_two_spellings(town: Town) -> None:
    town.council.add("C-1", "2026-03-04 10:00", "p1", decided_at="2026-03-04 11:00")
    town.council.add(" C-1", DUE_FRIDAY, "p2")
    town.report(THURSDAY)
    assert (town.entry("C-1").children, town.entry("C-1").received) == (2, at("2026-03-04 10:00"))


def test_a_dry_run_says_what_a_pass_would_do_and_leaves_no_trace(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    before = town.everything()
    result = passes.dry_run(town.hub, town.engine, at(NOON))
    assert ([item.level for item in result.position.watched], result.messages) == ([Level.RED], 1)
    assert town.everything() == before
