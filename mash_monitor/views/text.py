"""The report as plain text, for the part of an email that every program can show."""

from mash_monitor.domain.message import safe_reference
from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.words import clock_time
from mash_monitor.views.glossary import LEVEL_WORDS, staffed_left, time_left
from mash_monitor.views.headline import RECONSTRUCTED, banner, headline, since_reports
from mash_monitor.views.untrusted import plain


def report_text(position: Position) -> str:
    """The position in three lines, what changed since the report before, then every open contact on a line of its
    own, the most urgent first.

    It leaves the machine: safe references, no source description, no cause of a store's trouble.
    """
    lines = [f"!! {line}" for line in banner(position, with_cause=False)]
    lines += headline(position)
    if position.reconstructed:
        lines.append(RECONSTRUCTED)
    lines += [f"{when[0].upper()}{when[1:]}: {what}." for when, what in since_reports(position)[:1]]
    if position.watched:
        lines += ["", *(_line(item, position) for item in position.watched)]
    return "\n".join(map(plain, lines)) + "\n"


def _line(item: Watched, position: Position) -> str:
    due = item.subject.future.deadline
    said = f"{LEVEL_WORDS[item.level]} {safe_reference(item.subject.contact_id)}"
    if due is not None:
        said += f", due {clock_time(due.at, position.now, position.zone)}"
        if not item.overdue:
            staffed = staffed_left(item.staffed_left, overdue=False)
            said += f", {time_left(item.seconds_left)} left (staffed: {staffed})"
    return f"{said}, {item.subject.source_group}: {item.reason}"
