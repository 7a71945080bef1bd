"""The documents that other programs hold on to, as they are promised: every key, every type, nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Shape = Any
"""A type, a literal text, a set of alternatives, a [list of one shape], a {key: shape}, `Named` or a check."""


@dataclass(frozen=True, slots=True)
class Named:
    """An object whose keys are names, and whose values have one shape."""

    value: Shape


def moment(value: object) -> bool:
    """A time as ISO 8601 with an offset."""
    return isinstance(value, str) and "T" in value and datetime.fromisoformat(value).tzinfo is not None


def day(value: object) -> bool:
    """A date as ISO 8601."""
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def share(value: object) -> bool:
    """A percentage, rounded to two decimals."""
    return isinstance(value, int | float) and not isinstance(value, bool) and round(value, 2) == value


def mismatch(value: object, shape: Shape, at: str = "$") -> str | None:
    """The first place where a document is not as promised; None where it is."""
    if isinstance(shape, tuple):
        return None if any(mismatch(value, one, at) is None for one in shape) else f"{at}: {value!r} is none of {shape}"
    if isinstance(shape, dict):
        if not isinstance(value, dict) or list(value) != list(shape):
            return f"{at}: {list(value) if isinstance(value, dict) else value!r}, promised {list(shape)}"
        return _first(mismatch(value[key], inner, f"{at}.{key}") for key, inner in shape.items())
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{at}: {value!r}, promised a list"
        return _first(mismatch(item, shape[0], f"{at}[{number}]") for number, item in enumerate(value))
    if isinstance(shape, Named):
        if not isinstance(value, Mapping):
            return f"{at}: {value!r}, promised an object"
        return _first(mismatch(item, shape.value, f"{at}.{key}") for key, item in value.items())
    if isinstance(shape, type):
        return None if type(value) is shape else f"{at}: {value!r}, promised {shape.__name__}"
    if isinstance(shape, Callable):  # type: ignore[arg-type]
        return None if shape(value) else f"{at}: {value!r}, promised {shape.__name__}"
    return None if value == shape else f"{at}: {value!r}, promised {shape!r}"


def _first(found: Any) -> str | None:
    return next((one for one in found if one is not None), None)


def either(*shapes: Shape) -> tuple[Shape, ...]:
    """One of these."""
    return shapes


def maybe(shape: Shape) -> tuple[Shape, ...]:
    """This, or null."""
    return (shape, None)


TALLY = {
    "received": int, "in_time": int, "late": int, "not_yet_due": int, "uncertain": int,
    "pct": maybe(share), "pct_low": maybe(share), "pct_high": maybe(share),
}  # fmt: skip

CONTACT = {
    "contact_id": str, "children": int, "received_at": maybe(moment),
    "received_precision": either("minute", "date", "unreadable"), "source_code": maybe(str), "source_group": str,
    "risk": str, "team": maybe(str), "timescale": maybe(str), "deadline": maybe(moment),
    "rating": either("red", "amber", "green"), "overdue": bool, "seconds_left": maybe(int),
    "staffed_seconds_left": maybe(int), "reason": str,
}  # fmt: skip

STORE = {"last_seen_at": maybe(moment), "readable": bool}

CONTACTS = {"hub": str, "as_at": moment, "next_report": moment, "contacts": [CONTACT], "store": STORE}

CHANGES = {
    "since": moment, "until": moment, "came": int, "overdue": int, "red": int, "amber": int, "eased": int,
    "decided": int, "reopened": int, "vanished": int, "returned": int, "acknowledged": int,
}  # fmt: skip

SUMMARY = {
    "hub": str, "as_at": moment, "next_report": moment,
    "open": {"total": int, "red": int, "amber": int, "green": int, "overdue": int, "oldest_seconds": maybe(int)},
    "due_before_next_report": int,
    "timescales": [
        {"name": str, "target_pct": maybe(share), "today": TALLY, "last_7_days": TALLY, "month": TALLY,
         "weeks": [{"from": day, **TALLY}]}
    ],
    "sources": [{
        "group": str, "open": int, "red": int, "overdue": int, "contacts": maybe(int), "share_pct": maybe(share),
        "referrals": maybe(int), "conversion_pct": maybe(share),
    }],
    "teams": [{"team": maybe(str), "open": int, "red": int, "overdue": int}],
    "data_quality": {
        "set_aside": int, "time_unreadable": int, "date_only": int, "decided_before_received": maybe(int),
        "unknown_source": int, "vanished": int, "received_this_month": maybe(int),
    },
    "store": STORE,
    "sources_since": maybe(moment),
    "ageing": [{"from_seconds": maybe(int), "to_seconds": maybe(int), "open": int, "red": int, "overdue": int}],
    "changes": maybe(CHANGES), "reported": maybe(CHANGES),
}  # fmt: skip

MEASURED = {"name": str, "target_pct": maybe(share), **TALLY}

VERY_LATE = {
    "contacts": maybe(int), "uncertain": maybe(int), "pct": maybe(share), "pct_low": maybe(share),
    "pct_high": maybe(share),
}  # fmt: skip

PART = {
    "contacts": int, "share_pct": maybe(share), "referrals": int, "conversion_pct": maybe(share),
    "timescales": [MEASURED], "nfa_pct": maybe(share), "very_late": VERY_LATE,
}  # fmt: skip

FIGURES = {
    "contacts": int, "children": int, "outcomes": Named(int), "referrals": int, "conversion_pct": maybe(share),
    "timescales": [MEASURED], "sources": [{"group": str, **PART}], "nfa_pct": maybe(share), "repeats": maybe(int),
    "repeat_pct": maybe(share), "very_late": VERY_LATE, "open": int, "oldest_open_seconds": maybe(int),
    "teams": [{"team": str, **PART}], "risks": [{"risk": str, **PART}],
}  # fmt: skip

DATES = {"from": day, "to": day}

SCORECARD = {
    "hub": str, "period": DATES, **FIGURES, "months": [{"month": str, **FIGURES}], "previous": FIGURES,
    "previous_period": DATES, "as_at": moment, "withheld_below": maybe(int),
    "uncertain_counted_as_late": bool, "recorded_since": maybe(day), "is_over": bool, "without_time": maybe(int),
    "definitions": [{"name": str, "says": str, "counts": str, "of": maybe(str)}],
}  # fmt: skip

EXPLAIN = {
    "contact_id": str, "received_at": maybe(moment),
    "timescales": [
        {"name": str, "clock": either("elapsed", "working-hours", "working-days"),
         "steps": [{"at": moment, "what": str}], "deadline": maybe(moment)}
    ],
    "rating": maybe(either("red", "amber", "green")), "reason": str,
    "history": [{"at": moment, "from": maybe(str), "to": str, "reason": str}],
    "deliveries": [{"at": moment, "person": str, "channel": str, "state": str, "short_ref": maybe(str)}],
}  # fmt: skip

NOTICE = {"line": int, "column": str, "shape": str, "reason": str}

IMPORT = {
    "file": str, "rows": int, "imported": int, "updated": int, "unchanged": int, "marked": [NOTICE],
    "rejected": [NOTICE],
}  # fmt: skip

FINDINGS = {
    "findings": [{"level": either("error", "warning", "info"), "place": str, "found": str, "remedy": str}]
}  # fmt: skip

OUTBOX = {
    "deliveries": [{
        "id": int, "at": moment, "person": str, "channel": str,
        "purpose": either("alert", "summary", "ops", "test"), "level": maybe(str),
        "state": either("pending", "sending", "accepted", "shown", "delivered", "undelivered", "failed", "unknown",
                        "cancelled"),
        "short_ref": maybe(str), "contacts": int, "evidence": str, "next_action_at": maybe(moment),
    }]
}  # fmt: skip
