"""The pages of the board: the wall, the list for a desk, one contact's account, the month's scorecard."""

import re
import threading
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from mash_monitor.domain.calendar import local
from mash_monitor.domain.message import safe_reference
from mash_monitor.domain.period import Period
from mash_monitor.domain.rating import Rating
from mash_monitor.state.tokens import Token
from mash_monitor.views.chosen import chosen
from mash_monitor.views.facts import facts
from mash_monitor.views.figures import of_a_scorecard
from mash_monitor.views.hours import hours, in_words
from mash_monitor.views.notes import notes
from mash_monitor.views.sheet import tables
from mash_monitor.web import pages
from mash_monitor.web.archive import Archive
from mash_monitor.web.columns import columns
from mash_monitor.web.doors import Doors
from mash_monitor.web.live import events
from mash_monitor.web.snapshot import Lookout
from mash_monitor.web.visit import Visit

ON_A_PAGE = 100
_FIRST_DAY = date(1991, 1, 1)
_TOLD_BACK = 20
"""Characters of what somebody asked for that are told back."""
_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")
_FILTERS = ("overdue", *(rating.value for rating in reversed(Rating)))


class Board:
    """Draws the pages for whoever has a token."""

    def __init__(
        self, doors: Doors, lookouts: Mapping[str, Lookout], archives: Mapping[str, Archive], closing: threading.Event
    ) -> None:  # fmt: skip
        self._doors = doors
        self._lookouts = lookouts
        self._archives = archives
        self._closing = closing

    def routes(self) -> Iterator[Route]:
        """Where each page is."""
        yield Route("/", self._page(self._wall))
        yield Route("/list", self._page(self._list))
        yield Route("/contact/{reference:path}", self._page(self._contact))
        yield Route("/scorecard", self._page(self._scorecard))
        yield Route("/events", self._events)

    # pages

    def _wall(self, visit: Visit) -> Response:
        def draw() -> bytes:
            position = visit.snapshot.position
            return pages.of_position(
                "wall", visit, hours=hours(position), hours_in_words=in_words(position),
                columns=columns(position),
            )  # fmt: skip

        return pages.page(visit.snapshot.drawn(("wall", visit.several), draw))

    def _list(self, visit: Visit) -> Response:
        asked = visit.query.get("rating")
        rating = asked if asked in _FILTERS else None
        found = chosen(
            visit.snapshot.position, Rating(rating) if rating not in (None, "overdue") else None, rating == "overdue"
        )  # fmt: skip
        last = max(1, -(-len(found) // ON_A_PAGE))
        text = visit.query.get("page", "1")
        number = min(int(text), last) if text.isdecimal() and 0 < len(text) < 6 and int(text) else 1
        shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]

        def draw() -> bytes:
            return pages.of_position(
                "list", visit, shown=shown, found=len(found), rating=rating, filters=_FILTERS, number=number, last=last
            )

        return pages.page(visit.snapshot.drawn(("list", visit.several, rating, number), draw))

    def _contact(self, visit: Visit) -> Response:
        reference = visit.request.path_params["reference"]
        watched = (item.subject.contact_id for item in visit.snapshot.position.watched)
        contact_id = next((known for known in watched if reference in (known, safe_reference(known))), reference)
        account = self._archives[visit.lookout.hub.name].account(contact_id)
        if account is None:
            return pages.message("No such contact", "Nobody here knows a contact of this reference.", 404)
        return pages.page(
            pages.of_position("contact", visit, account=account, facts=[*facts(account, visit.lookout.hub.zone)])
        )

    def _scorecard(self, visit: Visit) -> Response:
        today = local(visit.snapshot.position.now, visit.lookout.hub.zone).date()
        asked = visit.query.get("period", _name(today))
        month = _month(asked, today)
        if month is None:
            return pages.message(
                "No such month",
                f"There is no scorecard of “{asked[:_TOLD_BACK]}”: a month is written as {_name(today)}, and can be "
                f"any from {_FIRST_DAY:%B %Y} to this one, {today:%B %Y}.",
                400, visit.to("/scorecard"), "To the scorecard of this month",
            )  # fmt: skip
        card = self._archives[visit.lookout.hub.name].scorecard(month, visit.snapshot.pass_no)
        later = month.end + timedelta(days=1)
        return pages.page(pages.of_position(
            "scorecard", visit, card=card, notes=[*notes(card)], tables=[*tables(card)],
            figures=of_a_scorecard(card.total.timescales),
            earlier=_name(month.start - timedelta(days=1)) if month.start > _FIRST_DAY else None,
            later=_name(later) if later <= today else None,
        ))  # fmt: skip

    # who sees what

    def _page(self, draw: Callable[[Visit], Response]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            visitor = self._doors.visitor(request)
            if visitor is None:
                return self._doors.ask_in(request)
            found = self._visit(request, visitor)
            return draw(found) if isinstance(found, Visit) else found

        return answer

    def _visit(self, request: Request, visitor: Token) -> Visit | Response:
        """The hub that is asked for; or else which ones there are for this visitor."""
        there = self._open_to(visitor)
        asked = request.query_params.get("hub")
        if asked is None and len(there) == 1:
            asked = next(iter(there))
        if asked in there:
            return Visit(request, there[asked], there[asked].snapshot(), len(there) > 1)
        if asked is None and request.url.path == "/":
            return pages.of_hubs([each.snapshot() for each in there.values()])
        if asked is None:
            return RedirectResponse("/", status_code=303)
        return pages.message("No such hub", "This token opens no hub of this name.", 404)

    async def _events(self, request: Request) -> Response:
        def asked_for() -> list[Lookout]:
            visitor, hub = self._doors.visitor(request), request.query_params.get("hub")
            there = {} if visitor is None else self._open_to(visitor)
            return [each for name, each in there.items() if hub in (None, name)]

        lookouts = await run_in_threadpool(asked_for)
        if not lookouts:
            return Response(status_code=401)
        stream = events(lookouts, lambda: bool(asked_for()), self._doors.now, self._closing)
        return StreamingResponse(stream, media_type="text/event-stream")

    def _open_to(self, visitor: Token) -> dict[str, Lookout]:
        return {name: each for name, each in self._lookouts.items() if visitor.hub in (None, name)}


def _month(text: str, today: date) -> Period | None:
    """The month of these words; None where they are none, or one that no calendar reaches or is still to come."""
    asked = _MONTH.fullmatch(text)
    if asked is None:
        return None
    first = date(int(asked[1]), int(asked[2]), 1)
    if not _FIRST_DAY <= first <= today:
        return None
    return Period(first, first.replace(day=monthrange(first.year, first.month)[1]), _name(first))


def _name(day: date) -> str:
    return f"{day:%Y-%m}"
