"""HTML that can be sent by email or kept as one file: no script, no outside resource, styles in place.

It may leave the machine, so references are shortened to safe ones, and source descriptions, workers and
the cause of a store's trouble stay out. Colours meet WCAG AA contrast, and each is also a word.
"""

from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mash_monitor.domain.measures import Tally, percent
from mash_monitor.domain.message import safe_reference
from mash_monitor.domain.position import Position
from mash_monitor.domain.rating import Level
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import clock_time
from mash_monitor.views import glossary
from mash_monitor.views.chosen import largest_first
from mash_monitor.views.glossary import Standing, standing
from mash_monitor.views.headline import RECONSTRUCTED, banner, breaching, headline, while_shut
from mash_monitor.views.untrusted import plain

_LEVEL_COLOURS = {
    Level.OVERDUE: ("#6b0011", "#ffffff"),
    Level.RED: ("#b3001b", "#ffffff"),
    Level.AMBER: ("#ffbf47", "#1a1a1a"),
    Level.GREEN: ("#00643c", "#ffffff"),
}
"""Background and ink of each level."""
_STANDING_INKS = {Standing.MET: "#00643c", Standing.BELOW: "#b3001b", Standing.UNSURE: "#7a4f00"}
_PERHAPS, _EMPTY, _TARGET = "#ffbf47", "#e3e3e3", "#1a1a1a"
_FIRST = 12


def summary_html(position: Position) -> str:
    """The team and manager view of now as one page."""
    return _render("summary.html.j2", **_of_position(position), urgent=position.watched[:_FIRST])


def report_html(position: Position) -> str:
    """The position in three lines, then every open contact, the most urgent first."""
    return _render("report.html.j2", **_of_position(position))


def scorecard_html(card: Scorecard, title: str, zone: ZoneInfo) -> str:
    """The figures of a period as one page."""
    return _render("scorecard.html.j2", card=card, title=title, zone=zone.key)


def _of_position(position: Position) -> dict[str, Any]:
    def when(instant: int) -> str:
        return clock_time(instant, position.now, position.zone)

    return {
        "position": position,
        "title": position.title,
        "lines": headline(position),
        "banner": banner(position, with_cause=False),
        "breaching": breaching(position),
        "while_shut": while_shut(position),
        "when": when,
    }


def _render(template: str, **context: Any) -> str:
    return _templates().get_template(template).render(context)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("mash_monitor.views"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {
        "words": glossary,
        "level_colours": _LEVEL_COLOURS,
        "standing_inks": _STANDING_INKS,
        "reconstructed": RECONSTRUCTED,
        "segments": _segments,
        "largest_first": largest_first,
        "percent": percent,
        "reference": safe_reference,
    }
    return templates


def _shown(value: object) -> object:
    """What an expression of a template puts on the page: text from anywhere without control characters."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _segments(tally: Tally, target_pct: float | None) -> list[tuple[int, str]]:
    """A share as a bar: (width in percent, colour) from left to right, with a thin mark at the target."""
    found = standing(tally, target_pct)
    sure, most = round(tally.pct_low or 0), round(tally.pct_high or 0)
    full = "#1d70b8" if found is None else _STANDING_INKS[found]
    columns = [full] * sure + [_PERHAPS] * (most - sure) + [_EMPTY] * (100 - most)
    if target_pct is not None:
        columns[max(0, round(target_pct) - 1)] = _TARGET
    return [(len(list(run)), colour) for colour, run in groupby(columns)]
