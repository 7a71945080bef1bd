"""The JSON document of a scorecard: names and order as promised to other programs."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from mash_monitor.domain.calendar import local
from mash_monitor.domain.figures import Figures, Whole, share_pct
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.period import Period
from mash_monitor.domain.published import Answer, Checked
from mash_monitor.domain.published_rows import Bounds
from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.views.chosen import largest
from mash_monitor.views.documents import Document, tally_document
from mash_monitor.views.figures import of_a_scorecard

_FOLLOWS = {Answer.FOLLOWS: True, Answer.DOES_NOT_FOLLOW: False}


def scorecard_document(hub: str, card: Scorecard, zone: ZoneInfo) -> Document:
    """`scorecard --json`: the period, its parts, its months, and the period before; what is withheld is null."""
    return {
        "hub": hub,
        "period": _dates(card.period),
        **_whole(card.total, card),
        "months": [{"month": month.name, **_whole(figures, card)} for month, figures in card.months],
        "previous": _whole(card.previous, card),
        "previous_period": _dates(card.before),
        "as_at": local(card.at, zone).isoformat(),
        "withheld_below": card.least,
        "uncertain_counted_as_late": card.doubts_are_late,
        "recorded_since": None if card.reach.since is None else card.reach.since.isoformat(),
        "is_over": card.is_over,
        "without_time": card.without_time,
        "definitions": [
            {"name": figure.name, "says": figure.says, "counts": figure.counts, "of": figure.of or None}
            for figure in of_a_scorecard(card.total.timescales)
        ],
    }


def comparison_document(checked: Iterable[Checked]) -> Document:
    """`scorecard --compare --json`: each printed figure as text, as it was printed, and what follows.

    Where the rows give bounds only, `from_rows` is null, as a share is.
    """
    return {
        "figures": [
            {
                "place": one.place,
                "printed": str(one.printed),
                "from_parts": None if one.parts is None else str(one.parts),
                **_of_rows(one.rows),
                "follows": _FOLLOWS.get(one.answer),
                "known": one.answer is not Answer.UNKNOWN,
                "why": one.why or None,
            }
            for one in checked
        ]
    }


def _of_rows(rows: Bounds | None) -> Document:
    low, high = (None, None) if rows is None else map(str, rows)
    return {"from_rows": low if low == high else None, "from_rows_low": low, "from_rows_high": high}


def very_late_document(tail: Tally) -> Document:
    """What a share over three working days is made of, and the share."""
    return {
        "contacts": tail.late,
        "uncertain": tail.uncertain,
        "pct": tail.late_pct,
        "pct_low": tail.late_pct_low,
        "pct_high": tail.late_pct_high,
    }


def _dates(period: Period) -> Document:
    return {"from": period.start.isoformat(), "to": period.end.isoformat()}


def _whole(figures: Whole, card: Scorecard) -> Document:
    oldest = figures.oldest_open
    return {
        "contacts": figures.contacts,
        "children": figures.children,
        "outcomes": figures.outcome_counts(),
        "referrals": figures.referrals,
        "conversion_pct": figures.conversion_pct,
        "timescales": _timescales(figures),
        "sources": _parts("group", figures.groups, figures),
        "nfa_pct": figures.nfa_pct,
        "repeats": figures.repeats,
        "repeat_pct": figures.repeat_pct,
        "very_late": _very_late(figures.tail),
        "open": figures.open,
        "oldest_open_seconds": None if oldest is None else card.at - oldest,
        "teams": _parts("team", figures.teams, figures),
        "risks": _parts("risk", figures.risks, figures),
    }


def _parts(kind: str, parts: Mapping[str, Figures], whole: Figures) -> list[Document]:
    return [
        {
            kind: name,
            "contacts": part.contacts,
            "share_pct": share_pct(part.contacts, whole.contacts),
            "referrals": part.referrals,
            "conversion_pct": part.conversion_pct,
            "timescales": _timescales(part),
            "nfa_pct": part.nfa_pct,
            "very_late": _very_late(part.tail),
        }
        for name, part in largest(parts)
    ]


def _timescales(figures: Figures) -> list[Document]:
    return [
        {"name": timescale.name, "target_pct": timescale.target_pct, **_tally(tally)}
        for timescale, tally in zip(figures.timescales, figures.tallies, strict=True)
    ]


def _tally(tally: Tally | None) -> Document:
    return dict.fromkeys(tally_document(Tally())) if tally is None else tally_document(tally)


def _very_late(tail: Tally | None) -> Document:
    return dict.fromkeys(very_late_document(Tally())) if tail is None else very_late_document(tail)
