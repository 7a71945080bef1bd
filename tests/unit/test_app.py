"""The composition root: hubs, their rules under a name that changes with every ingredient, the state database."""

from pathlib import Path

import pytest

from mash_monitor.app import App
from mash_monitor.config import ConfigError
from mash_monitor.state.database import StateError
from mash_monitor.state.migrate import Level
from tests.unit.config import documents
from tests.unit.test_rules import SMALL as PACK

BESIDE = '\n[[timescale]]\nname = "one working day"\nclock = "working-days"\ndays = 1\nrates = false\n'


def app(folder: Path, config: str = documents.SMALL, pack: str = PACK + BESIDE, **environment: str) -> App:
    (folder / "rules.toml").write_text(pack, encoding="utf-8")
    return App.load(documents.write(folder, config), environment)


def rules_name(folder: Path, config: str = documents.SMALL, pack: str = PACK + BESIDE) -> str:
    return app(folder, config, pack).hub("north").rules.name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hours = 24", "hours = 23"),
        ("hours = 24", 'hours = 24\nrisk = ["red", "unrated"]'),
        ("hours = 24", 'hours = 24\nsource_group = ["Police"]'),
        ('name = "24 hours"', 'name = "a day"'),
        ('clock = "elapsed"', 'clock = "working-hours"'),
        ("rates = false", "rates = true"),
        ('mon = ["08:45-17:15"]', 'mon = ["08:45-17:00"]'),
        ("[hours]", "[hours]\nclosed = [2026-12-24]"),
        ("[hours]", "[hours]\nmore_holidays = [2026-05-01]"),
        ("[hours]", '[hours]\nholidays = "scotland"'),
        ('red_left = "4h"', 'red_left = "3h"'),
        ('amber_left = "8h"', 'amber_left = "9h"'),
        ('amber_left = "8h"', 'amber_left = "8h"\nnotice = "1h"'),
        ('amber_left = "8h"', 'amber_left = "8h"\ncounted_in = "staffed"'),
        ('amber_left = "8h"', 'amber_left = "8h"\nlook_ahead = false'),
    ],
)
def test_rules_go_by_another_name_when_the_pack_rates_otherwise(tmp_path: Path, old: str, new: str) -> None:
    pack = PACK + BESIDE
    assert pack.count(old) == 1, old
    assert rules_name(tmp_path, pack=pack.replace(old, new)) != rules_name(tmp_path)


@pytest.mark.parametrize(
    "service",
    ['reports = ["08:30", "12:30"]', 'report_days = ["mon"]', 'report_days = "open"', 'timezone = "Europe/Paris"'],
)
def test_rules_go_by_another_name_when_reports_or_the_time_zone_change(tmp_path: Path, service: str) -> None:
    config = documents.changed('dead_man = "off"', f'dead_man = "off"\n{service}')
    assert rules_name(tmp_path, config) != rules_name(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "A day"', 'title = "Another"'),
        ('source = "A report"', 'source = "Another"'),
        ("hours = 24", "hours = 24\ntarget_pct = 90"),
        ("days = 1", "days = 2"),
    ],
)
def test_rules_keep_their_name_when_nothing_that_rates_changes(tmp_path: Path, old: str, new: str) -> None:
    pack = PACK + BESIDE
    assert pack.count(old) == 1, old
    assert rules_name(tmp_path, pack=pack.replace(old, new)) == rules_name(tmp_path)


def test_the_only_hub_needs_no_name_and_one_of_several_does(tmp_path: Path) -> None:
    assert app(tmp_path).hub(None).name == "north"
    south = documents.SMALL.replace("hubs.north", "hubs.south").split("[hubs.south]")[1].split("[people")[0]
    two = app(tmp_path, documents.SMALL + "\n[hubs.south]" + south)
    assert two.hub("south").name == "south"
    with pytest.raises(ConfigError, match="name one of them with --hub: north, south"):
        two.hub(None)
    with pytest.raises(ConfigError, match="there is no hub 'east': north, south"):
        two.hub("east")


def test_reading_makes_no_state_database_and_writing_makes_the_embedded_one(tmp_path: Path) -> None:
    one = app(tmp_path)
    assert one.state_for_reading() is None
    assert not (tmp_path / "var").exists()
    one.state_for_writing()
    assert one.state_status().level is Level.CURRENT
    assert app(tmp_path).state_for_reading() is not None


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    from sqlalchemy import text

    one = app(tmp_path)
    engine = one.state_for_writing()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'unheard_of'"))
    with pytest.raises(StateError, match="was made by a newer version"):
        app(tmp_path).state_for_writing()


