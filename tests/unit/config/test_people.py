"""People, rotas, teams and ways out: what a configuration may say of them, and how it is told what it says wrong."""

from datetime import date
from pathlib import Path

import pytest

from mash_monitor.config import Config, ConfigError, load
from mash_monitor.config.recipients import sender_findings
from mash_monitor.config.roster import HubRoster
from mash_monitor.domain.finding import Severity
from mash_monitor.domain.roster import Absence, Resolution
from tests.unit.config.documents import SMALL, changed, line_of, write
from tests.unit.domain.hubs import at

ALICE = "[people.alice]\n[people.duty]"
ROTA = changed("[people.duty]", f"{ALICE}\n[hubs.north.rota.weekend]\nsat = ['alice']\nsun = ['alice']\n")
OPS = changed('dead_man = "off"', 'dead_man = "off"\nops = { to = ["duty"], by = ["console"] }')
TOKEN = {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": "t"}


def twilio(sender: str = 'from = "+447700900000"', more: str = "") -> str:
    return f'{OPS}\n[channels.twilio]\naccount_sid = "ACx"\n{sender}\n{more}'


def loaded(folder: Path, text: str, environment: dict[str, str] | None = None) -> Config:
    return load(write(folder, text), environment or {})


def refused(folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as error:
        loaded(folder, text, environment)
    return "\n".join(error.value.problems)


def resolve(config: Config, to: str, when: str, *teams: str) -> Resolution:
    return HubRoster(config, "north").at(at(when)).resolve(to.split(), teams, at(when), config.zone)


# leave


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ('"2026-12-20..2027-01-02"', date(2026, 12, 20), date(2027, 1, 2)),
        ('"2026-12-25"', date(2026, 12, 25), date(2026, 12, 25)),
        ("2026-12-25", date(2026, 12, 25), date(2026, 12, 25)),
        ('"2026-12-20 .. 2026-12-20"', date(2026, 12, 20), date(2026, 12, 20)),
    ],
)
def test_leave_is_dates_from_and_to_both_included(tmp_path: Path, written: str, start: date, end: date) -> None:
    config = loaded(tmp_path, changed("[people.duty]", f"[people.duty]\nabsent = [{written}]"))
    assert HubRoster(config, "north").at(0).absences == (Absence("duty", start, end),)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('"2027-01-02..2026-12-20"', "which ends before it starts; write the earlier date first"),
        ('"Christmas"', "found 'Christmas', expected dates such as \"2026-12-20..2027-01-02\""),
        ('"2026-02-30"', "found '2026-02-30', expected dates"),
        ('"..2026-12-20"', "expected dates"),
        ("5", "found 5, expected dates"),
    ],
)
def test_leave_that_is_no_time_is_refused_with_its_place(tmp_path: Path, written: str, said: str) -> None:
    text = changed("[people.duty]", f"[people.duty]\nabsent = [{written}]")
    found = refused(tmp_path, text)
    assert f"line {line_of(text, 'absent')}, people.duty.absent[1]: found" in found
    assert said in found


# rotas and teams


def test_a_step_may_name_a_rota_of_its_hub(tmp_path: Path) -> None:
    config = loaded(tmp_path, ROTA.replace('to = ["duty"]', 'to = ["weekend", "duty"]'))
    assert resolve(config, "weekend duty", "2026-03-07 09:00").people == ("alice", "duty")
    assert resolve(config, "weekend duty", "2026-03-06 09:00").people == ("duty",)


def test_a_rota_that_every_hub_knows_gives_way_to_a_hubs_own(tmp_path: Path) -> None:
    text = changed("[people.duty]", f"{ALICE}\n[rota.night]\ndefault = ['alice']\n")
    assert resolve(loaded(tmp_path, text), "night", "2026-03-07 09:00").people == ("alice",)
    own = text + "\n[hubs.north.rota.night]\ndefault = ['duty']\n"
    assert resolve(loaded(tmp_path, own), "night", "2026-03-07 09:00").people == ("duty",)


def test_a_date_comes_before_the_weekday_and_an_empty_day_before_the_default(tmp_path: Path) -> None:
    text = ROTA.replace("sun = ['alice']", "sun = []\ndefault = ['duty']\ndates = { '2026-12-26' = ['duty'] }")
    config = loaded(tmp_path, text)
    people = [resolve(config, "weekend", f"2026-12-{day} 09:00").people for day in (25, 26, 27, 19)]
    assert people == [("duty",), ("duty",), (), ("alice",)]


