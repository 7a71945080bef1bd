"""Which address answers what."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, ExceptionHandler

from mash_monitor.app import App
from mash_monitor.channels.twilio import TwilioChannel
from mash_monitor.channels.twilio_callback import REPLY, STATUS
from mash_monitor.contacts import StoreMisconfigured, StoreUnavailable
from mash_monitor.service.daemon import Daemon
from mash_monitor.web import pages
from mash_monitor.web.archive import Archive
from mash_monitor.web.board import Board
from mash_monitor.web.callbacks import TwilioCallbacks
from mash_monitor.web.doors import Doors
from mash_monitor.web.shield import Shield
from mash_monitor.web.snapshot import Lookout
from mash_monitor.web.vitals import Vitals

_UNREAD = (SQLAlchemyError, StoreMisconfigured, StoreUnavailable)


def site(app: App, daemon: Daemon, closing: threading.Event) -> ASGIApp:
    """Everything that the web room serves, for this service, until it closes."""
    doors = Doors(app.engine, daemon.now, encrypted=(app.public("") or "").startswith("https:"))
    vitals = Vitals(app.engine, app.hubs, daemon.now, doors)
    board = Board(
        doors,
        {name: Lookout(hub, app.engine, daemon.now) for name, hub in app.hubs.items()},
        {name: Archive(hub, app.engine, daemon.now) for name, hub in app.hubs.items()},
        closing,
    )
    routes = [*vitals.routes(), *doors.routes(), *board.routes(), *_twilio(app, daemon)]
    static = Mount("/static", StaticFiles(packages=[("mash_monitor.web", "static")]))
    handlers: Mapping[Any, ExceptionHandler] = {404: _nothing_here} | dict.fromkeys(_UNREAD, _not_now)
    return Shield(Starlette(routes=[*routes, static], exception_handlers=handlers))


def _not_now(_request: Request, _error: Exception) -> Response:
    return pages.message("Not now", "What this page needs cannot be read at present. Try again soon.", 503)


def _nothing_here(_request: Request, _error: Exception) -> Response:
    return pages.message("Nothing here", "There is no page at this address.", 404)


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
