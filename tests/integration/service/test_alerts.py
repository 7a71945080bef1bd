"""Who is told what, when: one open alert a contact, one message a person, the ladder step by step."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.rating import Level
from mash_monitor.service import passes
from mash_monitor.service.positions import as_of_now
from mash_monitor.state import hubs as hub_rows
from mash_monitor.state.database import reading, writing
from mash_monitor.state.hubs import PassOvertaken
from mash_monitor.state.schema import alerts, audit, hubs, slots
from mash_monitor.state.slots import Claim, FenceLost
from tests.integration.service.town import PEOPLE, Town
from tests.unit.domain.hubs import at

THURSDAY, FRIDAY, NOON, LATE = "2026-03-05 16:30", "2026-03-06 08:30", "2026-03-06 12:30", "2026-03-06 16:30"
DUE_FRIDAY = "2026-03-05 14:05"
AMBER = Step(Level.AMBER, ("duty",), ("sms",))


def ladder(*steps: Step) -> tuple[Step, ...]:
    return steps


# one open alert a contact


def test_a_red_alert_ends_only_in_the_transaction_that_raises_the_overdue_one(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    result = town.overdue("2026-03-06 14:06")
    assert result is not None
    red, overdue = town.rows(alerts)
    assert (red.level, red.end_reason, red.ended_at) == ("red", "now overdue", overdue.raised_at)
    assert (overdue.level, overdue.deadline, overdue.ended_at) == ("overdue", at("2026-03-06 14:05"), None)
    assert town.alerted(since="2026-03-06 14:00") == [("duty", "overdue", 1), ("manager", "overdue", 1)]
    assert town.overdue("2026-03-06 14:07") is None


def test_the_database_itself_holds_one_open_alert_a_contact(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    (row,) = town.rows(alerts)
    again = {name: value for name, value in row._mapping.items() if name != "id"}
    with pytest.raises(IntegrityError), writing(town.engine) as connection:
        connection.execute(alerts.insert().values(**again))


def test_the_deadline_itself_is_in_time_and_the_next_second_is_not(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    assert town.overdue("2026-03-06 14:05") is None
    assert town.overdue("2026-03-06 14:05:01") is not None
    assert town.entry("C-1").breached_at == at("2026-03-06 14:05:01")


def test_a_contact_decided_meanwhile_is_not_told_overdue(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    town.council.decide("C-1", "2026-03-06 13:00")
    assert town.overdue("2026-03-06 14:06") is not None
    assert town.history("C-1")[-1][2] == "decided 13:00, in time"
    assert (town.open_alerts(), len(town.alerted())) == ({}, 1)


def test_a_better_level_ends_the_alert_and_raises_the_lower_one_where_the_ladder_has_it(town: Town) -> None:
    town = town.under(ladder=ladder(AMBER, *town.ladder))
    town.council.add("C-1", "2026-03-05 12:05")
    town.report(NOON)
    assert town.open_alerts() == {"C-1": "overdue"}
    town.council.change("C-1", received_at="2026-03-06 12:05")
    town.report("2026-03-06 12:40")
    assert town.open_alerts() == {"C-1": "amber"}
    assert town.alerted(since="2026-03-06 12:40") == [("duty", "amber", 1)]
    assert town.entry("C-1").breached_at == at("2026-03-06 12:05:01")  # once breached, always breached


def test_amber_is_alerted_only_where_the_ladder_has_amber(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(FRIDAY)  # 14:05 lies before the report of 16:30: amber now, red at 10:05
    assert (town.entry("C-1").level, town.open_alerts()) == (Level.AMBER, {})
    town.council.add("C-2", DUE_FRIDAY)
    town.under(ladder=ladder(AMBER)).report("2026-03-06 08:40")
    assert town.open_alerts() == {"C-2": "amber"}


def test_red_and_overdue_stand_as_alerts_even_where_no_step_speaks_of_them(town: Town) -> None:
    silent = town.under(ladder=())
    town.council.add("C-1", DUE_FRIDAY)
    silent.report(NOON)
    assert (town.open_alerts(), town.messages("alert")) == ({"C-1": "red"}, [])


# between reports


def test_between_reports_red_is_told_and_amber_waits_for_the_report(town: Town) -> None:
    town = town.under(ladder=ladder(AMBER, *town.ladder))
    town.report(THURSDAY)
    town.council.add("C-1", "2026-03-05 16:40")  # red before the night: due on Friday at 16:40, after the last report
    town.council.add("C-2", "2026-03-05 14:05")
    town.watch("2026-03-06 09:00")
    assert town.open_alerts() == {"C-1": "amber", "C-2": "amber"}
    assert town.climb("2026-03-06 09:00") == 0
    assert town.alerted() == []
    town.watch("2026-03-06 10:10")
    assert town.alerted() == [("duty", "red", 1)]
    town.report(NOON)
    assert ("duty", "red", 1) in town.alerted(since=NOON)
    assert town.messages(
        "summary",
        since="2026-03-06 09:00",
    )[-1].created_at == at(NOON)


# the ladder


def test_a_step_speaks_once_after_its_time_and_only_while_nobody_acknowledged(town: Town) -> None:
    town = town.under(ladder=ladder(
        Step(Level.RED, ("duty",), ("sms",)), Step(Level.RED, ("manager",), ("sms",), after=1800),
    ))  # fmt: skip
    town.council.add("C-1", DUE_FRIDAY)
    town.council.add("C-2", "2026-03-05 14:30")
    town.report(NOON)
    assert town.climb("2026-03-06 12:59") == 0
    with writing(town.engine) as connection:
        connection.execute(alerts.update().where(alerts.c.contact_id == "C-2").values(acknowledged_at=at(NOON)))
    assert town.climb("2026-03-06 13:00") == 1
    assert town.climb("2026-03-06 13:01") == 0
    assert town.alerted() == [("duty", "red", 2), ("manager", "red", 1)]
    assert town.rows(alerts)[0].next_step_at is None


def test_a_step_kept_for_other_hours_waits_for_them(town: Town) -> None:
    town = town.under(ladder=ladder(
        Step(Level.RED, ("duty",), ("sms",), hours=Hours.OPEN), Step(Level.RED, ("edt",), ("sms",), hours=Hours.CLOSED),
    ))  # fmt: skip
    town.council.add("C-1", "2026-03-05 20:00")
    town.report("2026-03-06 16:30")
    assert town.alerted() == [("duty", "red", 1)]
    assert [row.next_step_at for row in town.rows(alerts)] == [at("2026-03-06 17:15")]
    assert town.climb("2026-03-06 17:14") == 0
    assert town.climb("2026-03-06 17:15") == 1
    assert town.alerted()[-1] == ("edt", "red", 1)
    town.council.add("C-2", "2026-03-05 21:00")
    town.watch("2026-03-06 19:00")
    assert town.alerted()[-1] == ("edt", "red", 1)
    (waiting,) = [row for row in town.rows(alerts) if row.contact_id == "C-2"]
    assert waiting.next_step_at == at("2026-03-09 08:45")


def test_one_message_a_person_names_the_worst_level_and_the_most_urgent_first(town: Town) -> None:
    town.report(THURSDAY)
    town.council.add("C-1", "2026-03-05 13:30")
    town.council.add("C-2", "2026-03-05 12:00")
    town.report(NOON)
    assert town.alerted() == [("duty", "overdue", 2), ("manager", "overdue", 1)]
    duty = town.messages("alert")[0]
    assert duty.body == (
        "Hereford MASH 12:30: 1 OVERDUE, 1 RED. C-2 OVERDUE since 12:00. C-1 due 13:30. Next 16:30. "
        f"Reply ACK {duty.short_ref}"
    )
    assert duty.valid_until == at(NOON) + 36_000
    assert duty.otherwise == ["email"] or duty.channel == "sms"


def test_a_red_alert_is_worth_receiving_until_the_next_report(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    (duty,) = town.messages("alert")
    assert (duty.valid_until, duty.channel, duty.otherwise) == (at(LATE), "sms", ["email"])
    assert town.messages("summary")[0].valid_until == at(LATE)


def test_a_summary_goes_at_each_report_also_when_nothing_is_red(town: Town) -> None:
    town.report(FRIDAY)
    town.report(NOON)
    assert [(row.person, row.level, row.body) for row in town.messages()] == [
        ("leads", None, "Hereford MASH 08:30: nothing open. Next 12:30."),
        ("leads", None, "Hereford MASH 12:30: nothing open. Next 16:30."),
    ]


def test_ops_hear_once_of_people_whom_no_channel_reaches_and_the_step_is_tried_again(town: Town) -> None:
    nobody = {key: value for key, value in PEOPLE.items() if key[0] != "duty"}
    town.council.add("C-1", DUE_FRIDAY)
    unreached = town.under(people=nobody)
    unreached.report(NOON)
    assert town.alerted() == []
    assert town.told_ops() == ["duty cannot be reached by sms or email"]
    unreached.report("2026-03-06 12:40")
    assert len(town.told_ops()) == 1
    assert any("cannot be reached" in said for said in as_of_now(town.hub, town.engine, at(NOON)).notices)
    assert town.climb("2026-03-06 12:49") == 0
    assert town.climb("2026-03-06 12:50") == 1  # ten minutes after the last try
    town.overdue("2026-03-06 14:06")
    assert town.alerted() == [("duty", "red", 1), ("duty", "overdue", 1), ("manager", "overdue", 1)]
    town.council.add("C-2", "2026-03-05 15:00")
    unreached.watch("2026-03-06 14:10")
    assert town.climb("2026-03-06 14:20") == 1
    assert town.named(town.messages("alert")[-1]) == {"C-2"}
    assert town.alarms() == []


# one transaction a pass


FAILING = {
    "sqlite": ["CREATE TRIGGER broken BEFORE UPDATE ON slots BEGIN SELECT RAISE(ABORT, 'full disk'); END"],
    "postgresql": [
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''full disk''; END'",
        "CREATE TRIGGER broken BEFORE UPDATE ON slots FOR EACH ROW EXECUTE FUNCTION broken()",
    ],
}
MENDED = {"sqlite": ["DROP TRIGGER broken"], "postgresql": ["DROP TRIGGER broken ON slots", "DROP FUNCTION broken"]}


def test_of_a_pass_that_fails_at_its_very_end_nothing_stays(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    with writing(town.engine) as connection:
        values = {"hub": town.name, "slot_at": at(NOON), "state": "running", "owner": "us", "fence": 1}
        connection.execute(slots.insert().values(**values, lease_until=at(NOON) + 90))
    before = town.everything()
    with writing(town.engine) as connection:
        for statement in FAILING[town.engine.dialect.name]:
            connection.exec_driver_sql(statement)
    try:
        with pytest.raises(DBAPIError, match="full disk"):
            town.report(NOON, Claim(at(NOON), 1))
        assert town.everything() == before
    finally:
        with writing(town.engine) as connection:
            for statement in MENDED[town.engine.dialect.name]:
                connection.exec_driver_sql(statement)
    town.report(NOON, Claim(at(NOON), 1))
    assert (town.open_alerts(), town.rows(slots)[0].state) == ({"C-1": "red"}, "done")


def test_a_slot_that_another_process_took_over_leaves_nothing_of_the_pass(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    with writing(town.engine) as connection:
        values = {"hub": town.name, "slot_at": at(NOON), "state": "running", "owner": "them", "fence": 2}
        connection.execute(slots.insert().values(**values, lease_until=at(NOON) + 90))
    before = town.everything()
    with pytest.raises(FenceLost):
        town.report(NOON, Claim(at(NOON), 1))
    assert town.everything() == before


# passes side by side


def test_of_two_passes_over_one_hub_the_later_written_looks_again(town: Town) -> None:
    town.council.add("C-1", DUE_FRIDAY)
    with reading(town.engine) as connection:
        seen = hub_rows.seen(connection, town.name)
    town.report(NOON)
    with pytest.raises(PassOvertaken), writing(town.engine) as connection:
        hub_rows.advance(connection, town.name, seen.pass_no, trouble=None)
    assert town.rows(hubs)[0].pass_no == 1


def test_passes_that_run_at_once_raise_each_alert_once(town: Town) -> None:
    for number in range(5):
        town.council.add(f"C-{number}", DUE_FRIDAY)
    start = threading.Barrier(3)
    failed: list[Exception] = []

    def run() -> None:
        other = town.under()  # a process has its own way to the store
        start.wait()
        try:
            other.report(NOON)
        except FenceLost as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [row.level for row in town.rows(alerts)] == ["red"] * 5
    assert town.alerted() == [("duty", "red", 5)]
    assert town.rows(hubs)[0].pass_no == 3


def test_the_ladder_climbed_by_two_threads_speaks_once(town: Town) -> None:
    town = town.under(ladder=(replace(town.ladder[0], after=1800),))
    for number in range(5):
        town.council.add(f"C-{number}", DUE_FRIDAY)
    town.report(NOON)
    start = threading.Barrier(2)
    made: list[int] = []

    def climb() -> None:
        start.wait()
        made.append(passes.climb(town.hub, town.engine, at("2026-03-06 13:00")))

    threads = [threading.Thread(target=climb) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    assert town.alerted() == [("duty", "red", 5)]
    assert [row.event for row in town.rows(audit)].count("alert") == 1