def test_the_people_of_a_contacts_team_are_people_and_rotas(tmp_path: Path) -> None:
    text = ROTA.replace('to = ["duty"]', 'to = ["team", "duty"]')
    config = loaded(tmp_path, text + '\n[hubs.north.teams]\n"Triage North" = ["weekend", "duty"]\n')
    assert resolve(config, "team", "2026-03-07 09:00", "TRIAGE NORTH").people == ("alice", "duty")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (ROTA.replace("sun = ['alice']", "sun = ['alcie']"), "hubs.north.rota.weekend.sun",
         "found 'alcie', but there is no table [people.alcie], and no rota of that name; did you mean 'alice'?"),
        (ROTA.replace("sun = ['alice']", "dates = { 2026-12-25 = ['bob'] }"),
         "hubs.north.rota.weekend.dates.2026-12-25", "found 'bob'"),
        (ROTA.replace("sun = ['alice']", "dates = { Christmas = ['alice'] }"), "dates.Christmas",
         "found 'Christmas', expected a date such as 2026-12-25"),
        (ROTA.replace("sat = ['alice']\nsun = ['alice']", "sat = []"), "hubs.north.rota.weekend", "needs somebody"),
        (ROTA.replace("rota.weekend", "rota.alice"), "hubs.north.rota.alice", "which is a person too"),
        (ROTA.replace("rota.weekend", "rota.team"), "hubs.north.rota.team", "stands for the people of the contact's"),
        (changed("[people.duty]", "[people.team]\n[people.duty]"), "people.team", "stands for the people"),
        (changed("[people.duty]", "[people.duty]\n[rota.x]\ndefault=['duty']\n[hubs.north.people.x]\n"),
         "hubs.north.people.x", "which is a rota too"),
        (changed("[people.duty]", "[people.duty]\n[hubs.north.people.x]\n[rota.y]\ndefault=['x']\n"),
         "rota.y.default", "found 'x'"),  # what every hub knows cannot name somebody whom only one hub knows
        (ROTA.replace('to = ["duty"]', 'to = ["weekned"]'), "hubs.north.escalation[1].to", "did you mean 'weekend'?"),
        (ROTA + "\n[hubs.north.teams]\nSouth = ['nobody']\n", "hubs.north.teams.South", "found 'nobody'"),
        (ROTA + "\n[hubs.north.teams]\nSouth = []\n", "hubs.north.teams.South", "found nobody, expected people"),
        (ROTA + "\n[hubs.north.teams]\nSouth = ['team']\n", "hubs.north.teams.South", "found 'team'"),
        (changed('to = ["duty"]', 'to = ["team"]'), "hubs.north.escalation[1].to", "but [teams] is empty"),
        (SMALL + "\n[hubs.north.summary]\nto = ['team']\nby = ['console']\n", "hubs.north.summary.to",
         "only a step of a ladder is about a contact with a team"),
        (SMALL + "\n[hubs.north.handover]\nto = ['edt']\nby = ['console']\n", "hubs.north.handover.to", "found 'edt'"),
        (OPS.replace('to = ["duty"], by', 'to = ["r"], by') + "\n[rota.r]\ndefault = ['duty']\n", "service.ops.to",
         "found 'r'"),
    ],
)  # fmt: skip
def test_names_that_mean_nobody_or_two_things_are_refused_where_they_stand(
    tmp_path: Path, text: str, place: str, said: str
) -> None:
    (found,) = refused(tmp_path, text).splitlines()
    assert f"{place}: " in found
    assert said in found


def test_everybody_of_a_rota_or_a_team_must_be_reached_by_a_channel_of_the_step(tmp_path: Path) -> None:
    text = twilio() + ROTA[ROTA.index("[people.alice]") : ROTA.index("[channels.console]")].replace(
        "[people.duty]", "[hubs.north.teams]\nSouth = ['weekend']"
    )
    for to in ('["weekend"]', '["team"]'):
        step = text.replace('to = ["duty"]\nby = ["console"]\n\n', f'to = {to}\nby = ["sms"]\n\n')
        assert "'alice' of rota 'weekend' has no sms; add it to [people.alice]" in refused(tmp_path, step, TOKEN)


# hand-over and repeats


def test_an_overdue_alert_is_repeated_every_two_hours_up_to_six_times_unless_it_is_said_otherwise(
    tmp_path: Path,
) -> None:
    def repeats(more: str) -> tuple[int | None, int]:
        hub = loaded(tmp_path, changed('title = "North MASH"', f'title = "North MASH"\n{more}')).hubs["north"]
        return hub.repeat_every, hub.repeat_most

    assert repeats("") == (7200, 6)
    assert repeats('repeat_every = "30m"\nrepeat_most = 2') == (1800, 2)
    assert repeats('repeat_every = "off"') == (None, 6)


@pytest.mark.parametrize(("key", "said"), [('repeat_every = "1m"', 'at least "5m"'), ("repeat_most = 0", "found 0")])
def test_repeats_that_would_never_end_or_never_come_are_refused(tmp_path: Path, key: str, said: str) -> None:
    assert said in refused(tmp_path, changed('title = "North MASH"', f'title = "North MASH"\n{key}'))


# ways out

APPRISE = OPS.replace('by = ["console"]\n\n', 'by = ["apprise"]\n\n') + "\n[channels.apprise]\n"
NOTIFY = OPS.replace('by = ["console"]\n\n', 'by = ["notify-sms", "notify-email"]\n\n').replace(
    "[people.duty]", '[people.duty]\nsms = "+447700900123"\nemail = "duty@example.org"'
)
KEY = {"MASH_CHANNELS__NOTIFY__API_KEY": "s3cret"}


