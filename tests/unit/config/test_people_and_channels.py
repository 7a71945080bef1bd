"""Who is told and how: numbers, addresses, channels, and people whom nothing reaches."""

from pathlib import Path

import pytest

from mash_monitor.config import ConfigError, load
from tests.unit.config.documents import SMALL, changed, write

TWILIO = '\n[channels.twilio]\naccount_sid = "ACx"\nfrom = "+447700900000"\n'
EMAIL = '\n[channels.email]\nhost = "smtp.example.org"\nfrom = "mash@example.org"\n'
TOKEN = {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": "t"}
OPS = changed('dead_man = "off"', 'dead_man = "off"\nops = { to = ["duty"], by = ["console"] }')


def refused(folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as error:
        load(write(folder, text), environment or {})
    return "\n".join(error.value.problems)


@pytest.mark.parametrize("written", ["+447700900123", "07700 900123", "07700900123", "0044 7700 900123"])
def test_a_mobile_number_is_kept_as_e164_however_it_was_written(tmp_path: Path, written: str) -> None:
    config = load(write(tmp_path, changed("[people.duty]", f'[people.duty]\nsms = "{written}"')), {})
    assert config.people["duty"].sms == "+447700900123"


@pytest.mark.parametrize("wrong", ["", "duty", "020 7946 0123", "+441432260000", "66", "+44 7700 9001234567", "999"])
def test_a_number_that_is_no_mobile_is_refused_and_not_repeated(tmp_path: Path, wrong: str) -> None:
    said = refused(tmp_path, changed("[people.duty]", f'[people.duty]\nsms = "{wrong}"'))
    assert "people.duty.sms: found a number that is not a mobile number" in said
    assert wrong == "" or wrong not in said.replace("people.duty", "")


@pytest.mark.parametrize("wrong", ["duty", "duty@a@b", "duty @example.org", " duty@example.org", "Duty <d@e.org>"])
def test_something_that_is_no_email_address_is_refused_and_not_repeated(tmp_path: Path, wrong: str) -> None:
    said = refused(tmp_path, changed("[people.duty]", f'[people.duty]\nemail = "{wrong}"'))
    assert "people.duty.email: found something that is not an email address" in said
    assert wrong not in said.replace("people.duty", "").replace("duty@example.org", "")


def test_somebody_unknown_is_refused_where_they_are_named(tmp_path: Path) -> None:
    said = refused(tmp_path, changed('to = ["duty"]', 'to = ["duty", "boss"]'))
    assert "hubs.north.escalation[1].to: found 'boss', but there is no table [people.boss]" in said


def test_somebody_unknown_among_those_who_hear_about_the_service_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, OPS.replace('to = ["duty"], by', 'to = ["ops"], by'))
    assert "service.ops.to: found 'ops'" in said


def test_somebody_whom_no_channel_of_the_step_reaches_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, OPS.replace('by = ["console"]\n\n', 'by = ["sms"]\n\n') + TWILIO, TOKEN)
    assert "'duty' has no sms; add it to [people.duty]" in said


def test_a_channel_that_is_not_configured_is_refused_where_it_is_named(tmp_path: Path) -> None:
    said = refused(tmp_path, changed('by = ["console"]', 'by = ["sms"]'))
    assert "hubs.north.escalation[1].by: found 'sms', but there is no table [channels.twilio]" in said


def test_a_hubs_own_person_comes_before_one_of_the_same_name_that_every_hub_knows(tmp_path: Path) -> None:
    text = changed("[people.duty]", '[people.duty]\nsms = "07700900001"\n[hubs.north.people.duty]\nsms = "07700900002"')
    config = load(write(tmp_path, text), {})
    duty = config.person("north", "duty")
    assert duty is not None
    assert duty.sms == "+447700900002"
    assert config.person(None, "duty") is config.people["duty"]
    assert config.person("north", "nobody") is None


def test_once_anything_is_sent_somebody_must_hear_about_the_service(tmp_path: Path) -> None:
    assert "service.ops: is missing" in refused(tmp_path, SMALL + EMAIL)
    assert "service.ops: is missing" in refused(tmp_path, SMALL + TWILIO, TOKEN)
    assert load(write(tmp_path, OPS + EMAIL), {}).channels.email is not None


@pytest.mark.parametrize(
    ("channel", "change", "said"),
    [
        (TWILIO, ('from = "+447700900000"\n', ""), "needs either from or messaging_service_sid"),
        (TWILIO, ("from =", 'messaging_service_sid = "MG1"\nfrom ='), "needs either from or messaging_service_sid"),
        (TWILIO, ("from =", 'base_url = "http://proxy.example.org"\nfrom ='), "expected an https address"),
        (TWILIO, ("from =", 'base_url = "ftp://127.0.0.1"\nfrom ='), "expected an https address"),
        (EMAIL, ("host =", 'security = "none"\nhost ='), 'found security = "none"'),
        (EMAIL, ('host = "smtp.example.org"\n', ""), "channels.email.host: is missing"),
    ],
)
def test_a_channel_that_would_not_work_or_not_be_safe_is_refused(
    tmp_path: Path, channel: str, change: tuple[str, str], said: str
) -> None:
    assert said in refused(tmp_path, OPS + channel.replace(*change), TOKEN if channel is TWILIO else {})


def test_a_token_that_is_missing_is_told_with_its_place_and_how_to_give_it(tmp_path: Path) -> None:
    said = refused(tmp_path, OPS + TWILIO)
    assert "channels.twilio.auth_token: is missing; it is a secret: give it by MASH_CHANNELS__TWILIO__AUTH" in said


def test_an_empty_secret_is_refused_where_it_was_given(tmp_path: Path) -> None:
    said = refused(tmp_path, OPS + TWILIO, {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": ""})
    assert said == "MASH_CHANNELS__TWILIO__AUTH_TOKEN: found nothing, expected a secret"
