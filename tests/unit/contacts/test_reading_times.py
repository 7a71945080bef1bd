"""Times as stores and files write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.contacts.times import read_time, to_text
from mash_monitor.domain.contact import Precision

LONDON = ZoneInfo("Europe/London")


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-05T10:30:00Z", "2026-03-05T10:30"),
        ("2026-07-05T10:30:00+02:00", "2026-07-05T08:30"),
        ("2026-07-05 10:30", "2026-07-05T09:30"),
        ("2026-07-05 10:30:15.123456", "2026-07-05T09:30:15"),
        (" 05/07/2026 10:30 ", "2026-07-05T09:30"),
        ("5/7/2026 9:05:59", "2026-07-05T08:05:59"),
        (datetime(2026, 7, 5, 10, 30), "2026-07-05T09:30"),  # noqa: DTZ001 - as a driver gives it
        (datetime(2026, 7, 5, 10, 30, tzinfo=UTC), "2026-07-05T10:30"),
        ("2026-03-29 01:30", "2026-03-29T01:30"),  # the hour that spring leaves out: moved forward
    ],
)
def test_an_exact_time_is_one_instant(written: object, instant: str) -> None:
    reading = read_time(written, LONDON)
    assert reading is not None
    assert (reading.earliest, reading.latest, reading.precision) == (utc(instant), utc(instant), Precision.MINUTE)


@pytest.mark.parametrize("written", ["2026-07-05", "05/07/2026", "20260705", date(2026, 7, 5)])
def test_a_date_alone_is_its_whole_local_day(written: object) -> None:
    reading = read_time(written, LONDON)
    assert reading is not None
    assert (reading.earliest, reading.latest) == (utc("2026-07-04T23:00"), utc("2026-07-05T22:59:59"))
    assert reading.precision is Precision.DATE


def test_a_time_in_the_repeated_hour_lies_between_both_instants() -> None:
    reading = read_time("25/10/2026 01:30", LONDON)
    assert reading is not None
    assert (reading.earliest, reading.latest) == (utc("2026-10-25T00:30"), utc("2026-10-25T01:30"))


@pytest.mark.parametrize(
    "written",
    [
        None, "", "soon", "31/02/2026", "2026-13-01", "1900-01-01", "9999-12-31 23:59:59", "01/01/1989", 43831, 4.5,
        b"2026", "05/07/26", "9999-99-99", date(1900, 1, 1), "24/24/2026 99:99", "2026-07-05T10:30:00+99:00",
    ],
)  # fmt: skip
def test_what_is_no_time_or_a_filler_is_unreadable(written: object) -> None:
    assert read_time(written, LONDON) is None


@given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)), st.sampled_from(["", "date", "offset"]))  # noqa: DTZ001
def test_what_is_written_back_reads_as_the_very_same(moment: datetime, kind: str) -> None:
    value = {"": moment, "date": moment.date(), "offset": moment.replace(tzinfo=UTC)}[kind]
    reading = read_time(value, LONDON)
    assert reading is not None
    assert read_time(to_text(reading, LONDON), LONDON) == reading


@given(
    st.text() | st.binary() | st.floats() | st.integers() | st.from_regex(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}[ T]?\d*:?\d*")
)
def test_no_value_makes_the_reader_fall(value: object) -> None:
    reading = read_time(value, LONDON)
    assert reading is None or reading.earliest <= reading.latest
