"""Holes in who is told: rotas with nobody on, levels that reach nobody, steps that can never speak."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from mash_monitor.domain.calendar import Calendar, NeverStaffed
from mash_monitor.domain.escalation import Hours, Step
from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.rating import Level
from mash_monitor.domain.roster import Roster
from mash_monitor.domain.timescale import Timescale, deadline
from mash_monitor.domain.words import duration, moment

DAYS_AHEAD = 28
"""How far `check` looks: long enough to see next month's leave, short enough that a rota is made by then."""

_HOUR = 3600
_YEAR = 366 * 86_400


def rota_findings(hub: str, roster: Roster, calendar: Calendar, now: int) -> Iterator[Finding]:
    """Rotas whose calendar cannot be read, or with nobody on at some time of the coming weeks."""
    first = calendar.date_of(now)
    for name, rota in roster.rotas.items():
        place = f"hubs.{hub}, rota {name}"
        if rota.trouble is not None:
            yield Finding(
                Severity.ERROR, place, rota.trouble, "correct the calendar; until then the rest of the rota holds"
            )
        bare = []
        for day in (first + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)):
            start, end = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
            turns = {edge for shift in rota.shifts for edge in (shift.start, shift.end) if start < edge < end}
            if not all(roster.resolve([name], (), at, calendar.zone).people for at in (start, *turns)):
                bare.append(day)
        if bare:
            yield Finding(
                Severity.WARNING, place,
                f"nobody is on at some time on {len(bare)} of the coming {DAYS_AHEAD} days, first on "
                f"{bare[0]:%a} {bare[0].day} {bare[0]:%B %Y}",
                "name somebody for these days, or a default; a step that finds nobody falls to the next",
            )  # fmt: skip


def ladder_findings(
    hub: str, ladder: Sequence[Step], roster: Roster, *, calendar: Calendar, timescales: Sequence[Timescale], now: int
) -> Iterator[Finding]:
    """Steps that can never speak, and urgent levels at which nobody would hear."""
    longest = _longest(timescales, calendar, now)
    for number, step in enumerate(ladder, 1):
        place = f"hubs.{hub}.escalation[{number}]"
        if step.hours is Hours.CLOSED and calendar.staffed(now, now + _YEAR) == _YEAR:
            yield Finding(
                Severity.ERROR, f"{place}.hours", "waits for hours when the hub is closed, but it never closes",
                'leave out hours, or correct [hours] in the rule pack',
            )  # fmt: skip
        if step.hours is Hours.OPEN and calendar.next_opening(now) is None:
            yield Finding(
                Severity.ERROR, f"{place}.hours", "waits for opening hours, but the hub never opens",
                'leave out hours, or give the hub some under [hours] in the rule pack',
            )  # fmt: skip
        if step.when is not Level.OVERDUE and longest is not None and step.after >= longest:
            yield Finding(
                Severity.WARNING, f"{place}.after",
                f"speaks after {duration(step.after)}, but a contact with a deadline is not {step.when.value} "
                f"for so long: it is overdue {duration(longest)} after receipt at the latest",
                'use a shorter time, or when = "overdue"',
            )  # fmt: skip
    for level in (Level.RED, Level.OVERDUE):
        steps = [step for step in ladder if step.when is level]
        if steps:
            yield from _unheard(hub, level, steps, roster, calendar=calendar, now=now)


def _unheard(
    hub: str, level: Level, steps: Sequence[Step], roster: Roster, *, calendar: Calendar, now: int
) -> Iterator[Finding]:
    """Hours of the coming weeks at which no step of a level may speak to anybody, for a contact without a team."""
    hours = range(now, now + DAYS_AHEAD * 24 * _HOUR, _HOUR)
    silent = [
        at
        for at in hours
        if not any(
            step.speaks(is_open=calendar.is_open(at)) and roster.resolve(step.to, (), at, calendar.zone).people
            for step in steps
        )
    ]
    if not silent:
        return
    always = len(silent) == len(hours)
    yield Finding(
        Severity.ERROR if always else Severity.WARNING, f"hubs.{hub}.escalation",
        f"at no time in the coming {DAYS_AHEAD} days does anybody hear that a contact without a team is {level.value}"
        if always
        else f"for {len(silent)} of the coming {len(hours)} hours, first at {moment(silent[0], calendar.zone)}, nobody "
        f"hears that a contact without a team is {level.value}",
        'add a step for those hours (hours = "closed" is the way to the emergency duty team), or people who are there',
    )  # fmt: skip


def _longest(timescales: Sequence[Timescale], calendar: Calendar, now: int) -> int | None:
    """The longest time from receipt to a deadline in the coming year; None where nothing has one."""
    first = calendar.date_of(now)
    days = [first + timedelta(days=ahead) for ahead in range(366)]
    receipts = [at for day in days for at in (calendar.midnight(day), calendar.closing(day)) if at is not None]
    try:
        return max(
            (
                due.at - received
                for timescale in timescales
                if timescale.rates
                for received in receipts
                if (due := deadline(timescale, received, calendar)) is not None
            ),
            default=None,
        )
    except NeverStaffed:  # said by whatever checks the hours themselves
        return None
