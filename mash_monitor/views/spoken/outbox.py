"""Deliveries and what became of them, a line each."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from mash_monitor.domain.account import Sent
from mash_monitor.domain.words import clock_time
from mash_monitor.views.glossary import about, states
from mash_monitor.views.untrusted import plain


def outbox(deliveries: Sequence[Sent], now: int, zone: ZoneInfo, older: int = 0) -> Iterator[str]:
    """How many stand in which state; then when each was sent, to whom and by what, its state, what happens next.

    `older` counts those that are left out.
    """
    yield states(deliveries, older)
    for sent in deliveries:
        parts = [clock_time(sent.at, now, zone), f"to {sent.person} by {sent.channel}", about(sent)]
        if sent.short_ref:
            parts.append(f"reference {sent.short_ref}")
        known = f", {sent.evidence}" if sent.evidence else ""
        coming = "" if sent.next_action_at is None else f", next {clock_time(sent.next_action_at, now, zone)}"
        yield plain(f"{', '.join(parts)}: {sent.state}{known}{coming}.")
