"""How one contact came to its deadline and rating, in sentences."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from mash_monitor.domain.account import Account
from mash_monitor.domain.words import moment
from mash_monitor.views.attempts import attempts
from mash_monitor.views.facts import facts
from mash_monitor.views.glossary import LEVEL_WORDS, clock, stepped
from mash_monitor.views.spoken.outbox import outbox
from mash_monitor.views.untrusted import plain


def explain(account: Account, zone: ZoneInfo) -> Iterator[str]:
    """Rating, facts, the way to each deadline, what changed when, the messages, and each attempt to send them."""
    yield from map(plain, _lines(account, zone))


def _lines(account: Account, zone: ZoneInfo) -> Iterator[str]:
    yield f"{account.contact_id}, {account.title}"
    if account.watched is not None:
        yield f"{LEVEL_WORDS[account.watched.level]}: {account.watched.reason}"
    for name, words in facts(account, zone):
        yield f"{name}: {words}"
    for way in account.timescales:
        yield ""
        yield f"{way.timescale.name}, {clock(way.timescale)}"
        yield from (f"{moment(step.at, zone)}: {step.what}" for step in way.steps)
        if way.deadline is None:
            yield "no deadline"
    yield ""
    yield "What changed"
    for change in account.history:
        yield f"{moment(change.at, zone)}, {stepped(change)}: {change.reason}"
    if not account.history:
        yield "nothing recorded yet"
    yield ""
    yield "What was sent"
    yield from outbox(account.deliveries, account.now, zone)
    if tried := list(attempts(account.deliveries)):
        yield ""
        yield "Each attempt to send"
        yield from (f"{moment(at, zone)}, {what}: {result}" for at, what, result in tried)
