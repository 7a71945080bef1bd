"""What changed since the last report, as recorded and as the store shows it now."""

from mash_monitor.domain.changes import Changes
from mash_monitor.domain.position import Position
from mash_monitor.service import positions
from mash_monitor.state import slots
from mash_monitor.state.database import reading, writing
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

MORNING, NOON, AFTERNOON = "2026-03-06 08:30", "2026-03-06 12:30", "2026-03-06 14:10"


def now_at(town: Town, when: str) -> Position:
    return positions.as_of_now(town.hub, town.engine, at(when))


def numbers(changes: Changes | None) -> dict[str, int]:
    assert changes is not None
    names = set(Changes.__slots__) - {"since", "until"}
    return {name: number for name in names if (number := getattr(changes, name))}


def test_before_the_first_look_nothing_is_known_to_have_changed(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30")
    position = now_at(town, MORNING)
    assert (position.changes, position.reported) == (None, None)


def test_what_changed_is_not_told_since_a_report_that_nobody_made(town: Town) -> None:
    with writing(town.engine) as connection:
        slots.begin(connection, town.hub.name, at(NOON))
    town.council.add("C-1", "2026-03-06 07:30")
    town.watch(AFTERNOON)
    for position in (now_at(town, "2026-03-06 14:15"), town.watch("2026-03-06 14:20").position):
        assert (position.changes, position.reported) == (None, None)


def test_a_report_by_hand_is_one_to_count_from_by_its_own_time(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30")
    town.report_of_slot(NOON)
    town.council.add("C-2", "2026-03-06 13:30")
    town.report(AFTERNOON)  # as `poll` makes it
    town.council.add("C-3", "2026-03-06 14:11")
    position = now_at(town, "2026-03-06 14:15")
    assert (position.changes and position.changes.since, numbers(position.changes)["came"]) == (at(AFTERNOON), 1)
    assert position.reported is not None
    assert (position.reported.since, position.reported.until, position.reported.came) == (at(NOON), at(AFTERNOON), 1)


def test_the_first_report_has_none_before_it_to_compare_with(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30")
    first = town.report_of_slot(NOON).position
    assert (first.changes, first.reported) == (Changes(at(NOON), at(NOON)), None)
    town.council.add("C-2", "2026-03-06 14:00")
    position = now_at(town, AFTERNOON)
    assert position.reported is None
    assert position.changes is not None
    assert (position.changes.since, position.changes.came) == (at(NOON), 1)


def test_a_report_that_was_missed_is_none_to_count_from(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30")
    town.report_of_slot("2026-03-05 16:30")
    with writing(town.engine) as connection:
        slots.arrive(connection, town.hub.name, [at(MORNING), at(NOON)])
        slots.arrive(connection, town.hub.name, [at("2026-03-06 16:30")])
    changes = now_at(town, "2026-03-06 16:31").changes
    assert changes is not None
    assert changes.since == at("2026-03-05 16:30")


def test_what_no_pass_has_recorded_yet_counts_as_well(town: Town) -> None:
    for contact_id in ("C-open", "C-decided", "C-gone"):
        town.council.add(contact_id, "2026-03-06 07:30")
    town.council.add("C-due", "2026-03-05 14:05")
    town.report_of_slot(MORNING)
    town.council.add("C-late", "2026-03-06 11:30")
    town.report_of_slot(NOON)
    town.council.decide("C-decided", "2026-03-06 13:00")
    town.council.decide("C-late", "2026-03-06 13:00")
    town.council.remove("C-gone")
    town.council.add("C-new", "2026-03-06 13:30")
    position = now_at(town, AFTERNOON)
    assert numbers(position.changes) == {"overdue": 1, "amber": 1, "decided": 2, "vanished": 1, "came": 1}
    assert numbers(position.reported)["came"] == 1
    town.watch(AFTERNOON)  # once it is on record, it is the same
    assert numbers(now_at(town, "2026-03-06 14:11").changes) == numbers(position.changes)


def test_a_contact_reopened_since_the_last_pass_is_not_a_new_one(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30")
    town.report_of_slot(MORNING)
    town.council.decide("C-1", "2026-03-06 09:00")
    town.report_of_slot(NOON)
    town.council.decide("C-1", None)
    assert numbers(now_at(town, AFTERNOON).changes) == {"reopened": 1, "amber": 1}


def test_a_report_tells_what_changed_since_the_one_before_however_late_that_ran(town: Town) -> None:
    with writing(town.engine) as connection:
        slots.arrive(connection, town.hub.name, [at(MORNING)])
        claim = slots.claim(connection, town.hub.name, "test", at(MORNING), 600)
    town.council.add("C-1", "2026-03-06 07:30")
    town.report("2026-03-06 09:10", claim)
    town.council.add("C-2", "2026-03-06 10:00")
    with reading(town.engine) as connection:
        assert slots.done(connection, town.hub.name, at(NOON), 2) == [(at(MORNING), at("2026-03-06 09:10"))]
    changes = now_at(town, NOON).changes
    assert changes is not None
    assert (changes.since, numbers(changes)) == (at(MORNING), {"came": 1, "amber": 2})


def test_a_store_that_is_not_seen_has_no_changes_but_recorded_ones(town: Town) -> None:
    town.report_of_slot("2026-03-05 16:30")
    town.council.add("C-1", "2026-03-06 07:30")
    town.report_of_slot(MORNING)
    town.council.run("DROP TABLE contacts")
    position = now_at(town, NOON)
    assert position.store.trouble is not None
    assert numbers(position.changes) == {}
    assert numbers(position.reported) == {"came": 1}
