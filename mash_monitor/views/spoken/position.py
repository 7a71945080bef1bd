"""The top of every view of a position, and open contacts one by one."""

from collections.abc import Iterator, Sequence

from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Rating
from mash_monitor.domain.words import clock_time, count
from mash_monitor.views.chosen import chosen
from mash_monitor.views.glossary import LEVEL_WORDS, time_left
from mash_monitor.views.headline import RECONSTRUCTED, banner, headline
from mash_monitor.views.spoken.sentence import Sentence, said
from mash_monitor.views.untrusted import plain


def top(position: Position) -> Iterator[str]:
    """What somebody must know before anything else, and the position in three lines."""
    for warning in banner(position, with_cause=True):
        yield plain(f"Warning: {warning}")
    yield from map(plain, headline(position))
    if position.reconstructed:
        yield RECONSTRUCTED


def contacts(position: Position, rating: Rating | None = None, overdue_only: bool = False) -> Iterator[str]:
    """The position, then the contacts asked for, the most urgent first."""
    yield from top(position)
    items = chosen(position, rating, overdue_only)
    if items:
        yield ""
        yield from map(str, listing(position, items))
    if hidden := len(position.watched) - len(items):
        yield f"{count(hidden, 'open contact')} of other ratings not shown."


def listing(position: Position, items: Sequence[Watched]) -> Iterator[Sentence]:
    """A sentence a contact, with the teams and the worker that have it."""
    for item in items:
        yield contact(position, item, *item.subject.teams, item.subject.worker)


def contact(position: Position, item: Watched, *has_it: str | None) -> Sentence:
    """Rating, reference, deadline and source; the staffed time left, why, and who has it."""
    subject, due = item.subject, item.subject.future.deadline
    at = "" if due is None else f", due {clock_time(due.at, position.now, position.zone)}"
    left = [] if item.overdue or not item.staffed_left else [f"{time_left(item.staffed_left)} of staffed time"]
    who = ", ".join(filter(None, has_it))
    about = f"{LEVEL_WORDS[item.level]} {subject.contact_id}{at}, {subject.source_group}"
    return said(about, *left, item.reason, *([who] if who else []))
