"""Which address answers what."""

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from mash_monitor.app import App
from mash_monitor.channels.twilio import TwilioChannel
from mash_monitor.channels.twilio_callback import REPLY, STATUS
from mash_monitor.service.daemon import Daemon
from mash_monitor.web.callbacks import TwilioCallbacks
from mash_monitor.web.vitals import Vitals


def site(app: App, daemon: Daemon) -> Starlette:
    """Everything that the web room serves, for this service."""
    vitals = Vitals(app.engine, app.hubs, daemon.now)
    routes: list[BaseRoute] = [Route("/health", vitals.health), Route("/metrics", vitals.metrics)]
    return Starlette(routes=[*routes, *_twilio(app, daemon)])


def _twilio(app: App, daemon: Daemon) -> Iterator[Route]:
    """Where Twilio calls us, as far as it is configured to."""
    channel, public_url = daemon.courier.channels.get("sms"), app.public("")
    configured = app.config.channels.twilio
    if configured is None or not isinstance(channel, TwilioChannel) or public_url is None:
        return
    heard = TwilioCallbacks(channel, public_url, daemon.courier, daemon.secretary, daemon.now)
    if configured.status == "callback":
        yield Route(f"{STATUS}/{{delivery_id:int}}", heard.status, methods=["POST"])
    if configured.replies == "callback":
        yield Route(REPLY, heard.reply, methods=["POST"])
