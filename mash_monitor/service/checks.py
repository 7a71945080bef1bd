"""What `check` looks at before anything runs: rules and their calendar, reports, people, store, state."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from mash_monitor.contacts import StoreUnavailable
from mash_monitor.domain.coverage import ladder_findings, rota_findings
from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.rating import Level
from mash_monitor.domain.timescale import Clock, Timescale
from mash_monitor.domain.words import clock_time, duration
from mash_monitor.service.hub import WatchedHub

_YEAR = 366 * 86_400
_HOLIDAYS_AHEAD = 60
"""Days by which the known bank holidays must reach beyond today: a deadline may lie that far ahead."""


def hub_findings(hub: WatchedHub, now: int, *, accept_gaps: bool) -> Iterator[Finding]:
    """Everything about one hub, its store included."""
    yield from _holidays(hub, now)
    yield from _gaps(hub, now, accept_gaps=accept_gaps)
    yield from escalation_findings(hub, now)
    yield from _ops(hub)
    yield from rota_findings(hub.name, hub.directory.roster(now), hub.calendar, now)
    yield from _store(hub, now)


def escalation_findings(hub: WatchedHub, now: int) -> Iterator[Finding]:
    """What is wrong with who is told of which level; an error in it keeps the service from starting."""
    yield from _ladder(hub)
    yield from ladder_findings(
        hub.name, hub.ladder, hub.directory.roster(now),
        calendar=hub.calendar, timescales=hub.rules.policy.timescales, now=now,
    )  # fmt: skip


def _ops(hub: WatchedHub) -> Iterator[Finding]:
    """Whether `ops` would hear that the channel of the alerts is broken."""
    alerted = {way for step in hub.ladder for way in step.by} - {"console"}
    if hub.ops is not None and alerted and set(hub.ops.by) <= alerted and len(set(hub.ops.by)) == 1:
        only = hub.ops.by[0]
        other = "sms" if only == "email" else "email"
        yield Finding(
            Severity.WARNING, "service.ops", f"hears by {only} alone, by which alerts go too: when it is "
            "broken, nobody is told", f"add another channel to ops, such as {other}, or a dead_man address",
        )  # fmt: skip


def _holidays(hub: WatchedHub, now: int) -> Iterator[Finding]:
    place = f"hubs.{hub.name}.rules, [hours] holidays"
    until = hub.calendar.known_until
    ahead = date.fromordinal(hub.calendar.date_of(now).toordinal() + _HOLIDAYS_AHEAD)
    if until < ahead:
        yield Finding(
            Severity.ERROR, place, f"bank holidays are known up to {until:%d %B %Y} only",
            "install a newer govuk-bank-holidays, or add the coming ones as more_holidays in the pack",
        )  # fmt: skip
    else:
        yield Finding(Severity.INFO, place, f"bank holidays are known up to {until:%d %B %Y}")


def _gaps(hub: WatchedHub, now: int, *, accept_gaps: bool) -> Iterator[Finding]:
    """A gap between two reports in which a contact can come and breach unseen."""
    place = f"hubs.{hub.name}, reports and report_days"
    slots = hub.schedule.within(now, now + _YEAR)
    worst: tuple[int, int, Timescale] | None = None
    for start, end in pairwise(slots):
        for timescale in hub.rules.policy.timescales:
            if _fits_in(timescale, start, end, hub) and (worst is None or end - start > worst[1] - worst[0]):
                worst = (start, end, timescale)
    if worst is None:
        yield Finding(Severity.INFO, place, f"{len(slots)} reports in the coming year")
        return
    start, end, timescale = worst
    yield Finding(
        Severity.INFO if accept_gaps else Severity.ERROR, place,
        f"{duration(end - start)} without a report (from {clock_time(start, now, hub.zone)}), in which a contact can "
        f"come and pass its deadline of {timescale.name!r} unseen",
        "" if accept_gaps else "add report times or days, or say accept_gaps = true if it is meant",
    )  # fmt: skip


def _fits_in(timescale: Timescale, start: int, end: int, hub: WatchedHub) -> bool:
    if not timescale.rates:
        return False
    if timescale.clock is Clock.WORKING_HOURS:
        return timescale.seconds is not None and hub.calendar.staffed(start, end) > timescale.seconds
    if timescale.clock is Clock.ELAPSED:
        return timescale.seconds is not None and end - start > timescale.seconds
    return timescale.days is not None and end - start > max(1, timescale.days) * 86_400


def _ladder(hub: WatchedHub) -> Iterator[Finding]:
    told = {step.when for step in hub.ladder}
    for level in (Level.RED, Level.OVERDUE):
        if level not in told:
            yield Finding(
                Severity.ERROR, f"hubs.{hub.name}.escalation", f"nobody is told when a contact is {level.value}",
                f'add a step: [[hubs.{hub.name}.escalation]] when = "{level.value}", to = [...], by = [...]',
            )  # fmt: skip
    if hub.summary is None:
        yield Finding(
            Severity.WARNING, f"hubs.{hub.name}.summary", "nobody gets the report at each slot",
            f"add [hubs.{hub.name}.summary] with to and by",
        )  # fmt: skip


def _store(hub: WatchedHub, now: int) -> Iterator[Finding]:
    try:
        findings = hub.store.read(lambda store: store.check(now))
    except StoreUnavailable as error:
        yield Finding(
            Severity.ERROR,
            f"hubs.{hub.name}.store",
            str(error),
            "" if "Remedy" in str(error) else "see that it runs",
        )
        return
    for found in findings:
        yield Finding(found.severity, f"hubs.{hub.name}.store: {found.place}", found.found, found.remedy)
