"""The made-up hub: its shares over half a year, its day, its history, its open position, its faults."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mash_monitor.domain.calendar import Calendar, NeverStaffed, wall
from mash_monitor.domain.contact import Outcome
from mash_monitor.domain.rating import Level, Policy, timeline
from mash_monitor.simulate.native import NativeRow, write_csv
from mash_monitor.simulate.synthetic import contacts, week
from tests.unit.simulate.plain_count import BANK_HOLIDAYS, LONDON, contacts_of, percent, spoilt

HOUR, DAY, SEEDS = 3600, 86_400, (1, 2, 3, 4)
START = int(datetime(2025, 11, 3, tzinfo=LONDON).timestamp())  # Christmas and Easter inside
END = START + 26 * 7 * DAY
LATER = END + 60 * DAY


@pytest.fixture(scope="module")
def histories(calendar: Calendar) -> dict[int, list[NativeRow]]:
    """Half a year for each seed, every contact decided."""
    return {seed: list(contacts(seed, START, END, LATER, calendar)) for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_half_a_year_has_the_published_shares_by_both_clocks(histories: dict[int, list[NativeRow]], seed: int) -> None:
    found = contacts_of(histories[seed])
    assert percent([seen.within_24_hours for seen in found]) == pytest.approx(44, abs=1.5)
    assert percent([seen.within_one_working_day for seen in found]) == pytest.approx(88, abs=1.5)


def test_volume_police_share_and_conversion_are_those_published(
    histories: dict[int, list[NativeRow]],
) -> None:
    found = [seen for rows in histories.values() for seen in contacts_of(rows)]
    police = [seen for seen in found if seen.from_police]
    assert len(found) / len(SEEDS) / 26 * 13 == pytest.approx(2017, rel=0.05)
    assert percent([seen.from_police for seen in found]) == pytest.approx(54.4, abs=1.5)
    assert percent([seen.converted for seen in found]) == pytest.approx(16.4, abs=1)
    assert percent([seen.converted for seen in police]) == pytest.approx(7.8, abs=1)


def test_decisions_are_made_after_receipt_and_only_while_the_hub_is_staffed(
    histories: dict[int, list[NativeRow]], calendar: Calendar
) -> None:
    for seen in contacts_of(histories[1]):
        assert seen.decided is not None
        assert seen.decided > seen.received
        assert calendar.is_open(int(seen.decided.timestamp()))


def test_police_write_at_night_and_at_weekends_but_schools_keep_office_hours(
    histories: dict[int, list[NativeRow]],
) -> None:
    found = contacts_of(histories[1])
    police = [seen.received for seen in found if seen.from_police]
    schools = [seen.received for seen in found if seen.source_code == "2A"]
    assert percent([at.weekday() >= 5 for at in police]) > 20
    assert percent([at.hour < 8 or at.hour >= 18 for at in police]) > 35
    assert len(schools) > 300
    assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in schools)
    assert not any(at.date() in BANK_HOLIDAYS for at in schools)


def test_a_contact_has_one_row_for_each_child_and_a_reference_of_its_own(
    histories: dict[int, list[NativeRow]],
) -> None:
    rows = [row for row in histories[1] if not spoilt(row)]
    children = Counter(row.contact_id for row in rows)
    assert len({(row.contact_id, row.person_id) for row in rows}) == len(rows)
    assert 1.3 < len(rows) / len(children) < 1.7
    assert max(children.values()) > 2
    assert len({(row.contact_id, row.received_at) for row in rows}) == len(children)


def test_outcomes_are_native_risk_is_mostly_empty_and_workers_are_references(
    histories: dict[int, list[NativeRow]],
) -> None:
    rows = histories[1]
    assert {row.outcome for row in rows} == set(Outcome)
    risks = Counter(row.risk for row in rows)
    assert set(risks) == {"", "red", "amber", "green", "blue"}
    assert risks[""] > len(rows) / 2
    assert {len(row.worker) for row in rows} == {3}
    assert {row.worker[0] for row in rows} == {"W"}
    assert all(row.person_id[0] == "P" and row.person_id[1:].isdigit() for row in rows)


def test_a_few_rows_are_spoilt_in_each_of_the_ways_of_real_exports(
    histories: dict[int, list[NativeRow]],
) -> None:
    rows = histories[1]
    dates_only = [row for row in rows if "/" in row.received_at]
    unreadable = [row for row in rows if row.received_at.startswith("#")]
    unknown = [row for row in rows if row.source_code.startswith("LOC")]
    too_early = [row for row in rows if "T" in row.received_at and row.decided_at < row.received_at]
    for faults in (dates_only, unreadable, unknown, too_early):
        assert 0 < len(faults) < len(rows) / 100
    assert all(datetime.strptime(row.received_at, "%d/%m/%Y").replace(tzinfo=LONDON) for row in dates_only)


def test_the_same_seed_and_now_give_the_same_file_and_another_seed_another(tmp_path: Path, calendar: Calendar) -> None:
    for name, seed in (("one", 7), ("same", 7), ("other", 8)):
        write_csv(tmp_path / name, contacts(seed, START, START + 60 * DAY, START + 30 * DAY + 16 * HOUR, calendar))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "same").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_a_file_has_the_native_header_and_says_how_many_rows_it_holds(tmp_path: Path, calendar: Calendar) -> None:
    rows = list(contacts(1, START, START + 7 * DAY, LATER, calendar))
    assert write_csv(tmp_path / "week.csv", rows) == len(rows)
    with (tmp_path / "week.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == [
        "contact_id", "person_id", "received_at", "decided_at", "source_code", "source_desc", "risk", "team",
        "worker", "outcome",
    ]  # fmt: skip
    assert [tuple(line) for line in lines] == [tuple(row) for row in rows]
    assert write_csv(tmp_path / "none.csv", []) == 0


def test_another_now_sees_the_same_history_with_later_decisions_left_open(calendar: Calendar) -> None:
    now = START + 40 * DAY + 16 * HOUR + HOUR // 2
    then = list(contacts(5, START, END, now, calendar))
    at_last = list(contacts(5, START, END, LATER, calendar))[: len(then)]
    local_now = datetime.fromtimestamp(now, LONDON).replace(tzinfo=None).isoformat(timespec="minutes")
    still_open = 0
    for before, after in zip(then, at_last, strict=True):
        if before.decided_at:
            assert before == after
            assert before.decided_at <= local_now
        else:
            still_open += 1
            assert before == after._replace(decided_at="", outcome="")
            assert after.decided_at > local_now or spoilt(after)
    assert still_open > 0


def test_a_later_start_sees_the_same_history(calendar: Calendar) -> None:
    wednesday = START + 9 * DAY + 11 * HOUR
    whole = list(contacts(5, START, END, START + 21 * DAY, calendar))
    part = list(contacts(5, wednesday, END, START + 21 * DAY, calendar))
    assert part == whole[-len(part) :]
    assert 0 < len(part) < len(whole)


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)])
def test_times_written_in_the_weeks_of_a_clock_change_can_be_read_back(monday: date, calendar: Calendar) -> None:
    for history in week(1, monday, calendar):
        (row, *_) = history.rows(history.decided, LONDON)
        for written, meant in ((row.received_at, history.received), (row.decided_at, history.decided)):
            assert datetime.fromisoformat(written).replace(tzinfo=LONDON).timestamp() == meant


def test_nothing_is_received_outside_the_time_asked_for_or_after_now(calendar: Calendar) -> None:
    start, end = START + 11 * HOUR, START + 15 * DAY + 7 * HOUR
    for now in (end + 10 * DAY, end - 3 * DAY):
        received = [seen.received.timestamp() for seen in contacts_of(contacts(2, start, end, now, calendar))]
        assert start <= min(received)
        assert max(received) <= min(end - 1, now)
        assert received == sorted(received)
    assert list(contacts(2, start, end, start - DAY, calendar)) == []
    assert list(contacts(2, start, start, end, calendar)) == []


def test_the_last_report_of_a_weekday_shows_every_colour_and_a_few_overdue(calendar: Calendar, policy: Policy) -> None:
    sizes = []
    for monday in (date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 22)):
        for day in (monday + timedelta(days=number) for number in range(4)):
            levels = _open_position(3, day, calendar, policy)
            sizes.append(levels.total())
            assert set(levels) == set(Level)
            assert 1 <= levels[Level.OVERDUE] <= 15
    assert min(sizes) >= 15
    assert max(sizes) <= 45


def test_on_a_friday_afternoon_all_that_is_open_is_red_because_nobody_is_there_tomorrow(
    calendar: Calendar, policy: Policy
) -> None:
    levels = _open_position(3, date(2026, 6, 5), calendar, policy)
    assert set(levels) == {Level.OVERDUE, Level.RED}


def test_a_hub_that_never_shuts_decides_its_contacts_in_the_same_shares() -> None:
    around_the_clock = Calendar(LONDON, (((0, DAY),),) * 7)
    found = contacts_of(contacts(1, START, START + 13 * 7 * DAY, LATER, around_the_clock))
    assert percent([seen.within_24_hours for seen in found]) == pytest.approx(44, abs=2)


def test_a_hub_that_never_opens_is_refused_because_nobody_would_decide_anything() -> None:
    with pytest.raises(NeverStaffed):
        list(contacts(1, START, END, LATER, Calendar(LONDON, ((),) * 7)))


def _open_position(seed: int, day: date, calendar: Calendar, policy: Policy) -> Counter[Level]:
    """How the contacts that are open at 16:30 stand."""
    now = wall(day, 16 * HOUR + HOUR // 2, LONDON)
    monday = day - timedelta(days=day.weekday())
    weeks = (week(seed, monday - timedelta(days=7 * back), calendar) for back in range(5))
    return Counter(
        timeline(history.received, "unrated", "", policy).level(now)
        for histories in weeks
        for history in histories
        if history.received <= now < history.decided
    )