def test_an_apprise_address_comes_from_the_environment_or_from_a_file_and_shows_nowhere(tmp_path: Path) -> None:
    (tmp_path / "address").write_text("msteams://s3cret\n", encoding="utf-8")
    for given in (
        {"MASH_PEOPLE__DUTY__APPRISE": "msteams://s3cret"},
        {"MASH_PEOPLE__DUTY__APPRISE_FILE": str(tmp_path / "address")},
    ):
        config = loaded(tmp_path, APPRISE, given)
        assert config.people["duty"].address("apprise") == "msteams://s3cret"
        assert "s3cret" not in repr(config)


def test_an_apprise_address_in_the_file_or_in_a_wrong_place_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = refused(tmp_path, APPRISE.replace("people.duty]", 'people.on-call]\napprise = "msteams://s3cret"'))
    assert "give it by MASH_PEOPLE__ON_CALL__APPRISE or MASH_PEOPLE__ON_CALL__APPRISE_FILE" in said
    assert "s3cret" not in said
    for name in ("MASH_CHANNELS__APPRISE", "MASH_PEOPLE__DUTY__APPRISE"):
        said = refused(tmp_path, OPS, {name: "s3cret"})
        assert f"{name}: found" in said
        assert "s3cret" not in said


def test_somebody_without_an_apprise_address_is_not_reached_by_it(tmp_path: Path) -> None:
    assert "'duty' has no apprise" in refused(tmp_path, APPRISE)


def test_notify_reaches_people_by_their_number_and_address_through_its_templates(tmp_path: Path) -> None:
    tables = '\n[channels.notify]\nsms_template = "a"\nemail_template = "b"\n'
    duty = loaded(tmp_path, NOTIFY + tables, KEY).people["duty"]
    assert (duty.address("notify-sms"), duty.address("notify-email")) == ("+447700900123", "duty@example.org")


@pytest.mark.parametrize(
    ("table", "environment", "said"),
    [
        ('email_template = "b"', KEY, "found 'notify-sms', but there is no sms_template in [channels.notify]"),
        ("", KEY, "needs sms_template or email_template"),
        ('sms_template = "a"', {}, "channels.notify.api_key: is missing"),
        ('sms_template = "a"\napi_key = "s3cret"', {}, "give it by MASH_CHANNELS__NOTIFY__API_KEY"),
        ('sms_template = "a"\nbase_url = "http://example.org"', KEY, "expected an https address"),
    ],
)
def test_a_notify_that_would_not_work_is_refused(
    tmp_path: Path, table: str, environment: dict[str, str], said: str
) -> None:
    found = refused(tmp_path, f"{NOTIFY}\n[channels.notify]\n{table}\n", environment)
    assert said in found
    assert "s3cret" not in found


def test_once_apprise_or_notify_sends_somebody_must_hear_about_the_service(tmp_path: Path) -> None:
    assert "service.ops: is missing" in refused(tmp_path, SMALL + "\n[channels.apprise]\n")
    notify = '\n[channels.notify]\nsms_template = "a"\n'
    assert "service.ops: is missing" in refused(tmp_path, SMALL + notify, KEY)


@pytest.mark.parametrize(
    ("sender", "more", "severities"),
    [
        ('from = "+447700900000"', "", []),
        ('messaging_service_sid = "MG1"', "", []),
        ('from = "MASH"', "", [Severity.WARNING]),
        ('from = "66777"', "", [Severity.WARNING]),
        ('from = "+447700900000"', 'replies = "off"', [Severity.INFO]),
    ],
)
def test_a_sender_to_whom_nobody_can_reply_is_found(
    tmp_path: Path, sender: str, more: str, severities: list[Severity]
) -> None:
    config = loaded(tmp_path, twilio(sender, more), TOKEN)
    assert [finding.severity for finding in sender_findings(config)] == severities


def test_status_and_replies_are_asked_for_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    channel = loaded(tmp_path, twilio(), TOKEN).channels.twilio
    assert channel is not None
    assert (channel.status, channel.replies) == ("poll", "poll")
    assert "found 'push'" in refused(tmp_path, twilio(more='status = "push"'), TOKEN)


@pytest.mark.parametrize("key", ["status", "replies"])
def test_callbacks_need_an_address_at_which_we_are_reached(tmp_path: Path, key: str) -> None:
    text = twilio(more=f'{key} = "callback"\n')
    for web in ("", "[web]\n"):
        (found,) = refused(tmp_path, text + web, TOKEN).splitlines()
        assert f'line {line_of(text, "callback")}, channels.twilio.{key}: found "callback"' in found
        assert "no public_url in [web]" in found
    reached = loaded(tmp_path, f'{text}[web]\npublic_url = "https://mash.example.org"\n', TOKEN).channels.twilio
    assert getattr(reached, key) == "callback"


def test_a_configuration_without_twilio_has_no_sender_to_warn_of(tmp_path: Path) -> None:
    assert list(sender_findings(loaded(tmp_path, SMALL))) == []
