"""What stands above every view of a position: the banner, and the position in three lines."""

from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.words import clock_time, duration, moment
from mash_monitor.views.glossary import LEVEL_WORDS, WHILE_SHUT, by_level, changed

RECONSTRUCTED = "Reconstructed from the rows as they are now; what was known and sent then is in `explain`."


def banner(position: Position, *, with_cause: bool) -> list[str]:
    """What somebody must know before anything else; empty on a good day.

    `with_cause` adds why the store was not seen, if that is told; it is for our own screens, as it may name machines.
    """
    lines = list(position.notices)
    if position.store.trouble is not None:
        seen = position.store.last_seen_at
        when = "NOT SEEN YET" if seen is None else f"NOT SEEN since {clock_time(seen, position.now, position.zone)}"
        cause = f" ({position.store.trouble})" if with_cause and position.store.trouble else ""
        shown = "" if seen is None else " Contacts are shown as they were last seen."
        lines.insert(0, f"CONTACT STORE {when}{cause}.{shown}")
    return lines


def headline(position: Position) -> tuple[str, str, str]:
    """The position in three lines: where and when, how much is open, what comes before the next report."""
    return (
        f"{position.title}, {moment(position.now, position.zone)}. Next report {next_report(position)}.",
        open_position(position),
        outlook(position),
    )


def since_reports(position: Position) -> list[tuple[str, str]]:
    """What changed, as pairs of when and what: since the last report, and what that one told of; empty if unknown."""

    def when(instant: int) -> str:
        return clock_time(instant, position.now, position.zone)

    lines = []
    if position.changes is not None:
        lines.append((f"since {when(position.changes.since)}", changed(position.changes)))
    if (told := position.reported) is not None:
        lines.append((f"{when(told.until)} report", f"{changed(told)} (since {when(told.since)})"))
    return lines


def next_report(position: Position) -> str:
    """When the next report is, as short as it can be told."""
    return clock_time(position.next_report, position.now, position.zone)


def open_position(position: Position) -> str:
    """ "38 open: 3 OVERDUE, 5 RED, 9 amber, 21 green. The oldest came 2 d 4 h ago." """
    counts = position.counts
    if not counts.total:
        return nothing_open(position)
    levels = ", ".join(f"{number:,} {LEVEL_WORDS[level]}" for level, number in by_level(counts).items() if number)
    oldest = position.oldest_seconds
    age = "" if oldest is None else f" The oldest came {duration(oldest)} ago."
    return f"{counts.total:,} open: {levels}.{age}"


def nothing_open(position: Position) -> str:
    """The words for an empty position, which is good news only where the store was seen."""
    if position.store.trouble is not None:
        return "No open contact is known, and the store cannot be read: this is no all-clear."
    return "No contact is open."


def outlook(position: Position) -> str:
    """ "2 breach before 08:30; 8 while nobody is here; 3 have no staffed time left." """
    soon, shut, alone = position.due_before_next_report, len(while_shut(position)), position.due_unstaffed
    dark = sum(item.subject.received is None for item in position.watched)
    said = [f"{f'{soon:,}' if soon else 'None'} {'breaches' if soon == 1 else 'breach'} before {next_report(position)}"]
    if shut:
        said.append(f"{shut:,} {WHILE_SHUT}")
    if alone:
        said.append(f"{alone:,} {'has' if alone == 1 else 'have'} no staffed time left")
    if dark:
        said.append(f"{dark:,} of unknown time")
    return "; ".join(said) + "."


def urgent(position: Position) -> list[tuple[str, list[Watched]]]:
    """The open contacts under their titles: those that can still be saved, then the overdue; no group is empty."""
    groups = {False: "Next to breach", True: "Overdue, the longest first"}
    found = ((title, [item for item in position.watched if item.overdue is late]) for late, title in groups.items())
    return [(title, items) for title, items in found if items]


def breaching(position: Position) -> list[Watched]:
    """The contacts behind `due_before_next_report`, the most urgent first."""
    return [
        item
        for item in position.watched
        if not item.overdue and (due := item.subject.future.deadline) and due.at <= position.next_report
    ]


def while_shut(position: Position) -> list[Watched]:
    """The contacts not yet overdue whose deadline falls after the hub has shut, the most urgent first."""
    return [
        item
        for item in position.watched
        if not item.overdue
        and (due := item.subject.future.deadline)
        and position.calendar.last_staffed_moment(due.at) < due.at
    ]
