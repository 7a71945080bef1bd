import sys
from subprocess import run
from typing import Any

import pytest

from mash_monitor.channels.apprise import AppriseChannel
from mash_monitor.channels.email import EmailSettings
from mash_monitor.channels.loopback import is_loopback
from mash_monitor.channels.notify import NotifyChannel, NotifySettings
from mash_monitor.channels.twilio import TwilioSettings

TWILIO: dict[str, Any] = {"account_sid": "AC0123", "auth_token": "secret", "from_number": "+447700900000"}
EMAIL: dict[str, Any] = {"host": "mail.example.org", "sender": "mash@example.org"}

SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
NOTIFY: dict[str, Any] = {
    "api_key": f"mash-live-26785a09-ab16-4eb0-8407-a37497a57506-{SECRET}",
    "sms_template": TEMPLATE,
}


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
    ("sender", "can_receive"),
    [
        ({}, True),
        ({"from_number": None, "messaging_service_sid": "MG0123"}, True),
        ({"from_number": "60777"}, False),
        ({"from_number": "HFDS MASH"}, False),
        ({"from_number": "M"}, False),
    ],
)
def test_a_sender_that_people_may_not_be_able_to_reply_to_is_known(sender: dict[str, Any], can_receive: bool) -> None:
    assert TwilioSettings(**TWILIO | sender).can_receive is can_receive


@pytest.mark.parametrize("url", ["https://mash.example.org/status", "http://127.0.0.1:8642/status"])
def test_callbacks_may_come_to_any_address_that_nobody_else_hears(url: str) -> None:
    assert TwilioSettings(**TWILIO, status_callback=url).status_callback == url


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"api_key": SECRET}, r"channels\.notify\.api_key: expected a key"),
        ({"sms_template": None}, r"channels\.notify: expected sms_template or email_template"),
        ({"sms_template": "the red one"}, r"channels\.notify\.sms_template"),
        ({"email_template": f"{TEMPLATE}0"}, r"channels\.notify\.email_template"),
        ({"base_url": "http://notify.example.org"}, r"channels\.notify\.base_url: expected an https address"),
        ({"timeout": 0}, r"channels\.notify\.timeout"),
    ],
)
def test_a_wrong_service_of_notify_is_refused_at_its_place(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(ValueError, match=place) as error:
        NotifySettings(**NOTIFY | changed)

    assert SECRET not in str(error.value)


def test_a_kind_of_message_needs_its_template() -> None:
    assert NotifyChannel(NotifySettings(**NOTIFY), "sms").name == "notify-sms"
    with pytest.raises(ValueError, match=r"channels\.notify\.email_template: found nothing"):
        NotifyChannel(NotifySettings(**NOTIFY), "email")


def test_a_channel_whose_library_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("apprise", "notify_settings"):
        monkeypatch.setattr(f"mash_monitor.channels.{module}.find_spec", lambda _name: None)

    with pytest.raises(ValueError, match=r"channels\.apprise: .*mash-monitor\[apprise\]"):
        AppriseChannel()
    with pytest.raises(ValueError, match=r"channels\.notify: .*mash-monitor\[notify\]"):
        NotifySettings(**NOTIFY)


def test_apprise_needs_some_time() -> None:
    with pytest.raises(ValueError, match=r"channels\.apprise\.timeout"):
        AppriseChannel(timeout=0)


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
    shown += repr(NotifySettings(**NOTIFY))

    for hidden in ("secret", "900000", "mash@", "mash-user", "word'", SECRET):
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
        " mash_monitor.channels.twilio, mash_monitor.channels.twilio_callback, mash_monitor.channels.apprise,"
        " mash_monitor.channels.notify\n"
        "slow = {'twilio', 'requests', 'urllib3', 'apprise', 'notifications_python_client'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    assert run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
