"""Rotas kept in iCalendar files, as calendars really are exported."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mash_monitor.config import ConfigError, load, recipients
from mash_monitor.config.ics import CalendarFile
from mash_monitor.config.roster import HubRoster
from mash_monitor.domain.roster import Shift
from tests.unit.config.documents import changed, write
from tests.unit.domain.hubs import LONDON, at

NOW = at("2026-03-25 12:00")
NIGHT = """\
UID:night
SUMMARY:Alice
DTSTART;TZID=Europe/London:20260105T170000
DTEND;TZID=Europe/London:20260106T090000
RRULE:FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20260330
"""


def ics(*events: str) -> str:
    bodies = "".join(f"BEGIN:VEVENT\n{event}END:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n{bodies}END:VCALENDAR\n".replace("\n", "\r\n")


def calendar(folder: Path, *events: str) -> CalendarFile:
    path = folder / "oncall.ics"
    path.write_text(ics(*events), encoding="utf-8", newline="")
    return CalendarFile(path, ["alice", "bob"], LONDON)


def shift(alias: str, start: str, end: str) -> Shift:
    return Shift(alias, at(start), at(end))


def test_an_event_is_a_shift_and_one_that_repeats_is_many_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    once = "UID:1\nSUMMARY: BOB \nDTSTART:20260325T080000Z\nDTEND:20260325T160000Z\n"
    assert calendar(tmp_path, NIGHT, once).around(NOW) == ((
        shift("alice", "2026-03-28 17:00", "2026-03-29 09:00"),  # the night in which the clocks go forward
        shift("alice", "2026-03-29 17:00", "2026-03-30 09:00"),
        shift("bob", "2026-03-25 08:00", "2026-03-25 16:00"),
    ), None)  # fmt: skip


@pytest.mark.parametrize(
    ("more", "starts"),
    [
        ("EXDATE;TZID=Europe/London:20260328T170000\n", ["2026-03-29 17:00"]),
        ("RDATE;TZID=Europe/London:20260401T180000\n", ["2026-03-28 17:00", "2026-03-29 17:00", "2026-04-01 18:00"]),
        ("STATUS:CANCELLED\n", []),
    ],
)
def test_turns_are_left_out_and_added(tmp_path: Path, more: str, starts: list[str]) -> None:
    shifts, trouble = calendar(tmp_path, NIGHT + more).around(NOW)
    assert ([found.start for found in shifts], trouble) == ([at(start) for start in starts], None)


def test_a_single_turn_that_somebody_else_takes_replaces_the_one_of_the_series(tmp_path: Path) -> None:
    swapped = (
        "UID:night\nRECURRENCE-ID;TZID=Europe/London:20260328T170000\nSUMMARY:bob\n"
        "DTSTART;TZID=Europe/London:20260328T180000\nDTEND;TZID=Europe/London:20260329T100000\n"
    )
    shifts, _ = calendar(tmp_path, NIGHT, swapped).around(NOW)
    assert set(shifts) == {
        shift("alice", "2026-03-29 17:00", "2026-03-30 09:00"),
        shift("bob", "2026-03-28 18:00", "2026-03-29 10:00"),
    }


def test_a_series_without_an_end_goes_on_and_a_swap_in_another_one_does_not_touch_it(tmp_path: Path) -> None:
    endless = NIGHT.replace(";UNTIL=20260330", "").replace("UID:night", "UID:endless")
    swapped = (
        "UID:night\nRECURRENCE-ID;TZID=Europe/London:20260328T170000\nSUMMARY:bob\n"
        "DTSTART;TZID=Europe/London:20260328T170000\nDTEND;TZID=Europe/London:20260329T090000\n"
    )
    shifts, trouble = calendar(tmp_path, endless, swapped).around(NOW)
    assert trouble is None
    assert [found.alias for found in shifts] == ["alice"] * 17 + ["bob"]


def test_a_whole_day_is_one_of_the_hubs_and_a_time_without_a_zone_too(tmp_path: Path) -> None:
    day = "UID:1\nSUMMARY:bob\nDTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260330\n"
    floating = "UID:2\nSUMMARY:alice\nDTSTART:20260401T170000\nDURATION:PT2H\n"
    assert calendar(tmp_path, day, floating).around(NOW)[0] == (
        shift("bob", "2026-03-29 00:00", "2026-03-30 00:00"),  # 23 hours long
        shift("alice", "2026-04-01 17:00", "2026-04-01 19:00"),
    )


def test_a_shift_that_began_long_before_is_still_one(tmp_path: Path) -> None:
    week = "UID:1\nSUMMARY:bob\nDTSTART:20260301T000000\nDTEND:20260401T000000\n"
    assert len(calendar(tmp_path, week).around(NOW)[0]) == 1


@pytest.mark.parametrize(
    "event",
    [
        "UID:1\nSUMMARY:Jane Smith\nDTSTART:20260326T080000\nDTEND:20260326T160000\n",
        "UID:1\nDTSTART:20260326T080000\nDTEND:20260326T160000\n",
        "UID:1\nSUMMARY:bob\n",
        "UID:1\nSUMMARY:bob\nDTSTART:20260326T080000\nDTEND:20260325T160000\n",
        "UID:1\nSUMMARY:bob\nDTSTART:soon\nDTEND:20260325T160000\n",
        "UID:1\nSUMMARY:bob\nDTSTART:20260326T080000\nDTEND:20260326T090000\nRRULE:FREQ=SECONDLY\n",
        "UID:1\nSUMMARY:bob\nDTSTART:20260326T080000\nDTEND:20260326T090000\nRRULE:FREQ=SOMETIMES\n",
        "UID:1\nSUMMARY:bob\nDTSTART:00010101T080000\nDTEND:00010101T090000\nRRULE:FREQ=DAILY\n",
    ],
)
def test_an_event_that_is_nobodys_or_cannot_be_understood_is_left_out_and_told_without_its_words(
    tmp_path: Path, event: str
) -> None:
    shifts, trouble = calendar(tmp_path, event, NIGHT).around(NOW)
    assert len(shifts) == 2
    assert trouble is not None
    assert trouble.startswith("1 event of the calendar oncall.ics left out")
    assert "Smith" not in trouble


@pytest.mark.parametrize(
    "content", [b"", b"SUMMARY:Jane Smith", b"BEGIN:VEVENT\nEND:VEVENT", b"\xff\xfe\x00\x00", b"PK\x03\x04"]
)
def test_a_file_that_is_no_calendar_gives_no_shifts_and_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "oncall.ics"
    path.write_bytes(content)
    shifts, trouble = CalendarFile(path, ["alice"], LONDON).around(NOW)
    assert (shifts, trouble) == ((), "oncall.ics is not an iCalendar file; export the calendar again")


def test_a_calendar_is_read_again_when_it_changes_is_gone_or_comes_back(tmp_path: Path) -> None:
    read = calendar(tmp_path, NIGHT)
    path = tmp_path / "oncall.ics"
    assert len(read.around(NOW)[0]) == 2
    path.write_text(ics(), encoding="utf-8")
    assert read.around(NOW) == ((), None)
    path.unlink()
    assert read.around(NOW) == ((), "the calendar oncall.ics cannot be read: No such file or directory")
    path.write_text(ics(NIGHT), encoding="utf-8")
    os.utime(path, (1, 1))
    assert len(read.around(NOW)[0]) == 2
    assert read.around(at("2026-01-12 12:00"))[0][0] == shift("alice", "2026-01-10 17:00", "2026-01-11 09:00")


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([
    "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "SUMMARY:bob", "DTSTART:20260326T080000",
    "DTEND;VALUE=DATE:20260327", "DTEND:20260327T080000Z", "DURATION:-P1D", "DURATION:P99999999D", "RRULE:FREQ=DAILY",
    "RRULE:UNTIL=2", "RRULE:FREQ=YEARLY;BYMONTH=13", "RECURRENCE-ID:x", "EXDATE:20260326", "RDATE;VALUE=PERIOD:x/y",
    "DTSTART;TZID=Nowhere:99991231T235959", "x", "", ":", ";=:",
]) | st.text(max_size=20), max_size=14))  # fmt: skip
def test_whatever_the_file_holds_there_is_an_answer(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "oncall.ics"
    wrapped = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    path.write_text("\r\n".join(wrapped), encoding="utf-8", newline="")
    shifts, _ = CalendarFile(path, ["bob"], LONDON).around(NOW)
    assert all(found.alias == "bob" and found.start <= found.end for found in shifts)


CONFIG = changed(
    "[people.duty]", '[people.duty]\n[people.alice]\n[rota.night]\ncalendar = "rota/oncall.ics"\ndefault = ["duty"]'
)


def test_a_calendar_lies_beside_the_configuration_and_what_it_leaves_open_goes_to_the_default(tmp_path: Path) -> None:
    (tmp_path / "rota").mkdir()
    (tmp_path / "rota" / "oncall.ics").write_text(ics(NIGHT), encoding="utf-8", newline="")
    roster = HubRoster(load(write(tmp_path, CONFIG), {}), "north")
    for when, who in (("2026-03-28 18:00", "alice"), ("2026-03-29 08:59", "alice"), ("2026-03-29 09:00", "duty")):
        assert roster.at(at(when)).resolve(["night"], (), at(when), LONDON).people == (who,)


def test_a_calendar_that_is_missing_stops_nothing(tmp_path: Path) -> None:
    found = HubRoster(load(write(tmp_path, CONFIG), {}), "north").at(NOW).resolve(["night"], (), NOW, LONDON)
    assert found.people == ("duty",)
    assert found.why == ("rota night: the calendar oncall.ics cannot be read: No such file or directory",)


def test_without_the_package_that_reads_calendars_a_rota_with_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "find_spec", lambda name: None)
    with pytest.raises(
        ConfigError, match=r"rota\.night\.calendar: needs a package: pip install .mash-monitor\[calendar\]"
    ):
        load(write(tmp_path, CONFIG), {})
