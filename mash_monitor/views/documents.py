"""The JSON documents: names, order and nulls as promised to other programs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mash_monitor.domain.calendar import local
from mash_monitor.domain.changes import Changes
from mash_monitor.domain.intake import Inflow, Intake
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.message import Counts
from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Rating
from mash_monitor.views.chosen import chosen

if TYPE_CHECKING:
    from mash_monitor.domain.account import Account, Sent
    from mash_monitor.domain.finding import Finding

Document = dict[str, Any]


def dump(document: Document) -> str:
    """The document as text, in ASCII, so that it survives any pipe."""
    return json.dumps(document, indent=2)


def contacts_document(position: Position, rating: Rating | None = None, overdue_only: bool = False) -> Document:
    """`contacts --json`: open contacts, the most urgent first."""
    return {
        **_head(position),
        "contacts": [_contact(item, position.zone) for item in chosen(position, rating, overdue_only)],
        "store": _store(position),
    }


def summary_document(position: Position) -> Document:
    """`summary --json`. `red` counts every contact rated red, the overdue ones among them.

    `timescales` is empty where the store could not be read for it, and the inflow of each source is null.
    """
    counts, quality = position.counts, position.quality
    return {
        **_head(position),
        "open": {
            "total": counts.total,
            "red": counts.red + counts.overdue,
            "amber": counts.amber,
            "green": counts.green,
            "overdue": counts.overdue,
            "oldest_seconds": position.oldest_seconds,
        },
        "due_before_next_report": position.due_before_next_report,
        "timescales": [
            {
                "name": row.timescale.name,
                "target_pct": row.timescale.target_pct,
                **{window: tally_document(tally) for window, tally in row.tallies.items()},
                "weeks": [{"from": monday.isoformat(), **tally_document(tally)} for monday, tally in row.weeks.items()],
            }
            for row in position.performance or ()
        ],
        "sources": [
            {"group": group, **_open(part), **_inflow(position.intake, group)}
            for group, part in position.groups().items()
        ],
        "teams": [{"team": team, **_open(part)} for team, part in position.by_team().items()],
        "data_quality": {
            "set_aside": quality.set_aside,
            "time_unreadable": quality.time_unreadable,
            "date_only": quality.date_only,
            "decided_before_received": quality.decided_before_received,
            "unknown_source": quality.unknown_source,
            "vanished": quality.vanished,
            "received_this_month": quality.received_this_month,
        },
        "store": _store(position),
        "sources_since": _iso(position.intake.since if position.intake else None, position.zone),
        "ageing": [
            {"from_seconds": band and band.start, "to_seconds": band and band.end, **_open(part)}
            for band, part in position.by_age().items()
        ],
        "changes": _changes(position.changes, position.zone),
        "reported": _changes(position.reported, position.zone),
    }


def _store(position: Position) -> Document:
    """Without it, a store that cannot be read looks like a hub with nothing to do. The cause may name machines."""
    seen = position.store
    return {"last_seen_at": _iso(seen.last_seen_at, position.zone), "readable": seen.trouble is None}


def explain_document(account: "Account", zone: ZoneInfo) -> Document:
    """`explain --json`: `rating` is null once the contact is decided; `reason` then says so."""
    watched = account.watched
    return {
        "contact_id": account.contact_id,
        "received_at": _iso(account.received, zone),
        "timescales": [
            {
                "name": way.timescale.name,
                "clock": way.timescale.clock.value,
                "steps": [{"at": _iso(step.at, zone), "what": step.what} for step in way.steps],
                "deadline": None if way.deadline is None else _iso(way.deadline.at, zone),
            }
            for way in account.timescales
        ],
        "rating": None if watched is None else watched.level.rating.value,
        "reason": account.status if watched is None else watched.reason,
        "history": [
            {"at": _iso(change.at, zone), "from": change.before, "to": change.after, "reason": change.reason}
            for change in account.history
        ],
        "deliveries": [
            {
                "at": _iso(sent.at, zone),
                "person": sent.person,
                "channel": sent.channel,
                "state": sent.state,
                "short_ref": sent.short_ref,
            }
            for sent in account.deliveries
        ],
    }


def outbox_document(deliveries: "Iterable[Sent]", zone: ZoneInfo) -> Document:
    """`outbox --json`: every delivery with what is known of it and what comes next."""
    return {
        "deliveries": [
            {
                "id": sent.id,
                "at": _iso(sent.at, zone),
                "person": sent.person,
                "channel": sent.channel,
                "purpose": sent.purpose,
                "level": sent.level,
                "state": sent.state,
                "short_ref": sent.short_ref,
                "contacts": sent.contacts,
                "evidence": sent.evidence,
                "next_action_at": _iso(sent.next_action_at, zone),
            }
            for sent in deliveries
        ]
    }


def findings_document(findings: "Sequence[Finding]") -> Document:
    """`check --json`."""
    return {
        "findings": [
            {
                "level": finding.severity.value,
                "place": finding.place,
                "found": finding.found,
                "remedy": finding.remedy,
            }
            for finding in findings
        ]
    }


def _head(position: Position) -> Document:
    return {
        "hub": position.hub,
        "as_at": _iso(position.now, position.zone),
        "next_report": _iso(position.next_report, position.zone),
    }


def _contact(item: Watched, zone: ZoneInfo) -> Document:
    subject, due = item.subject, item.subject.future.deadline
    return {
        "contact_id": subject.contact_id,
        "children": subject.children,
        "received_at": _iso(subject.received, zone),
        "received_precision": subject.precision.value,
        "source_code": subject.source_code,
        "source_group": subject.source_group,
        "risk": subject.risk,
        "team": ", ".join(subject.teams) or None,
        "timescale": subject.future.timescale,
        "deadline": None if due is None else _iso(due.at, zone),
        "rating": item.level.rating.value,
        "overdue": item.overdue,
        "seconds_left": item.seconds_left,
        "staffed_seconds_left": item.staffed_left,
        "reason": item.reason,
    }


def _open(counts: Counts) -> Document:
    return {"open": counts.total, "red": counts.red + counts.overdue, "overdue": counts.overdue}


def _inflow(intake: Intake | None, group: str) -> Document:
    found = Inflow() if intake is None else intake.groups.get(group, Inflow())
    return {
        "contacts": None if intake is None else found.contacts,
        "share_pct": None if intake is None else intake.share_pct(group),
        "referrals": None if intake is None else found.referrals,
        "conversion_pct": found.conversion_pct,
    }


def _changes(found: Changes | None, zone: ZoneInfo) -> Document | None:
    if found is None:
        return None
    return {**asdict(found), "since": _iso(found.since, zone), "until": _iso(found.until, zone)}


def tally_document(tally: Tally) -> Document:
    """T of the interface: what a share in time is made of, and the share."""
    return {
        "received": tally.received,
        "in_time": tally.in_time,
        "late": tally.late,
        "not_yet_due": tally.not_yet_due,
        "uncertain": tally.uncertain,
        "pct": tally.pct,
        "pct_low": tally.pct_low,
        "pct_high": tally.pct_high,
    }


def _iso(instant: int | None, zone: ZoneInfo) -> str | None:
    return None if instant is None else local(instant, zone).isoformat()
