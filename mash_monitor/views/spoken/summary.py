"""The team and manager view of now, in sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from mash_monitor.domain.message import Counts
from mash_monitor.domain.performance import Performance
from mash_monitor.domain.position import Position, Watched
from mash_monitor.domain.stretches import day_ahead
from mash_monitor.domain.words import clock_time, count
from mash_monitor.views.chosen import weeks
from mash_monitor.views.glossary import (
    HERE,
    LEVEL_WORDS,
    NOT_OVER,
    WINDOWS,
    ages,
    aimed,
    doubts,
    percentage,
    set_aside,
    share,
    share_in_numbers,
    standing,
    target,
)
from mash_monitor.views.headline import since_reports, urgent
from mash_monitor.views.spoken.position import listing, top
from mash_monitor.views.spoken.sentence import Sentence, said

_NAMED = 10
_FIRST = 6
Part = tuple[str, Iterable[Sentence | str]]
"""A title, and what is said under it; a part of which nothing is said is left out."""


def summary(position: Position) -> Iterator[str]:
    """The whole summary, part by part, each under its name."""
    yield from opening(position)
    for title, sentences in chain(
        ahead(position),
        ((title, _first(position, items)) for title, items in urgent(position)),
        measured(position),
    ):
        if lines := [*map(str, sentences)]:
            yield from ("", title, *lines)


def _first(position: Position, items: Sequence[Watched]) -> Iterator[Sentence | str]:
    yield from listing(position, items[:_FIRST])
    if (more := len(items) - _FIRST) > 0:
        yield f"and {more:,} more: mash-monitor contacts --plain"


def opening(position: Position) -> Iterator[str]:
    """The position in three lines, and what changed since the last report."""
    yield from top(position)
    for when, what in since_reports(position):
        yield f"{when[0].upper()}{when[1:]}: {what}."


def ahead(position: Position) -> Iterator[Part]:
    """The deadlines to come, in the hours in which somebody is here and in those in which nobody is."""
    if position.watched:
        yield "The next 24 hours", _stretches(position)


def measured(position: Position) -> Iterator[Part]:
    """What has been measured: shares in time, weeks, sources, waits, teams, workers, and every doubt."""
    rows = position.performance
    unknown = ["Not known: the contact store could not be read."]
    yield "Decided in time, of the contacts that fell due", unknown if rows is None else map(_windows, rows)
    yield "Week by week", _weeks(rows or ())
    yield "Sources", _sources(position)
    waits = {ages(band): counts for band, counts in position.by_age().items() if counts.total}
    yield "Waiting since receipt", _numbers(waits)
    yield "Teams", _numbers(position.by_team())
    yield "Workers", _numbers(position.by_worker())
    yield "Data quality", chain(doubts(position) or ["nothing doubtful"], set_aside(position.quality))


def _stretches(position: Position) -> Iterator[Sentence]:
    def when(instant: int) -> str:
        return clock_time(instant, position.now, position.zone)

    for stretch in day_ahead(position):
        named = [
            f"{when(due.at)} {LEVEL_WORDS[item.level]} {item.subject.contact_id}"
            for item in stretch.due[:_NAMED] if (due := item.subject.future.deadline)
        ]  # fmt: skip
        if more := len(stretch.due) - len(named):
            named.append(f"and {more:,} more")
        about = f"{when(stretch.start)} to {when(stretch.end)}, {HERE[stretch.staffed]}"
        if not named:
            yield said(about, "no deadline")
        else:
            yield said(f"{about}, {count(len(stretch.due), 'deadline')}", *named)


def _windows(row: Performance) -> Sentence:
    shares = []
    for window, words in WINDOWS.items():
        tally = row.tallies[window]
        found = standing(tally, row.timescale.target_pct)
        verdict = "" if found is None else f", {found.value}"
        shares.append(f"{words} {share(tally)}, {share_in_numbers(tally)}{verdict}")
    return said(aimed(row.timescale), *shares)


def _weeks(rows: Sequence[Performance]) -> Iterator[Sentence | str]:
    """Each week by every clock, under what is aimed at."""
    mondays = weeks(rows)
    aims = [f"{row.timescale.name} {target(row.timescale.target_pct)}" for row in rows if row.timescale.target_pct]
    if mondays and aims:
        yield said("target", *aims)
    for monday in mondays:
        going_on = ", not over" if monday == mondays[-1] else ""
        shares = (f"{row.timescale.name} {share(row.weeks[monday])}" for row in rows)
        yield said(f"from {monday.day} {monday:%b}{going_on}", *shares)
    if mondays:
        yield NOT_OVER


def _sources(position: Position) -> Iterator[Sentence]:
    intake = position.intake
    for group, counts in position.groups().items():
        if intake is None:
            yield said(group, _counted(counts))
            continue
        flow = intake.groups.get(group)
        converted = percentage(flow.conversion_pct if flow else None)
        yield said(group, _counted(counts), f"{percentage(intake.share_pct(group))} of contacts, {converted} converted")
    if intake and intake.groups:
        converted = percentage(intake.total.conversion_pct)
        yield said("all", f"{count(intake.total.contacts, 'contact')} in 13 weeks, {converted} converted")


def _numbers(parts: Mapping[str, Counts]) -> Iterator[Sentence]:
    for name, counts in parts.items():
        yield said(name, _counted(counts))


def _counted(counts: Counts) -> str:
    numbers = ((counts.total, "open"), (counts.red, "red"), (counts.overdue, "overdue"))
    return ", ".join(f"{number:,} {words}" for number, words in numbers if number) or "none open"
