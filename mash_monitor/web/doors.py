"""Who may look: somebody with a token, in a cookie that scripts and other sites never see, or as a bearer.

This machine itself may ask for health and metrics without one.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

import structlog
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mash_monitor.channels.loopback import is_loopback
from mash_monitor.state import tokens
from mash_monitor.state.database import reading
from mash_monitor.state.tokens import Token
from mash_monitor.web import pages
from mash_monitor.web.patience import Patience

log = structlog.get_logger()

_COOKIE, _COOKIE_HERE = "__Host-mash-monitor", "mash-monitor"
"""A browser takes the first one from https only; the second is for this machine, where there is none."""
_COOKIE_SECONDS = 30 * 86_400
_LARGEST_FORM = 4096
_OURS = re.compile(r"/(?:[A-Za-z0-9_.~%-][A-Za-z0-9_.~%/-]*)?(?:\?[A-Za-z0-9_.~%=&-]*)?")
_ENCRYPT = "Reach the board by https: put a proxy before it, and its address into [web] public_url."
_PROXY_HEADERS = ("forwarded", "x-forwarded-for")


@dataclass(frozen=True, slots=True)
class Doors:
    """Lets in, and keeps out. `encrypted`: others reach the board by https."""

    engine: Engine
    now: Callable[[], int]
    encrypted: bool
    patience: Patience = field(default_factory=Patience)

    def visitor(self, request: Request) -> Token | None:
        """Whose token a request carries; None where it carries none that opens anything."""
        token = request.cookies.get(_COOKIE if self._secure(request) else _COOKIE_HERE)
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        token = token or (bearer.strip() if kind.lower() == "bearer" else None)
        if not token:
            return None
        return self._opened(token)

    def at_home(self, request: Request) -> bool:
        """Whether a request comes from this machine itself: not through a proxy, or a browser led here by a name."""
        ends = (request.client.host if request.client else "", request.url.hostname or "")
        return all(map(is_loopback, ends)) and not any(name in request.headers for name in _PROXY_HEADERS)

    def ask_in(self, request: Request) -> Response:
        """To the form, and from there back to what was asked for."""
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(wanted, safe='')}", status_code=303)

    # in and out

    def routes(self) -> Iterator[Route]:
        """Where one comes in, and leaves."""
        yield Route("/login", self.form)
        yield Route("/login", self.enter, methods=["POST"])
        yield Route("/logout", self.leave, methods=["POST"])

    def form(self, request: Request) -> Response:
        """The form that takes a token."""
        return pages.login(_ours(request.query_params.get("next")))

    async def enter(self, request: Request) -> Response:
        """Take a token from the form: a cookie where it opens something, and a longer wait each time where not."""
        address = request.client.host if request.client else ""
        given = await _form(request)
        back = _ours(given.get("next"))
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return pages.login(back, "Another site sent this form. Enter the token on this page.", 403)
        if self._secure(request) and not self.encrypted:
            return pages.login(back, "This address is not encrypted. " + _ENCRYPT, 403)
        if wait := self.patience.wait(address, self.now()):
            return pages.login(back, f"Too many wrong tokens. Try again in {wait} s.", 429, {"Retry-After": str(wait)})
        visitor = await run_in_threadpool(self._opened, given.get("token", "").strip())
        if visitor is None:
            self.patience.failed(address, self.now())
            log.warning("token_refused")
            return pages.login(back, "This token opens nothing. It may have been revoked, or mistyped.", 403)
        self.patience.succeeded(address)
        answer = RedirectResponse(back, status_code=303)
        secure = self._secure(request)
        answer.set_cookie(
            _COOKIE if secure else _COOKIE_HERE, given["token"].strip(), max_age=_COOKIE_SECONDS, secure=secure,
            httponly=True, samesite="strict",
        )  # fmt: skip
        return answer

    def leave(self, request: Request) -> Response:
        """Forget the token in this browser."""
        answer = RedirectResponse("/login", status_code=303)
        secure = self._secure(request)
        answer.delete_cookie(
            _COOKIE if secure else _COOKIE_HERE, secure=secure, httponly=True, samesite="strict"
        )  # fmt: skip
        return answer

    def _opened(self, token: str) -> Token | None:
        with reading(self.engine) as connection:
            return tokens.opened(connection, token)

    def _secure(self, request: Request) -> bool:
        """Whether the cookie is for https only: always, but on this machine itself."""
        return not is_loopback(request.url.hostname or "")


def _ours(wanted: str | None) -> str:
    """Where to go after the form: a page of ours, whatever was asked for."""
    return wanted if wanted and _OURS.fullmatch(wanted) else "/"


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))
