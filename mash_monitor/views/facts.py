"""What is known of one contact, as pairs of a name and words, for our own screens."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from mash_monitor.domain.account import Account
from mash_monitor.domain.contact import Mark, Precision
from mash_monitor.domain.decision import decided_before, when
from mash_monitor.domain.words import moment
from mash_monitor.views.glossary import OUTCOMES, staffed_left, time_left


def facts(account: Account, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Receipt, time left, state, decision, source, children, risk, team, worker and doubts, as far as known."""

    def tell(instant: int) -> str:
        return moment(instant, zone)

    contact, item = account.contact, account.watched
    yield "received", _receipt(account, zone)
    if item is not None and item.seconds_left is not None and not item.overdue:
        yield "time left", f"{time_left(item.seconds_left)}, staffed: {staffed_left(item.staffed_left, overdue=False)}"
    yield "state", account.status
    if contact is None:
        return
    if contact.decided is not None:
        yield "decided", decided_before(contact, tell) or when(contact.decided, tell)
        yield "outcome", OUTCOMES[contact.outcome.value] if contact.outcome else "not recorded"
    code = contact.source_code and f"code {contact.source_code}"
    yield "source", ", ".join(part for part in (contact.source_group, code, contact.source_desc) if part)
    yield "children", f"{contact.children:,}"
    yield "risk", f"{contact.risk} (by a social worker; not the rating by time)"
    yield "team", contact.team or "no team"
    if contact.worker:
        yield "worker", contact.worker
    if contact.marks:
        yield "doubts", ", ".join(mark.value.replace("_", " ") for mark in sorted(contact.marks, key=Mark))


def _receipt(account: Account, zone: ZoneInfo) -> str:
    if account.received is None:
        return "time unreadable"
    dated = account.contact is not None and account.contact.precision is Precision.DATE
    return moment(account.received, zone) + (", the first minute of a date without a time" if dated else "")
