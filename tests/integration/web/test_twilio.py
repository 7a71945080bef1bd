"""The web room hears Twilio where that is configured, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from mash_monitor.app import App
from mash_monitor.service import passes
from mash_monitor.service.daemon import Daemon
from mash_monitor.state.database import reading
from mash_monitor.state.schema import alerts, deliveries
from mash_monitor.web.companion import beside
from tests.e2e.program import CONFIG, Program
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio, post_signed
from tests.integration.service.scripted import Clock
from tests.integration.service.town import Council
from tests.integration.service.wire import free_port, gone
from tests.unit.domain.hubs import at

NOON = "2026-03-06 12:30"
DUTY = "+447700900123"


@contextmanager
def service(folder: Path, twilio: FakeTwilio, heard: str) -> Iterator[tuple[App, Daemon, str]]:
    """A service that texts duty about one red contact, and its public address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = CONFIG.replace("[people.duty]", f'[people.duty]\nsms = "{DUTY}"').replace(
        '["console"]', '["sms", "console"]'
    )
    config = config.replace('dead_man = "off"', 'dead_man = "off"\nops = {to = ["duty"], by = ["console"]}')
    Program.made(folder, f"""{config}
[channels.twilio]
account_sid = "{ACCOUNT}"
from = "{NUMBER}"
base_url = "{twilio.base_url}"
status = "{heard}"
replies = "{heard}"

[web]
listen = "127.0.0.1:{port}"
public_url = "{url}/"
""")  # fmt: skip
    Council(f"sqlite:///{folder}/contacts.db").add("C-1", "2026-03-05 14:05")
    app = App.load(folder / "config.toml", {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": TOKEN})
    clock = Clock(at(NOON))
    daemon = app.daemon(clock)
    companion = beside(app, daemon)
    assert companion is not None
    companion.start()
    passes.report(app.hub(None), app.engine, clock.now)
    daemon.courier.deliver()
    yield app, daemon, url
    companion.stop()
    gone(port)
    app.engine.dispose()


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    """An account of our own with Twilio."""
    with FakeTwilio() as account:
        yield account


def state(app: App) -> str:
    """What is known of the alert by text message."""
    with reading(app.engine) as connection:
        query = deliveries.select().where(deliveries.c.purpose == "alert", deliveries.c.channel == "sms")
        return str(connection.execute(query).one().state)


def test_a_status_and_a_reply_come_by_themselves(tmp_path: Path, twilio: FakeTwilio) -> None:
    with service(tmp_path, twilio, "callback") as (app, _, url):
        (message,) = [message for message in twilio.sent if "Reply ACK" in message.form["Body"]]
        assert state(app) == "accepted"
        assert twilio.call_back(message.sid, "delivered", token="another") == 403
        assert twilio.call_back(message.sid, "delivered") == 204
        assert state(app) == "delivered"
        reply = {"MessageSid": "SMreply", "From": DUTY, "Body": "ack", "AccountSid": ACCOUNT}
        assert post_signed(f"{url}/twilio/reply", reply) == 200
        with reading(app.engine) as connection:
            assert connection.execute(alerts.select()).one().acknowledged_by == "duty"


def test_nobody_listens_where_twilio_is_asked(tmp_path: Path, twilio: FakeTwilio) -> None:
    with service(tmp_path, twilio, "poll") as (_, daemon, url):
        assert "StatusCallback" not in twilio.sent[0].form
        assert daemon.secretary is not None
        assert set(daemon.secretary.channels) == {"sms", "console"}
        for path in ("/twilio/status/1", "/twilio/reply"):
            assert requests.post(url + path, {"MessageSid": "SM1"}, timeout=10).status_code == 404


def test_with_both_off_nobody_reads_replies(tmp_path: Path, twilio: FakeTwilio) -> None:
    with service(tmp_path, twilio, "off") as (app, daemon, _):
        assert daemon.secretary is None
        assert state(app) == "accepted"
