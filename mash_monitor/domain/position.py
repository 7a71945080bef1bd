"""Where a hub stands at one instant: what every view shows, whatever clothes it wears."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from mash_monitor.domain.ageing import AGES, Age, age
from mash_monitor.domain.calendar import Calendar
from mash_monitor.domain.changes import Changes
from mash_monitor.domain.contact import Mark, Precision
from mash_monitor.domain.intake import Intake
from mash_monitor.domain.message import Counts
from mash_monitor.domain.performance import Performance
from mash_monitor.domain.rating import Level, Policy, Timeline, reason, urgency
from mash_monitor.domain.transition import State
from mash_monitor.domain.words import clock_time

K = TypeVar("K", bound=Hashable)

NO_TEAM = "no team"
NO_WORKER = "no worker"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the watch knows of one open contact: from the store as it is, or as it was last seen.

    `seen_at` is None while the store shows the contact; else the last instant at which it did. `source_desc`
    and `worker` are for our own screens; the ledger knows neither.
    """

    contact_id: str
    children: int
    received: int | None
    precision: Precision
    source_code: str | None
    source_group: str
    risk: str
    teams: tuple[str, ...]
    marks: frozenset[Mark]
    future: Timeline
    state: State = State.OPEN
    seen_at: int | None = None
    parked_until: int | None = None
    source_desc: str | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """One open contact as rated at the instant of a position. Times left are seconds."""

    subject: Subject
    level: Level
    reason: str
    seconds_left: int | None
    staffed_left: int | None

    @property
    def overdue(self) -> bool:
        """Whether its deadline has passed."""
        return self.level is Level.OVERDUE


@dataclass(frozen=True, slots=True)
class StoreSeen:
    """When the contact store last answered; `trouble` says why it is not seen now, or is None."""

    last_seen_at: int | None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """Doubts about what was read, each listed in every summary.

    `set_aside` counts rows, the others contacts: those open, whose rating it touches; but `decided_before_received`
    those received this month, as no open one can be. It and `received_this_month` are None where the store could not
    be read for them.
    """

    set_aside: int = 0
    time_unreadable: int = 0
    date_only: int = 0
    decided_before_received: int | None = 0
    unknown_source: int = 0
    vanished: int = 0
    set_aside_examples: tuple[str, ...] = ()
    received_this_month: int | None = 0


@dataclass(frozen=True, slots=True)
class Position:
    """The open contacts of one hub at `now`, the most urgent first, and what goes with them.

    `performance` and `intake` are None where the store could not be read for them. `changes` are those since
    the last report, `reported` those that it told of; None before the first report. `notices` are things
    somebody must know: missed reports, undelivered alerts, a store not seen.
    """

    hub: str
    title: str
    zone: ZoneInfo
    now: int
    next_report: int
    after_next: int
    watched: tuple[Watched, ...]
    quality: Quality
    store: StoreSeen
    calendar: Calendar
    performance: tuple[Performance, ...] | None = None
    intake: Intake | None = None
    changes: Changes | None = None
    reported: Changes | None = None
    notices: tuple[str, ...] = ()
    reconstructed: bool = False

    @property
    def counts(self) -> Counts:
        """The open contacts by level; red does not include overdue here."""
        return _counts(item.level for item in self.watched)

    @property
    def due_before_next_report(self) -> int:
        """Open contacts not yet overdue whose deadline passes before the next report."""
        return sum(
            not item.overdue and item.subject.future.deadline is not None
            and item.subject.future.deadline.at <= self.next_report
            for item in self.watched
        )  # fmt: skip

    @property
    def due_unstaffed(self) -> int:
        """Open contacts not yet overdue that have no staffed time left before their deadline."""
        return sum(not item.overdue and item.staffed_left == 0 for item in self.watched)

    @property
    def oldest_seconds(self) -> int | None:
        """Age of the open contact that was received first; None when none has a readable time."""
        received = [item.subject.received for item in self.watched if item.subject.received is not None]
        return self.now - min(received) if received else None

    def by_group(self) -> dict[str, Counts]:
        """Counts by source group, the group with most open contacts first."""
        return _largest_first(self.watched, lambda subject: (subject.source_group,))

    def groups(self) -> dict[str, Counts]:
        """The same with the groups of which contacts came, but none is open; they stand last, the largest first."""
        found = self.by_group()
        flows = {} if self.intake is None else self.intake.groups
        quiet = sorted(flows.keys() - found.keys(), key=lambda group: (-flows[group].contacts, group))
        return found | dict.fromkeys(quiet, Counts())

    def by_team(self) -> dict[str, Counts]:
        """Counts by team; a contact of several teams counts in each."""
        return _largest_first(self.watched, lambda subject: subject.teams or (NO_TEAM,))

    def by_worker(self) -> dict[str, Counts]:
        """Counts by worker, for our own screens; empty where no worker is known of any contact."""
        if all(item.subject.worker is None for item in self.watched):
            return {}
        return _largest_first(self.watched, lambda subject: (subject.worker or NO_WORKER,))

    def by_age(self) -> dict[Age | None, Counts]:
        """Counts by time since receipt, the youngest first; None stands last, for times that cannot be read."""
        found = _grouped(self.watched, self._ages)
        bands: list[Age | None] = [*AGES, *((None,) if None in found else ())]
        return {band: found.get(band, Counts()) for band in bands}

    def _ages(self, subject: Subject) -> tuple[Age | None]:
        return (None if subject.received is None else age(subject.received, self.now),)


def _counts(levels: Iterable[Level]) -> Counts:
    found = Counter(levels)
    return Counts(found[Level.OVERDUE], found[Level.RED], found[Level.AMBER], found[Level.GREEN])


def _grouped(watched: Iterable[Watched], keys: Callable[[Subject], Iterable[K]]) -> dict[K, Counts]:
    levels: dict[K, list[Level]] = {}
    for item in watched:
        for key in keys(item.subject):
            levels.setdefault(key, []).append(item.level)
    return {key: _counts(found) for key, found in levels.items()}


def _largest_first(watched: Iterable[Watched], keys: Callable[[Subject], Iterable[str]]) -> dict[str, Counts]:
    return dict(sorted(_grouped(watched, keys).items(), key=lambda pair: (-pair[1].total, pair[0])))


def watch(subjects: Iterable[Subject], now: int, policy: Policy) -> tuple[Watched, ...]:
    """Rate open contacts at `now`, the most urgent first. Parked ones stand last while they are parked."""
    watched = []
    for subject in subjects:
        due = subject.future.deadline
        watched.append(Watched(
            subject=subject,
            level=subject.future.level(now),
            reason=_reason(subject, now, policy),
            seconds_left=None if due is None else due.at - now,
            staffed_left=None if due is None else policy.calendar.staffed(now, due.at),
        ))  # fmt: skip
    watched.sort(key=lambda item: (
        (item.subject.parked_until or 0) > now,
        *urgency(item.subject.contact_id, item.subject.future, now, policy.calendar),
    ))  # fmt: skip
    return tuple(watched)


def _reason(subject: Subject, now: int, policy: Policy) -> str:
    said = reason(subject.future, now, policy)
    if subject.state is State.MISSING and subject.seen_at is not None:
        said += f"; not in the store since {clock_time(subject.seen_at, now, policy.calendar.zone)}"
    elif subject.seen_at is not None:
        said += f"; as last seen {clock_time(subject.seen_at, now, policy.calendar.zone)}"
    if (subject.parked_until or 0) > now:
        said += f"; parked until {clock_time(subject.parked_until or 0, now, policy.calendar.zone)}"
    return said
