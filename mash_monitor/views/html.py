"""HTML that can be sent by email or kept as one file: no script, no outside resource, styles in place.

It may leave the machine, so of a position it shows what may (`outward`). Colours meet WCAG AA contrast, and each
is also a word.
"""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mash_monitor.domain.measures import Tally
from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Level
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.stretches import day_ahead
from mash_monitor.domain.words import clock_time, day, moment, span
from mash_monitor.views import glossary
from mash_monitor.views.amounts import Amount
from mash_monitor.views.chosen import weeks
from mash_monitor.views.figures import of_a_scorecard
from mash_monitor.views.glossary import Standing, ages, aimed, standing
from mash_monitor.views.headline import RECONSTRUCTED, banner, breaching, headline, since_reports, urgent, while_shut
from mash_monitor.views.hours import hours, in_words
from mash_monitor.views.notes import notes
from mash_monitor.views.outward import outward
from mash_monitor.views.sheet import Table, tables
from mash_monitor.views.untrusted import plain

_LEVEL_COLOURS = {
    Level.OVERDUE: ("#6b0011", "#ffffff"),
    Level.RED: ("#b3001b", "#ffffff"),
    Level.AMBER: ("#ffbf47", "#1a1a1a"),
    Level.GREEN: ("#00643c", "#ffffff"),
}
"""Background and ink of each level."""
_SHAPES = {Level.OVERDUE: "■", Level.RED: "▲", Level.AMBER: "◆", Level.GREEN: "●"}
_STANDING_INKS = {Standing.MET: "#00643c", Standing.BELOW: "#b3001b", Standing.UNSURE: "#7a4f00"}
_DARK_INKS = {Standing.MET: "#5bd39b", Standing.BELOW: "#ff9aa5", Standing.UNSURE: "#ffcf66"}
_LIGHT = {
    "page": "#ffffff", "ink": "#1a1a1a", "quiet": "#505050", "line": "#d0d0d0",
    "bar": "#1d70b8", "perhaps": "#ffbf47", "track": "#e3e3e3",
}  # fmt: skip
_DARK = {
    "page": "#161616", "ink": "#f2f2f2", "quiet": "#b8b8b8", "line": "#4a4a4a",
    "bar": "#6cb2f0", "perhaps": "#b98a2e", "track": "#383838",
}  # fmt: skip
_FIRST = 6
"""Contacts of each kind that a page shows; the list has all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in percent of its whole length; from `low` to `high` it is drawn as perhaps."""

    label: str
    words: str
    low: float
    high: float
    target_pct: float | None


def summary_html(position: Position) -> str:
    """The team and manager view of now as one page, with charts and the most urgent contacts."""
    shown = outward(position)
    return _summary(shown, urgent(shown), most=_FIRST, charts=True)


def report_html(position: Position) -> str:
    """The same with every open contact, for mail programs that draw no charts: their tables say what they say."""
    shown = outward(position)
    every = [("Every open contact", [*shown.watched])]
    return _summary(shown, every, most=len(shown.watched), charts=False)


def scorecard_html(card: Scorecard, title: str, zone: ZoneInfo) -> str:
    """The figures of a period as one page: charts, the table behind each, and what the figures are."""
    return _render(
        "scorecard.html.j2",
        heading=f"{title}, {span(card.period.start, card.period.end)}",
        zone=zone.key,
        as_at=moment(card.at, zone),
        notes=[*notes(card)],
        tables=list(tables(card)),
        figures=of_a_scorecard(card.total.timescales),
    )


def _summary(position: Position, groups: list[tuple[str, list[Watched]]], *, most: int, charts: bool) -> str:
    def when(instant: int) -> str:
        return clock_time(instant, position.now, position.zone)

    return _render(
        "summary.html.j2",
        position=position,
        title=position.title,
        lines=headline(position),
        banner=banner(position, with_cause=False),
        since=since_reports(position),
        stretches=day_ahead(position),
        hours=hours(position),
        hours_in_words=in_words(position),
        breaching=breaching(position),
        while_shut=while_shut(position),
        ages={ages(band): counts for band, counts in position.by_age().items() if counts.total},
        clocks=[aimed(row.timescale) for row in position.performance or ()],
        weeks=weeks(position.performance or ()),
        groups=groups,
        most=most,
        charts=charts,
        when=when,
    )


def _render(template: str, **context: Any) -> str:
    return _templates().get_template(template).render(context)


def environment(package: str) -> Environment:
    """The templates of a package: what is put into a page is escaped, and what does not print is spelled out."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _templates() -> Environment:
    templates = environment("mash_monitor.views")
    templates.globals |= {
        "words": glossary,
        "level_colours": _LEVEL_COLOURS,
        "standing_inks": _STANDING_INKS,
        "reconstructed": RECONSTRUCTED,
        "shapes": _SHAPES,
        "dark_inks": _DARK_INKS,
        "light": _LIGHT,
        "dark": _DARK,
        "segments": _segments,
        "chart_of": _chart_of,
        "day": day,
    }
    return templates


def _shown(value: object) -> object:
    """What an expression of a template puts on the page: text from anywhere without control characters."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _chart_of(table: Table) -> list[Bar]:
    """The bars of a table: its shares in time, or the parts of a whole; none where it has neither."""
    rows = table.rows[:-1] if table.ends_in_all else table.rows
    if table.wide:
        return [
            Bar(f"{row[0]}, {when}", str(cell), cell.tally.pct_low or 0, cell.tally.pct_high or 0, cell.target_pct)
            for row in rows
            for when, cell in zip(("this period", "before"), row[-2:], strict=True)
            if isinstance(cell, Amount) and cell.tally is not None and cell.tally.due
        ]
    cells = [(str(row[0]), row[table.bars]) for row in rows] if table.bars is not None else []
    found = [(name, cell) for name, cell in cells if isinstance(cell, Amount) and cell.value is not None]
    return [Bar(name, str(cell), cell.value or 0, cell.value or 0, None) for name, cell in found]


def _segments(tally: Tally, target_pct: float | None) -> list[tuple[int, str]]:
    """A share as a bar: (width in percent, colour) from left to right, with a thin mark at the target."""
    found = standing(tally, target_pct)
    sure, most = round(tally.pct_low or 0), round(tally.pct_high or 0)
    full = _LIGHT["bar"] if found is None else _STANDING_INKS[found]
    columns = [full] * sure + [_LIGHT["perhaps"]] * (most - sure) + [_LIGHT["track"]] * (100 - most)
    if target_pct is not None:
        columns[max(0, round(target_pct) - 1)] = _LIGHT["ink"]
    return [(len(list(run)), colour) for colour, run in groupby(columns)]
