"""What Twilio tells by itself: believed with the account's signature over the address that Twilio was given."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mash_monitor.channels import twilio_callback
from mash_monitor.channels.twilio import TwilioChannel
from mash_monitor.service import callbacks
from mash_monitor.service.deliver import Courier
from mash_monitor.service.replies import Secretary

log = structlog.get_logger()

_LARGEST = 64 * 1024
_LAST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TwilioCallbacks:
    """Hears statuses and replies. `public_url` is how Twilio reaches this service, whatever a proxy makes of it."""

    channel: TwilioChannel
    public_url: str
    courier: Courier
    secretary: Secretary | None
    now: Callable[[], int]

    async def status(self, request: Request) -> Response:
        """What became of a message, by our own delivery's id."""
        delivery_id = request.path_params["delivery_id"]
        form = await self._believed(request, f"{twilio_callback.STATUS}/{delivery_id}")
        if form is None or delivery_id > _LAST_ID:
            return Response(status_code=403)
        said = twilio_callback.evidence(form)
        if said is not None:
            await run_in_threadpool(callbacks.tell, self.courier, self.channel.name, delivery_id, said)
        return Response(status_code=204)

    async def reply(self, request: Request) -> Response:
        """What somebody sent to us. Only its id and kind are kept; the answer goes through the outbox."""
        form = await self._believed(request, twilio_callback.REPLY)
        if form is None:
            return Response(status_code=403)
        came = twilio_callback.reply(form, self.now())
        if came is not None and self.secretary is not None:
            await run_in_threadpool(self.secretary.read, self.channel.name, came, self.now())
        return Response("<Response/>", media_type="text/xml")

    async def _believed(self, request: Request, path: str) -> dict[str, str] | None:
        """The fields of a callback that Twilio signed; None for what anybody else may have sent."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST:
                return None
        form = await run_in_threadpool(
            self.channel.believed, self.public_url.rstrip("/") + path, body.decode("utf-8", "replace"),
            request.headers.get("X-Twilio-Signature"),
        )  # fmt: skip
        if form is None:
            log.warning("callback_not_believed")
        return form
