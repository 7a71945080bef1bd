"""What must be known of a scorecard before its figures are read."""

from collections.abc import Iterator

from mash_monitor.domain.scorecard import Scorecard
from mash_monitor.domain.words import count, day, span
from mash_monitor.views.amounts import WITHHELD


def notes(card: Scorecard) -> Iterator[str]:
    """What must be known before the figures are read: what is not there as a whole, and what is withheld."""
    for period, whole in ((card.period, card.total), (card.before, card.previous)):
        if not whole.recorded:
            against = "" if period is card.period else ": there is nothing to compare with"
            yield f"No contact is recorded for {span(period.start, period.end)}{against}"
    if card.total.recorded and not card.is_over:
        yield f"This period is not over: what came up to {day(card.reach.until)} is counted"
    yield from _history(card)
    if dark := card.without_time:
        yield f"{count(dark, 'contact')} without a readable time of receipt {'is' if dark == 1 else 'are'} in no period"
    if card.doubts_are_late:
        yield "Where it is not certain whether contacts were in time, they are counted as late"
    if card.least is not None:
        yield f"{WITHHELD} withheld: a count from 1 to {card.least - 1}, or one from which such a count would follow"


def _history(card: Scorecard) -> Iterator[str]:
    """What the records do not reach back for."""
    lacking = []
    if card.previous.recorded and not card.reach.back_to(card.before.start):
        lacking.append(f"{span(card.before.start, card.before.end)} is not there as a whole")
    if card.total.recorded and not card.knows_repeats(card.period):
        lacking.append("repeats are looked for over less than 12 months")
    if lacking and card.reach.since is not None:
        yield f"Contacts are recorded since {day(card.reach.since)}: {' and '.join(lacking)}"