def test_people_are_reached_by_what_is_configured_for_them_and_nobody_else_is(tmp_path: Path) -> None:
    config = documents.changed("[people.duty]", '[people.duty]\nemail = "duty@example.org"')
    reach = app(tmp_path, config).hub(None).directory.reach
    assert reach("duty", "email") == "duty@example.org"
    assert reach("duty", "sms") is None
    assert reach("nobody", "email") is None


def test_channels_that_do_not_fit_together_are_a_configuration_error(tmp_path: Path) -> None:
    config = documents.changed('dead_man = "off"', 'dead_man = "off"\nops = { to = ["duty"], by = ["console"] }') + (
        '\n[channels.twilio]\naccount_sid = "wrong"\nfrom = "+447700900000"\n'
    )
    with pytest.raises(ConfigError, match="account_sid"):
        app(tmp_path, config, MASH_CHANNELS__TWILIO__AUTH_TOKEN="s3cret").channels(lambda: 0)


TEMPLATE = "11111111-2222-3333-4444-555555555555"


def test_every_configured_way_out_is_built_and_notify_has_one_for_each_template(tmp_path: Path) -> None:
    text = documents.changed('dead_man = "off"', 'dead_man = "off"\nops = { to = ["duty"], by = ["console"] }')
    tables = f'\n[channels.apprise]\n[channels.notify]\nsms_template = "{TEMPLATE}"\n'
    key = {"MASH_CHANNELS__NOTIFY__API_KEY": f"test-{TEMPLATE}-{TEMPLATE}"}
    assert set(app(tmp_path, text + tables, **key).channels(lambda: 0)) == {"console", "apprise", "notify-sms"}
    both = tables + f'email_template = "{TEMPLATE}"\n'
    built = app(tmp_path, text + both, **key).channels(lambda: 0)
    assert {name: channel.name for name, channel in built.items()} == {name: name for name in built}
    assert {"notify-sms", "notify-email"} <= set(built)


def test_a_notify_key_of_the_wrong_form_is_told_with_its_place_and_not_repeated(tmp_path: Path) -> None:
    text = documents.changed('dead_man = "off"', 'dead_man = "off"\nops = { to = ["duty"], by = ["console"] }')
    given = {"MASH_CHANNELS__NOTIFY__API_KEY": "s3cret", "MASH_CHANNELS__NOTIFY__SMS_TEMPLATE": TEMPLATE}
    with pytest.raises(ConfigError, match=r"channels\.notify\.api_key: expected a key") as refused:
        app(tmp_path, text, **given).channels(lambda: 0)
    assert "s3cret" not in str(refused.value)


def test_a_hub_knows_who_is_on_in_its_local_time_and_how_it_hands_over_and_repeats(tmp_path: Path) -> None:
    text = documents.changed('title = "North MASH"', 'title = "North MASH"\nrepeat_every = "1h"\nrepeat_most = 3')
    text += '[hubs.north.handover]\nto = ["night"]\nby = ["console"]\n[hubs.north.rota.night]\nsun = ["duty"]\n'
    hub = app(tmp_path, text).hub("north")
    assert (hub.repeat_every, hub.repeat_most) == (3600, 3)
    assert hub.handover is not None
    saturday_night = 1_774_738_800  # 2026-03-28 23:00 UTC: in London it is still Saturday
    assert hub.directory.people(hub.handover.to, (), saturday_night).people == ()
    assert hub.directory.people(hub.handover.to, (), saturday_night + 3600).people == ("duty",)


def test_a_pack_that_is_wrong_is_told_of_its_own_hub_only(tmp_path: Path) -> None:
    north = documents.SMALL[documents.SMALL.index("[hubs.north]") :].split("[people")[0]
    south = north.replace("hubs.north", "hubs.south").replace("rules.toml", "none.toml")
    program = app(tmp_path, f"{documents.SMALL}\n{south}")
    assert program.hub("north") is program.hub("north")
    with pytest.raises(ConfigError, match=r"none\.toml: no such rule pack; correct `rules` of the hub"):
        program.hub("south")
