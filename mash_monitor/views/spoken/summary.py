"""The team and manager view of now, in sentences."""

from collections.abc import Iterable, Iterator, Mapping

from mash_monitor.domain.message import Counts
from mash_monitor.domain.performance import Performance
from mash_monitor.domain.position import Position
from mash_monitor.domain.stretches import day_ahead
from mash_monitor.domain.words import clock_time, count
from mash_monitor.views.glossary import (
    HERE,
    LEVEL_WORDS,
    WINDOWS,
    ages,
    doubts,
    percentage,
    share,
    share_in_numbers,
    standing,
    target,
)
from mash_monitor.views.headline import since_reports
from mash_monitor.views.spoken.position import listing, top
from mash_monitor.views.untrusted import plain

_NAMED = 10
_FIRST = 6


def summary(position: Position) -> Iterator[str]:
    """The whole summary, part by part, each under its name."""
    yield from top(position)
    for when, what in since_reports(position):
        yield f"{when[0].upper()}{when[1:]}: {what}."
    late = [item for item in position.watched if item.overdue]
    waiting = [item for item in position.watched if not item.overdue]
    if position.watched:
        yield from _part("The next 24 hours", _ahead(position))
        yield from _part("Next to breach", listing(position, waiting[:_FIRST]))
        yield from _part("Overdue, the longest first", listing(position, late[:_FIRST]))
    if position.performance is None:
        yield from _part("Decided in time", ["Not known: the contact store could not be read."])
    else:
        yield from _part("Decided in time, of the contacts that fell due", map(_windows, position.performance))
        yield from _part("Week by week", map(_weeks, position.performance))
    if position.watched:
        yield from _part("Sources", _sources(position))
        waits = {ages(band): counts for band, counts in position.by_age().items() if counts.total}
        for title, parts in (
            ("Waiting since receipt", waits), ("Teams", position.by_team()), ("Workers", position.by_worker())
        ):  # fmt: skip
            yield from _part(title, _numbers(parts))
    yield from _part("Data quality", doubts(position.quality) or ["nothing doubtful"])
    yield from (plain(f"set aside: {example}") for example in position.quality.set_aside_examples[:3])


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    if lines:
        yield from ("", title, *lines)


def _ahead(position: Position) -> Iterator[str]:
    def when(instant: int) -> str:
        return clock_time(instant, position.now, position.zone)

    for stretch in day_ahead(position):
        named = [
            f"{when(due.at)} {LEVEL_WORDS[item.level]} {item.subject.contact_id}"
            for item in stretch.due[:_NAMED] if (due := item.subject.future.deadline)
        ]  # fmt: skip
        if more := len(stretch.due) - len(named):
            named.append(f"and {more:,} more")
        falls = count(len(stretch.due), "deadline") if stretch.due else "no deadline"
        told = f"{when(stretch.start)} to {when(stretch.end)}, {HERE[stretch.staffed]}: {falls}"
        yield plain(f"{told}: {'; '.join(named)}." if named else f"{told}.")


def _windows(row: Performance) -> str:
    said = []
    for window, words in WINDOWS.items():
        tally = row.tallies[window]
        found = standing(tally, row.timescale.target_pct)
        verdict = "" if found is None else f", {found.value}"
        said.append(f"{words} {share(tally)}, {share_in_numbers(tally)}{verdict}")
    return plain(f"{row.timescale.name}, target {target(row.timescale.target_pct)}: {'; '.join(said)}.")


def _weeks(row: Performance) -> str:
    told = (f"{monday.day} {monday:%b} {share(tally)}" for monday, tally in row.weeks.items())
    return plain(f"{row.timescale.name}, weeks from: {'; '.join(told)}.")


def _sources(position: Position) -> Iterator[str]:
    intake = position.intake
    for group, counts in position.groups().items():
        flow = intake.groups.get(group) if intake else None
        came = ""
        if intake and flow:
            share_pct, converted = percentage(intake.share_pct(group)), percentage(flow.conversion_pct)
            came = f"; {share_pct} of what came in 13 weeks, {converted} of it converted"
        yield plain(f"{group}: {_counted(counts)}{came}.")


def _numbers(parts: Mapping[str, Counts]) -> Iterator[str]:
    for name, counts in parts.items():
        yield plain(f"{name}: {_counted(counts)}.")


def _counted(counts: Counts) -> str:
    return f"{counts.total:,} open, {counts.red:,} red, {counts.overdue:,} overdue"
