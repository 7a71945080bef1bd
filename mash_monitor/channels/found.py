"""Looking for a message whose answer was lost: what counts as found, and what an empty search says."""

from collections.abc import Iterable

from mash_monitor.channels.base import Outcome, Result

CLOCKS_DIFFER = 60
"""Seconds by which a provider's clock may be behind ours: a message may seem to be older than its sending."""

_HOPEFUL = (Result.DELIVERED, Result.ACCEPTED, Result.UNDELIVERED)


def furthest(found: Iterable[Outcome]) -> Outcome:
    """Of the messages found, the one that got furthest; REFUSED with "not-found" where there is none."""
    nothing = Outcome(Result.REFUSED, code="not-found")
    return min(found, key=lambda outcome: _HOPEFUL.index(outcome.result), default=nothing)
