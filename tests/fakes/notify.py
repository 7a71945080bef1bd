"""A GOV.UK Notify of our own, by its documented answers: one service, which keeps what was really taken.

Requests are answered by scripts (`tests.fakes.twilio_answers`, whose ways of going wrong are those of any provider),
or as Notify documents it. Tests move a notification's `status` on as the network would.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt

from tests.fakes.server import Exchange, FakeServer

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"fake-{SERVICE}-{SECRET}"
SMS_TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
EMAIL_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"

_ERRORS = {400: "BadRequestError", 403: "AuthError", 404: "NoResultFound", 429: "RateLimitError", 500: "Exception"}


@dataclass(slots=True)
class Notification:
    """One message of the service, created at `created` (epoch seconds)."""

    id: str
    kind: str
    content: dict[str, Any]
    created: int
    status: str = "created"

    def resource(self) -> dict[str, Any]:
        """The message as Notify's JSON, when it is asked for."""
        return {
            "id": self.id,
            "reference": self.content.get("reference"),
            "email_address": self.content.get("email_address"),
            "phone_number": self.content.get("phone_number"),
            "type": self.kind,
            "status": self.status,
            "template": {"id": self.content["template_id"], "version": 1, "uri": "/v2/template"},
            "body": self.content["personalisation"]["body"],
            "subject": self.content["personalisation"].get("subject"),
            "created_at": datetime.fromtimestamp(self.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            "sent_at": None,
            "completed_at": None,
        }


@dataclass(slots=True)
class FakeNotify(FakeServer):
    """The service. `now` dates its messages, in epoch seconds."""

    now: Callable[[], int] = lambda: 1585582200
    notifications: list[Notification] = field(default_factory=list)

    def accept(self, content: dict[str, Any]) -> dict[str, Any]:
        kind = "sms" if "phone_number" in content else "email"
        with self._lock:
            message = Notification(str(uuid.UUID(int=len(self.notifications) + 1)), kind, content, self.now())
            self.notifications.append(message)
        return {
            "id": message.id,
            "reference": content.get("reference"),
            "content": content["personalisation"],
            "uri": f"{self.base_url}/v2/notifications/{message.id}",
            "template": {"id": content["template_id"], "version": 1, "uri": "/v2/template"},
        }

    def problem(self, status: int, code: int, message: str) -> dict[str, Any]:
        return {"status_code": status, "errors": [{"error": _ERRORS.get(status, "Exception"), "message": message}]}

    def allowed(self, exchange: Exchange) -> bool:
        token = (exchange.header("Authorization") or "").removeprefix("Bearer ")
        try:
            issuer = jwt.decode(token, SECRET, ["HS256"], options={"verify_iat": False})["iss"]
        except (jwt.InvalidTokenError, KeyError):
            issuer = None
        if issuer == SERVICE:
            return True
        exchange.problem(403, 0, "Invalid token: API key not found")
        return False

    def serve(self, exchange: Exchange) -> None:
        if exchange.method == "GET":
            self._look(exchange)
        elif exchange.content["template_id"] not in (SMS_TEMPLATE, EMAIL_TEMPLATE):
            exchange.problem(400, 0, "Template not found")
        else:
            exchange.reply(201, exchange.accept())

    def _look(self, exchange: Exchange) -> None:
        """One message by its id, or those of a type and with a reference, the newest first."""
        with self._lock:
            found = [message.resource() for message in reversed(self.notifications)]
        if exchange.path == "/v2/notifications":
            wanted = {"type": exchange.content.get("template_type"), "reference": exchange.content.get("reference")}
            listed = [one for one in found if all(value in (None, one[key]) for key, value in wanted.items())]
            exchange.reply(200, {"notifications": listed, "links": {"current": self.base_url + exchange.path}})
        elif one := next((one for one in found if exchange.path == f"/v2/notifications/{one['id']}"), None):
            exchange.reply(200, one)
        else:
            exchange.problem(404, 0, "No result found")
