"""The pages of the board, drawn on the server from the view models that every view uses.

No style and no script stands in them, as the browser is told to run none that does. What came from a store is
escaped, and what does not print is spelled out.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment
from starlette.responses import HTMLResponse

from mash_monitor.domain.message import safe_reference
from mash_monitor.domain.words import clock_time, duration, moment
from mash_monitor.views import glossary
from mash_monitor.views.headline import banner, headline, since_reports
from mash_monitor.views.html import environment
from mash_monitor.web.live import version
from mash_monitor.web.snapshot import Snapshot
from mash_monitor.web.visit import Visit


def render(template: str, **context: Any) -> bytes:
    """One page."""
    return _templates().get_template(f"{template}.html.j2").render(context).encode()


def of_position(template: str, visit: Visit, **context: Any) -> bytes:
    """A page about a hub."""
    position = visit.snapshot.position
    zone = position.zone

    def when(instant: int) -> str:
        return clock_time(instant, position.now, zone)

    def full(instant: int) -> str:
        return moment(instant, zone)

    return render(
        template, visit=visit, to=visit.to, position=position, banner=banner(position, with_cause=False),
        late=visit.snapshot.late, when=when, full=full, lines=headline(position), since=since_reports(position),
        **context,
    )  # fmt: skip


def of_hubs(snapshots: Sequence[Snapshot]) -> HTMLResponse:
    """The page of every hub that a visitor may look at."""
    return page(render("hubs", snapshots=snapshots, version=version(snapshots)))


def page(content: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(content, status, headers)


def login(
    back: str, trouble: str | None = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The form that takes a token; `back` is where to go from there."""
    return page(render("login", back=back, trouble=trouble), status, headers)


def message(title: str, words: str, status: int, back: str = "/", way: str = "To the board") -> HTMLResponse:
    """A page that says why there is no other, with a way on."""
    return page(render("message", title=title, said=words, back=back, way=way), status)


@cache
def _templates() -> Environment:
    templates = environment("mash_monitor.web")
    templates.globals |= {
        "words": glossary,
        "levels": glossary.LEVEL_WORDS,
        "reference": safe_reference,
        "duration": duration,
    }
    return templates
