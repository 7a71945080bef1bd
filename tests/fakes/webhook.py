"""Somebody who is told things by POST: keeps what came, with its headers, and the address that it came to."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.server import Exchange, FakeServer


@dataclass(slots=True)
class FakeWebhook(FakeServer):
    """The server. `taken` is what was taken; `exchanges` every request, as it came."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def allowed(self, exchange: Exchange) -> bool:
        self.exchanges.append(exchange)
        return True

    def accept(self, content: dict[str, Any]) -> dict[str, Any]:
        self.taken.append(content)
        return {}

    def problem(self, status: int, code: int, message: str) -> dict[str, Any]:
        return {"error": message, "code": code, "status": status}

    def serve(self, exchange: Exchange) -> None:
        exchange.reply(200, exchange.accept())
