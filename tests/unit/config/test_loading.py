"""A configuration file: what it may say, and how it is told what it says wrong."""

from pathlib import Path

import pytest

from mash_monitor.config import ConfigError, load
from mash_monitor.domain.reports import ReportDays
from tests.unit.config.documents import SMALL, changed, line_of, write


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        load(write(folder, text), {})
    return refused.value.problems


def test_a_small_configuration_fills_in_three_reports_a_day_in_london(tmp_path: Path) -> None:
    config = load(write(tmp_path), {})
    assert config.service.timezone == "Europe/London"
    assert config.reports(config.hubs["north"]) == ([30_600, 45_000, 59_400], ReportDays.ALL)
    assert config.hubs["north"].store.lookback == 180 * 86_400
    assert config.folder == tmp_path


def test_the_configuration_at_the_top_of_the_repository_loads_unedited() -> None:
    config = load(Path(__file__).parents[3] / "config.toml", {})
    assert list(config.hubs) == ["herefordshire"]
    assert config.channels.console is not None
    assert config.channels.twilio is None


def test_a_hub_may_have_its_own_report_times_and_days(tmp_path: Path) -> None:
    text = changed('title = "North MASH"', 'title = "North MASH"\nreports = ["17:00", "09:00"]\nreport_days = "open"')
    config = load(write(tmp_path, text), {})
    assert config.reports(config.hubs["north"]) == ([32_400, 61_200], ReportDays.OPEN)


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ('dead_man = "off"', 'dead_man = "off"\nreport = ["08:30"]', "did you mean 'reports'?"),
        ('title = "North MASH"', 'title = "North MASH"\ntittle = "x"', "did you mean 'title'?"),
        ("[channels.console]", "[channels.console]\n[channels.twillio]\n", "did you mean 'twilio'?"),
        ("[channels.console]", "[chanels.console]", "did you mean 'channels'?"),
        ("[people.duty]", '[people.duty]\nphone = "1"', "known keys are absent, apprise, email, sms"),
        ('by = ["console"]', 'by = ["console"]\nafter_ = "1m"', "did you mean 'after'?"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path: Path, old: str, new: str, nearest: str) -> None:
    assert any("unknown key" in line and nearest in line for line in problems(tmp_path, changed(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('dead_man = "off"', 'dead_man = "offf"', "dead_man =", "service.dead_man: found 'offf', expected"),
        ('dead_man = "off"', "", "[service]", "service.dead_man: is missing"),
        ('dead_man = "off"', 'dead_man = "off"\ntimezone = "Mars/Base"', "timezone", "found 'Mars/Base', expected"),
        ('dead_man = "off"', 'dead_man = "off"\ntick = "2m"', "tick", "found 120 s, expected 1s to 60s"),
        ('dead_man = "off"', 'dead_man = "off"\nreports = ["8.30"]', "reports", "found '8.30', expected a time of day"),
        ('dead_man = "off"', 'dead_man = "off"\nreports = []', "reports", "expected at least one"),
        ('dead_man = "off"', 'dead_man = "off"\nreports = ["24:00"]', "reports", 'found "24:00"'),
        ('title = "North MASH"', 'title = ""', "title", "hubs.north.title: found 0 letters, expected 1 to 60"),
        ('title = "North MASH"', "", "[hubs.north]", "hubs.north.title: is missing"),
        (
            'url = "sqlite:///contacts.db"',
            'url = "x"\npreset = "oracle"',
            "preset",
            "found 'oracle', expected \"native\", ",
        ),
        (
            'url = "sqlite:///contacts.db"',
            'url = "x"\nlookback = "long"',
            "lookback",
            "found 'long', expected a length",
        ),
        (
            'when = "red"',
            'when = "purple"',
            'when = "purple"',
            'hubs.north.escalation[1].when: found \'purple\', expected "amber", "red" or "overdue"',
        ),
        (
            'when = "red"',
            'when = "red"\nhours = "night"',
            "hours",
            'found \'night\', expected "any", "open" or "closed"',
        ),
        ('by = ["console"]', 'by = ["fax"]', 'by = ["fax"]', 'found \'fax\', expected "sms", "email", '),
        ('to = ["duty"]', "to = []", "to = []", "hubs.north.escalation[1].to"),
    ],
)
def test_every_problem_names_its_file_line_and_key(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    text = changed(old, new)
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(f"{tmp_path / 'config.toml'}, line {line_of(text, place)}, ")
    assert said in found[0]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = changed('dead_man = "off"', 'dead_man = "no"\ntick = "soon"').replace('when = "red"', 'when = "late"')
    assert len(problems(tmp_path, text)) == 3


@pytest.mark.parametrize("at", ["01:00", "01:30", "1:59"])
def test_a_report_between_one_and_two_is_refused_because_the_clock_change_skips_or_repeats_it(
    tmp_path: Path, at: str
) -> None:
    found = problems(tmp_path, changed('dead_man = "off"', f'dead_man = "off"\nreports = ["{at}"]'))
    assert len(found) == 1
    assert "the clock change skips or repeats" in found[0]
    around = load(write(tmp_path, changed('dead_man = "off"', 'dead_man = "off"\nreports = ["00:59", "02:00"]')), {})
    assert around.service.reports == [3_540, 7_200]


def test_a_hubs_own_report_between_one_and_two_is_refused_too(tmp_path: Path) -> None:
    found = problems(tmp_path, changed('title = "North MASH"', 'title = "North MASH"\nreports = ["01:15"]'))
    assert "hubs.north.reports" in found[0]


def test_a_query_and_a_table_together_are_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, changed('url = "sqlite:///contacts.db"', 'url = "x"\ntable = "t"\nquery = "q"'))
    assert "found both table and query" in found[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[service\n", "not valid TOML"),
        (b"title = \xff\xfe", "is not UTF-8 text"),
        (b"", "service: is missing"),
    ],
)
def test_a_file_that_is_no_configuration_is_told_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load(path, {})
    assert str(path) in refused.value.problems[0]
    assert said in "\n".join(refused.value.problems)


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration file; name it with --config"):
        load(tmp_path / "config.toml", {})
    with pytest.raises(ConfigError, match="is a folder"):
        load(tmp_path, {})


def test_a_file_that_an_editor_of_windows_saved_loads(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path, {}).hubs["north"].title == "North MASH"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[people.duty]",
            '[people."Jane Smith"]\n[people.duty]',
            "people.Jane Smith: found 'Jane Smith', expected a name",
        ),
        ("[people.duty]", "[people.duty]\n[hubs.north.people.'é']", "expected a name of letters, digits"),
        ("[people.duty]", f"[people.{'x' * 65}]\n[people.duty]", "expected a name of letters, digits"),
    ],
)
def test_a_name_that_a_table_or_a_command_line_could_not_hold_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    (found,) = problems(tmp_path, changed(old, new))
    assert said in found
