"""Rule packs: what the shipped ones say, and how a wrong one is told where it is wrong."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mash_monitor.config import ConfigError
from mash_monitor.domain.calendar import DaySpans
from mash_monitor.domain.reports import ReportDays
from mash_monitor.domain.timescale import Clock, Ends
from mash_monitor.rules import Pack, load_pack

RULES = Path(__file__).parents[2] / "rules"

SMALL = """\
[pack]
title = "A day"
source = "A report"

[hours]
mon = ["08:45-17:15"]

[[timescale]]
name = "24 hours"
clock = "elapsed"
hours = 24

[rating]
red_left = "4h"
amber_left = "8h"
"""


def pack(folder: Path, text: str = SMALL) -> Pack:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return load_pack(path)


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new)


def refused(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as error:
        pack(folder, text)
    return error.value.problems


@pytest.mark.parametrize("path", sorted(RULES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_pack_loads_cites_its_source_and_marks_what_no_source_prints(path: Path) -> None:
    loaded = load_pack(path)
    assert len(loaded.source) > 20
    assert any(timescale.rates and timescale.has_deadline for timescale in loaded.timescales)
    assert "# local assumption" in path.read_text(encoding="utf-8")
    loaded.policy(ZoneInfo("Europe/London"), [30_600], ReportDays.ALL)


def test_herefordshire_rates_by_24_hours_and_measures_a_working_day_beside_it() -> None:
    loaded = load_pack(RULES / "herefordshire.toml")
    rating, beside = loaded.timescales
    assert (rating.name, rating.clock, rating.seconds, rating.rates) == ("24 hours", Clock.ELAPSED, 86_400, True)
    assert (beside.clock, beside.days, beside.ends, beside.rates) == (Clock.WORKING_DAYS, 1, Ends.MIDNIGHT, False)
    assert rating.target_pct == 95
    assert loaded.published == date(2020, 6, 2)


def test_bank_holidays_come_from_the_bundled_list_of_the_division_that_is_named(tmp_path: Path) -> None:
    england = pack(tmp_path).bank_holidays
    scotland = pack(tmp_path, changed("[hours]", '[hours]\nholidays = "scotland"')).bank_holidays
    easter_monday, second_of_january = date(2026, 4, 6), date(2026, 1, 2)
    assert easter_monday in england
    assert second_of_january not in england
    assert easter_monday not in scotland
    assert second_of_january in scotland


def test_holidays_that_a_pack_adds_count_and_reach_further_than_the_bundled_list(tmp_path: Path) -> None:
    bundled = pack(tmp_path)
    more = pack(tmp_path, changed("[hours]", "[hours]\nmore_holidays = [2031-12-25]"))
    assert more.bank_holidays - bundled.bank_holidays == {date(2031, 12, 25)}
    assert (bundled.known_until.year < 2031, more.known_until) == (True, date(2031, 12, 31))


def test_a_day_may_have_several_spans_up_to_midnight(tmp_path: Path) -> None:
    week = pack(tmp_path, changed('mon = ["08:45-17:15"]', 'sat = ["00:00-12:00", "12:00-13:30", "20:00-24:00"]')).week
    spans: tuple[DaySpans, ...] = (
        (), (), (), (), (), ((0, 43_200), (43_200, 48_600), (72_000, 86_400)), (),
    )  # fmt: skip
    assert week == spans


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('source = "A report"', "", "[pack]", "pack.source: is missing"),
        ('source = "A report"', 'source = ""', "source", "pack.source: found ''"),
        ('title = "A day"', 'title = "A day"\npublished = "soon"', "published", "pack.published: found 'soon'"),
        ('mon = ["08:45-17:15"]', 'mon = ["17:15-08:45"]', "mon", "expected a span that opens before it closes"),
        ('mon = ["08:45-17:15"]', 'mon = ["08:45"]', "mon", "expected a span such as"),
        ('mon = ["08:45-17:15"]', 'mon = "08:45-17:15"', "mon", "expected spans such as"),
        ('mon = ["08:45-17:15"]', 'mon = ["08:45-25:00"]', "mon", "found '25:00', expected a time of day"),
        ('mon = ["08:45-17:15"]', 'mon = ["09:00-13:00", "12:00-17:00"]', "mon", "overlaps the span before it"),
        ('mon = ["08:45-17:15"]', 'mon = ["13:00-17:00", "09:00-12:00"]', "mon", "stands before it"),
        ('mon = ["08:45-17:15"]', "", "[hours]", "found no opening hours"),
        ('mon = ["08:45-17:15"]', "mon = []", "[hours]", "found no opening hours"),
        ('mon = ["08:45-17:15"]', 'monday = ["08:45-17:15"]', "monday", "did you mean 'mon'?"),
        ("[hours]", '[hours]\nholidays = "wales"', "holidays", "hours.holidays: found 'wales'"),
        ("[hours]", '[hours]\nclosed = ["25 Dec"]', "closed", "hours.closed"),
        ('clock = "elapsed"', 'clock = "sundial"', "clock", "timescale[1].clock: found 'sundial'"),
        ("hours = 24", "", "[[timescale]]", "needs hours = N and no days, as its clock is elapsed"),
        ("hours = 24", "hours = 0", "hours = 0", "timescale[1].hours"),
        ("hours = 24", "hours = inf", "hours = inf", "timescale[1].hours"),
        ("hours = 24", "hours = true", "hours = true", "timescale[1].hours: found True, expected hours above 0"),
        ("hours = 24", "hours = nan", "hours = nan", "timescale[1].hours"),
        ("hours = 24", "hours = 1e300", "hours = 1e300", "timescale[1].hours"),
        ("hours = 24", "days = 1", "[[timescale]]", "needs hours = N and no days"),
        ("hours = 24", 'hours = 24\nends = "close"', "[[timescale]]", "found ends, which is meant for working days"),
        ("hours = 24", "hours = 24\nruns_past_closing = true", "[[timescale]]", "meant for working hours"),
        ("hours = 24", "hours = 24\ntarget_pct = 120", "target_pct", "timescale[1].target_pct: found 120"),
        ("hours = 24", 'hours = 24\nrisk = ["pink"]', "risk", "timescale[1].risk[1]: found 'pink'"),
        ("hours = 24", "hours = 24\nsource_group = []", "source_group", "timescale[1].source_group"),
        ("hours = 24", 'hours = "none"', "", "found no timescale that rates"),
        ("hours = 24", "hours = 24\nrates = false", "", "found no timescale that rates"),
        ("hours = 24", 'hours = 24\nrisk = ["red"]', "", 'found no timescale for "unrated"'),
        ('red_left = "4h"', 'red_left = "9h"', "[rating]", "found amber_left shorter than red_left"),
        ('red_left = "4h"', 'red_left = "four"', "red_left", "rating.red_left: found 'four', expected a length"),
        ('red_left = "4h"', 'red_left = "4h"\ncounted_in = "naps"', "counted_in", "rating.counted_in: found 'naps'"),
        ('red_left = "4h"', 'red_left = "4h"\nlook_ahed = true', "look_ahed", "did you mean 'look_ahead'?"),
    ],
)  # fmt: skip
def test_a_wrong_pack_is_told_where_and_what_is_expected(
    tmp_path: Path, old: str, new: str, place: str, said: str
) -> None:
    text = changed(old, new)
    lines = refused(tmp_path, text)
    assert any(said in line for line in lines), lines
    assert all(line.startswith(str(tmp_path / "rules.toml")) for line in lines)
    if place:
        number = next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(place))
        assert any(f"line {number}," in line for line in lines), lines


def test_working_days_need_days_and_two_timescales_need_two_names(tmp_path: Path) -> None:
    assert "needs days = N" in refused(tmp_path, changed('"elapsed"', '"working-days"'))[0]
    twice = SMALL + '[[timescale]]\nname = "24 hours"\nclock = "working-days"\ndays = 1\n'
    assert "found two timescales of one name" in refused(tmp_path, twice)[0]


def test_the_second_timescale_is_named_as_the_second(tmp_path: Path) -> None:
    text = SMALL + '[[timescale]]\nname = "b"\nclock = "working-days"\ndays = -1\n'
    (said,) = refused(tmp_path, text)
    assert f"line {len(text.splitlines())}, timescale[2].days" in said


def test_a_pack_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such rule pack") as refusal:
        load_pack(tmp_path / "none.toml")
    assert str(tmp_path / "none.toml") in refusal.value.problems[0]
