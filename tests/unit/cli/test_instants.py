"""Instants on the command line: local without an offset, and never one to come."""

from argparse import Namespace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mash_monitor.cli.given import asked_at, instant
from mash_monitor.cli.main import UsedWrongError

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-06T16:30", "2026-03-06T16:30"),
        ("2026-07-06T16:30", "2026-07-06T15:30"),
        ("2026-07-06 16:30:15", "2026-07-06T15:30:15"),
        ("2026-07-06", "2026-07-05T23:00"),
        ("2026-07-06T16:30Z", "2026-07-06T16:30"),
        ("2026-07-06T16:30+00:00", "2026-07-06T16:30"),
        ("2026-07-06T16:30-05:00", "2026-07-06T21:30"),
        ("2026-10-25T01:30", "2026-10-25T00:30"),  # twice that night: the earlier one
        (" 2026-03-06T16:30 ", "2026-03-06T16:30"),
    ],
)
def test_a_time_without_an_offset_is_the_hubs_own(text: str, utc: str) -> None:
    assert instant(text, LONDON, "--at") == int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize("wrong", ["", "now", "16:30", "06/03/2026", "2026-02-30", "2026-03-06T25:00", "1e9"])
def test_something_that_is_no_time_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(UsedWrongError, match=r"--until: found .*expected a time such as 2026-03-06T16:30"):
        instant(wrong, LONDON, "--until")


@pytest.mark.parametrize("far", ["0001-01-01", "1900-01-01", "9999-12-31T23:59"])
def test_a_year_that_no_calendar_reaches_is_refused(far: str) -> None:
    with pytest.raises(UsedWrongError, match="expected one that a calendar reaches"):
        instant(far, LONDON, "--at")


def test_a_position_to_come_is_refused() -> None:
    with pytest.raises(UsedWrongError, match="still to come"):
        asked_at(Namespace(at="2189-01-01"), LONDON)


def test_without_a_time_the_present_one_is_meant() -> None:
    at, now = asked_at(Namespace(at=None), LONDON)
    assert at == now
    earlier, later = asked_at(Namespace(at="2020-01-01"), LONDON)
    assert earlier < now <= later
