"""Keys from the environment, and secrets, which come from nowhere else."""

from pathlib import Path

import pytest

from mash_monitor.config import Config, ConfigError, load
from tests.unit.config.documents import SMALL, changed, write

TWILIO = changed('dead_man = "off"', 'dead_man = "off"\nops = { to = ["duty"], by = ["console"] }') + (
    '\n[channels.twilio]\naccount_sid = "ACx"\nfrom = "+447700900000"\n'
)


def loaded(folder: Path, environment: dict[str, str], text: str = SMALL) -> Config:
    return load(write(folder, text), environment)


def refused(folder: Path, environment: dict[str, str], text: str = SMALL) -> str:
    with pytest.raises(ConfigError) as error:
        loaded(folder, environment, text)
    return "\n".join(error.value.problems)


def test_the_environment_replaces_adds_and_reaches_into_tables(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        {
            "MASH_STATE__URL": "postgresql+psycopg://mash@db/mash",
            "MASH_HUBS__NORTH__STORE__URL": "csv:///exports",
            "MASH_SERVICE__REPORTS": '["09:00", "15:00"]',
            "MASH_SERVICE__OPS": '{ to = ["duty"], by = ["console"] }',
            "MASH_SERVICE__TICK": "5s",
            "MASH_PEOPLE__DUTY__EMAIL": "duty@example.org",
            "MASH_CHANNELS__EMAIL__HOST": "smtp.example.org",
            "MASH_CHANNELS__EMAIL__FROM": "mash@example.org",
            "MASH_CHANNELS__EMAIL__PORT": "2525",
            "MASH_SERVICE__ACCEPT_GAPS": "true",
        },
    )
    assert config.state.url == "postgresql+psycopg://mash@db/mash"
    assert config.hubs["north"].store.url == "csv:///exports"
    assert config.service.reports == [32_400, 54_000]
    assert config.service.ops is not None
    assert config.service.ops.to == ["duty"]
    assert config.service.tick == 5
    assert config.service.accept_gaps is True
    assert config.people["duty"].email == "duty@example.org"
    assert config.channels.email is not None
    assert config.channels.email.port == 2525


def test_a_hub_whose_name_has_a_dash_or_capitals_is_reached_by_the_environment(tmp_path: Path) -> None:
    text = SMALL.replace("hubs.north", "hubs.North-East")
    config = loaded(tmp_path, {"MASH_HUBS__NORTH_EAST__TITLE": "Another"}, text)
    assert {name: hub.title for name, hub in config.hubs.items()} == {"North-East": "Another"}


def test_variables_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    others = {"MASH_CONFIG": "/etc/x.toml", "MASHED__X": "1", "mash_state__url": "x", "PATH": "/bin"}
    assert loaded(tmp_path, others) == loaded(tmp_path, {})


def test_what_the_environment_says_wrong_is_told_by_the_variables_name(tmp_path: Path) -> None:
    assert refused(tmp_path, {"MASH_SERVICE__TICK": "soon"}).startswith("MASH_SERVICE__TICK: found 'soon'")
    assert refused(tmp_path, {"MASH_SERVICE__REPORTS": '["25:00"]'}).startswith("MASH_SERVICE__REPORTS: found '25:00'")
    assert "did you mean 'title'?" in refused(tmp_path, {"MASH_HUBS__NORTH__TITEL": "x"})


def test_a_list_that_does_not_parse_and_a_value_used_as_a_table_are_told(tmp_path: Path) -> None:
    assert "MASH_SERVICE__REPORTS: not a TOML value" in refused(tmp_path, {"MASH_SERVICE__REPORTS": '["08:30"'})
    assert "MASH_SERVICE__DEAD_MAN__X: 'dead_man' is a value, not a table" in refused(
        tmp_path, {"MASH_SERVICE__DEAD_MAN__X": "1"}
    )


@pytest.mark.parametrize(
    ("old", "new", "variable"),
    [
        ("[channels.console]", '[channels.twilio]\nauth_token = "s3cret"', "MASH_CHANNELS__TWILIO__AUTH_TOKEN"),
        ("[channels.console]", '[channels.email]\npassword = "s3cret"', "MASH_CHANNELS__EMAIL__PASSWORD"),
        ("sqlite:///contacts.db", "postgresql://reader:s3cret@db/x", "MASH_HUBS__NORTH__STORE__URL"),
        ("[people.duty]", '[state]\nurl = "postgresql+psycopg://m:s3cret@db/x"\n[people.duty]', "MASH_STATE__URL"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_the_variable_to_give_it_by_and_never_repeated(
    tmp_path: Path, old: str, new: str, variable: str
) -> None:
    said = refused(tmp_path, {}, changed(old, new))
    assert f"give it by {variable} or {variable}_FILE" in said
    assert "s3cret" not in said


def test_an_address_without_a_password_may_stand_in_the_file(tmp_path: Path) -> None:
    config = loaded(tmp_path, {}, changed("sqlite:///contacts.db", "postgresql+psycopg://reader@db:5432/x"))
    assert config.hubs["north"].store.url == "postgresql+psycopg://reader@db:5432/x"


def test_a_secret_comes_from_the_environment_or_from_a_file_and_shows_nowhere(tmp_path: Path) -> None:
    given = loaded(tmp_path, {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": "s3cret"}, TWILIO)
    secret = tmp_path / "token"
    secret.write_text("s3cret\n", encoding="utf-8")
    read = loaded(tmp_path, {"MASH_CHANNELS__TWILIO__AUTH_TOKEN_FILE": str(secret)}, TWILIO)
    for config in (given, read):
        assert config.channels.twilio is not None
        assert config.channels.twilio.auth_token.reveal() == "s3cret"
        assert "s3cret" not in repr(config)


def test_a_secret_that_begins_like_a_list_is_taken_as_it_is(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("[not{toml", encoding="utf-8")
    config = loaded(tmp_path, {"MASH_CHANNELS__TWILIO__AUTH_TOKEN_FILE": str(secret)}, TWILIO)
    assert config.channels.twilio is not None
    assert config.channels.twilio.auth_token.reveal() == "[not{toml"
    config = loaded(tmp_path, {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": "{s3cret"}, TWILIO)
    assert config.channels.twilio is not None
    assert config.channels.twilio.auth_token.reveal() == "{s3cret"


def test_a_secrets_file_that_is_missing_or_empty_is_told_by_the_variables_name(tmp_path: Path) -> None:
    name = "MASH_CHANNELS__TWILIO__AUTH_TOKEN_FILE"
    assert f"{name}: the secret's file {tmp_path / 'no'} cannot be read" in refused(
        tmp_path, {name: str(tmp_path / "no")}, TWILIO
    )
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    assert "is empty" in refused(tmp_path, {name: str(tmp_path / "empty")}, TWILIO)


def test_a_secret_that_is_wrong_is_not_repeated(tmp_path: Path) -> None:
    assert "s3cret" not in refused(
        tmp_path, {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": "s3cret", "MASH_CHANNELS__TWILIO__TIMEOUT": "x"}, TWILIO
    )
    assert "s3cret" not in refused(
        tmp_path, {"MASH_STATE__URL": "s3cret", "MASH_STATE__URLL": "postgresql://a:s3cret@b"}
    )
