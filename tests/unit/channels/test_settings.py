import sys
from subprocess import run
from typing import Any

import pytest

from mash_monitor.channels.email import EmailSettings
from mash_monitor.channels.loopback import is_loopback
from mash_monitor.channels.twilio import TwilioSettings

TWILIO: dict[str, Any] = {"account_sid": "AC0123", "auth_token": "secret", "from_number": "+447700900000"}
EMAIL: dict[str, Any] = {"host": "mail.example.org", "sender": "mash@example.org"}


@pytest.mark.parametrize(
    "url", ["https://twilio.example.org/proxy", "http://127.0.0.1:4010", "http://localhost", "http://[::1]:1"]
)
def test_another_endpoint_is_taken_by_https_or_on_this_machine(url: str) -> None:
    assert TwilioSettings(**TWILIO, base_url=url).base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://twilio.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost@example.org",
        "https://user:word@example.org",
        "https://example.org?region=ie1",
        "ftp://127.0.0.1",
        "127.0.0.1:4010",
        "https://",
    ],
)
def test_an_endpoint_that_would_show_credentials_to_others_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"channels\.twilio\.base_url: expected an https address"):
        TwilioSettings(**TWILIO, base_url=url)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"account_sid": "SK0123"}, r"channels\.twilio\.account_sid"),
        ({"auth_token": ""}, r"channels\.twilio\.auth_token"),
        ({"from_number": None}, r"channels\.twilio: expected either"),
        ({"messaging_service_sid": "MG0123"}, r"channels\.twilio: expected either"),
        ({"from_number": "07700 900000"}, r"channels\.twilio\.from"),
        ({"from_number": "MASH Hereford"}, r"channels\.twilio\.from: .*at most 11"),
        ({"from_number": "44"}, r"channels\.twilio\.from"),
        ({"status_callback": "http://mash.example.org/status"}, r"channels\.twilio\.status_callback"),
        ({"total_timeout": 0}, r"channels\.twilio\.timeout"),
    ],
)
def test_a_wrong_account_or_sender_is_refused_at_its_place(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place) as error:
        TwilioSettings(**TWILIO | changed)

    assert "900000" not in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"host": ""}, r"channels\.email\.host"),
        ({"security": "ssl"}, r"channels\.email\.security"),
        ({"security": "none"}, r"channels\.email\.security: found \"none\""),
        ({"user": "mash"}, r"channels\.email: expected user and password"),
        ({"timeout": -1}, r"channels\.email\.timeout"),
        ({"sender": "siân@example.org"}, r"channels\.email\.from: expected letters of ASCII"),
        ({"sender": "mash@example.org\r\nBcc: x@example.org"}, r"channels\.email\.from: expected an email"),
    ],
)
def test_a_wrong_mail_server_or_sender_is_refused_at_its_place(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place):
        EmailSettings(**EMAIL | changed)


def test_settings_shown_in_a_log_hold_no_secret_and_no_address() -> None:
    shown = repr(TwilioSettings(**TWILIO)) + repr(EmailSettings(**EMAIL, user="mash-user", password="word"))

    for hidden in ("secret", "900000", "mash@", "mash-user", "word'"):
        assert hidden not in shown


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "0.0.0.0", "localhost.example.org", "example.org"])
def test_anything_else_is_another_machine(host: str) -> None:
    assert not is_loopback(host)


def test_channels_are_ready_without_loading_what_is_slow_to_import() -> None:
    program = (
        "import sys, mash_monitor.channels, mash_monitor.channels.console, mash_monitor.channels.email,"
        " mash_monitor.channels.twilio\n"
        "print(sorted({'twilio', 'requests', 'urllib3'} & set(sys.modules)))"
    )
    assert run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
