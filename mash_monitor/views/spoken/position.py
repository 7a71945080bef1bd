"""The top of every view of a position, and open contacts one by one."""

from collections.abc import Iterator, Sequence

from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.rating import Rating
from mash_monitor.domain.words import clock_time, count
from mash_monitor.views.chosen import chosen
from mash_monitor.views.glossary import LEVEL_WORDS, time_left
from mash_monitor.views.headline import RECONSTRUCTED, banner, headline
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
        yield from listing(position, items)
    if hidden := len(position.watched) - len(items):
        yield f"{count(hidden, 'open contact')} of other ratings not shown."


def listing(position: Position, items: Sequence[Watched]) -> Iterator[str]:
    """A line a contact: rating, reference, deadline, why, the staffed time left, where it came from and went."""
    for item in items:
        subject, due = item.subject, item.subject.future.deadline
        at = "" if due is None else f", due {clock_time(due.at, position.now, position.zone)}"
        left = "" if item.overdue or not item.staffed_left else f"{time_left(item.staffed_left)} of staffed time; "
        where = ", ".join(part for part in (subject.source_group, *subject.teams, subject.worker) if part)
        yield plain(f"{LEVEL_WORDS[item.level]} {subject.contact_id}{at}: {left}{item.reason}. {where}.")
