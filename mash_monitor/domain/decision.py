"""A decision in words: when it was made, and how it stands against the deadline that rates the contact."""

from collections.abc import Callable

from mash_monitor.domain.contact import Contact, Mark, Span
from mash_monitor.domain.measures import Verdict, bounds, verdict
from mash_monitor.domain.rating import Policy, timeline
from mash_monitor.domain.timescale import governing
from mash_monitor.domain.words import clock_time

_HOUR = 3_600
_VERDICTS = {Verdict.IN_TIME: ", in time", Verdict.LATE: ", late", Verdict.UNCERTAIN: ", in time or late"}


def when(span: Span, tell: Callable[[int], str]) -> str:
    """The time of a decision as `tell` puts an instant: "12:30", "between 12:30 and 16:30".

    In the hour that autumn repeats both bounds read alike, and the words say so.
    """
    first, last = map(tell, span)
    if first != last:
        return f"between {first} and {last}"
    return f"{last}, before or after the clock went back" if span.latest - span.earliest >= _HOUR else last


def decided_before(contact: Contact, tell: Callable[[int], str]) -> str | None:
    """The decision of a contact that was decided before it was received; None of any other.

    Of several children it may be that of one alone.
    """
    if contact.early is None or contact.received is None or contact.decided is None:
        return None
    early = f"{when(contact.early, tell)}, before it was received {tell(contact.received)}"
    if contact.decided.latest <= contact.received:
        return early
    return f"{when(contact.decided, tell)}, of one child {early}"


def decision(contact: Contact, policy: Policy, now: int) -> str:
    """The decision of a decided contact: "decided 14:05, in time", as the scorecard counts it.

    Without a deadline it is neither in time nor late.
    """

    def tell(instant: int) -> str:
        return clock_time(instant, now, policy.calendar.zone)

    if contact.decided is None:
        return "decided"
    if (early := decided_before(contact, tell)) is not None:
        return f"decided {early}; uncertain"
    found = _verdict(contact, policy, now)
    return f"decided {when(contact.decided, tell)}{_VERDICTS.get(found, '') if found else ''}"


def _verdict(contact: Contact, policy: Policy, now: int) -> Verdict | None:
    """How the contact stands against the earliest deadline of those that rate it; None without one."""
    if timeline(contact.received, contact.risk, contact.source_group, policy).deadline is None:
        return None
    scales = governing(policy.timescales, contact.risk, contact.source_group)
    dues = [due for scale in scales if (due := bounds(contact, scale, policy.calendar)) is not None]
    if not dues or Mark.VOLUME_ONLY in contact.marks:
        return None
    return verdict(contact, min(dues, key=lambda due: due.earliest.last), now)
