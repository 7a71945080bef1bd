"""The watch over one contact: what was last known of it, and how each new look moves it on."""

from dataclasses import dataclass, replace

from mash_monitor.domain.contact import Contact, Mark, Precision, Span
from mash_monitor.domain.decision import decision
from mash_monitor.domain.position import Subject
from mash_monitor.domain.rating import Level, Policy, Timeline, reason, timeline
from mash_monitor.domain.transition import Kind, Standing, State, Transition
from mash_monitor.domain.words import clock_time


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact in the ledger.

    `decided` is the first decision, which counts for measures even when the contact is reopened;
    `breached_at` never goes away; `policy` names the rules from which `future` came.
    """

    contact_id: str
    state: State
    level: Level
    received: int | None
    precision: Precision
    children: int
    source_code: str | None
    source_group: str
    risk: str
    teams: tuple[str, ...]
    marks: frozenset[Mark]
    future: Timeline
    policy: str
    first_seen: int
    partly_decided: bool = False
    missing_since: int | None = None
    decided: Span | None = None
    reopened: bool = False
    breached_at: int | None = None
    parked_until: int | None = None
    parked_reason: str | None = None

    @property
    def standing(self) -> Standing:
        """State and level, as transitions speak of them."""
        return Standing(self.state, self.level)

    @property
    def watched(self) -> bool:
        """Whether the contact is still watched: open, or missing from the store without a decision."""
        return self.state is not State.DECIDED

    @property
    def next_change_at(self) -> int | None:
        """When time overtakes the recorded level; None when nothing is to come."""
        if not self.watched:
            return None
        steps = (self.future.amber_at, self.future.red_at, self.future.overdue_at)
        return next((at for at in steps[self.level.rank :] if at is not None), None)

    def subject(self, seen_at: int | None) -> Subject:
        """The contact as a position shows it; `seen_at` as in Subject."""
        return Subject(
            contact_id=self.contact_id, children=self.children, received=self.received, precision=self.precision,
            source_code=self.source_code, source_group=self.source_group, risk=self.risk, teams=self.teams,
            marks=self.marks, future=self.future, state=self.state,
            seen_at=self.missing_since if self.state is State.MISSING else seen_at,
            parked_until=self.parked_until,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy with the name under which timelines made from it are stored."""

    policy: Policy
    name: str


Step = tuple[Entry, Transition | None]


def first_sight(contact: Contact, now: int, rules: Rules) -> Step:
    """A contact that was not known before; one already decided is only noted, without a transition."""
    future = timeline(contact.received, contact.risk, contact.source_group, rules.policy)
    entry = Entry(
        contact_id=contact.contact_id, state=State.OPEN, level=future.level(now),
        received=contact.received, precision=contact.precision, children=contact.children,
        source_code=contact.source_code, source_group=contact.source_group, risk=contact.risk,
        teams=contact.teams, marks=contact.marks, future=future, policy=rules.name, first_seen=now,
    )  # fmt: skip
    if not contact.is_open(now):
        return replace(entry, state=State.DECIDED, decided=contact.decided), None
    entry = _breach(entry)
    said = reason(future, now, rules.policy)
    return entry, Transition(contact.contact_id, now, Kind.APPEARED, None, entry.standing, f"first seen: {said}")


def seen(entry: Entry, contact: Contact, last_look: int | None, now: int, rules: Rules) -> Step:
    """A known contact as the store shows it now. `last_look` is when the store was last read."""
    if not contact.is_open(now):
        return _decided(entry, contact, last_look, now, rules) if entry.watched else (entry, None)
    same = (contact.received, contact.risk, contact.source_group) == (
        entry.received,
        entry.risk,
        entry.source_group,
    )
    future = entry.future
    if not same or entry.policy != rules.name:
        future = timeline(contact.received, contact.risk, contact.source_group, rules.policy)
    moved = _breach(replace(
        entry, state=State.OPEN, level=future.level(now), received=contact.received, precision=contact.precision,
        children=contact.children, source_code=contact.source_code, source_group=contact.source_group,
        risk=contact.risk, teams=contact.teams, marks=contact.marks, future=future, policy=rules.name,
        missing_since=None, reopened=entry.reopened or entry.state is State.DECIDED,
    ))  # fmt: skip
    if entry.state is not State.OPEN:  # whoever parked it decided on another state of things
        moved = replace(moved, parked_until=None, parked_reason=None)
    said = reason(future, now, rules.policy)
    if entry.state is State.DECIDED:
        return moved, _change(entry, moved, now, Kind.REOPENED, f"open again after a decision: {said}")
    if entry.state is State.MISSING:
        return moved, _change(entry, moved, now, Kind.RETURNED, f"in the store again: {said}")
    if corrections := _corrections(entry, contact, now, rules.policy):
        return moved, _change(entry, moved, now, Kind.CORRECTED, f"{corrections}: {said}")
    if entry.level is moved.level:
        return moved, None
    return moved, _change(entry, moved, now, Kind.TIME if entry.policy == rules.name else Kind.RULES, said)


def not_in_store(entry: Entry, last_look: int | None, now: int, rules: Rules) -> Step:
    """A watched contact that the store no longer has: it stays watched until a person decides."""
    if entry.state is State.MISSING:
        return time_passed(entry, now, rules)
    since = last_look or entry.first_seen
    moved = _breach(replace(entry, state=State.MISSING, missing_since=since, level=entry.future.level(now)))
    when = clock_time(since, now, rules.policy.calendar.zone)
    said = f"not in the store since {when}: {reason(entry.future, now, rules.policy)}"
    return moved, _change(entry, moved, now, Kind.VANISHED, said)


def time_passed(entry: Entry, now: int, rules: Rules) -> Step:
    """A contact about which nothing changed but time."""
    moved = _breach(replace(entry, level=entry.future.level(now)))
    if moved.level is entry.level:
        return moved, None
    return moved, _change(entry, moved, now, Kind.TIME, reason(entry.future, now, rules.policy))


def parking_ended(entry: Entry, now: int, rules: Rules) -> Step:
    """A contact that was parked until now: whatever level it stands at is raised anew."""
    moved = _breach(replace(entry, parked_until=None, parked_reason=None, level=entry.future.level(now)))
    said = f"parked no longer: {reason(entry.future, now, rules.policy)}"
    return moved, Transition(entry.contact_id, now, Kind.UNPARKED, None, moved.standing, said)


def new_rules(entry: Entry, now: int, rules: Rules) -> Step:
    """A watched contact whose timeline came from other rules: from now on these count."""
    future = timeline(entry.received, entry.risk, entry.source_group, rules.policy)
    moved = _breach(replace(entry, future=future, policy=rules.name, level=future.level(now)))
    if moved.level is entry.level and future.deadline == entry.future.deadline:
        return moved, None
    said = f"under changed rules: {reason(future, now, rules.policy)}"
    return moved, _change(entry, moved, now, Kind.RULES, said)


def first_decision(contact: Contact, recorded: Span | None, *, reopened: bool) -> Contact:
    """The contact with the decision that counts for measures.

    A reopened contact keeps its first decision. A decision that was only observed lies between the last
    look that saw the contact open and the first that saw an outcome, as recorded then.
    """
    if recorded is None:
        return contact
    if reopened or contact.decided is None:
        return replace(contact, decided=recorded) if reopened else contact
    if contact.decided.earliest == contact.decided.latest:
        return contact
    earliest = max(contact.decided.earliest, recorded.earliest)
    latest = min(contact.decided.latest, recorded.latest)
    return replace(contact, decided=Span(min(earliest, latest), latest))


def _decided(entry: Entry, contact: Contact, last_look: int | None, now: int, rules: Rules) -> Step:
    decided = contact.decided or Span(now, now)
    if decided.earliest != decided.latest:  # only observed: after the last look that saw it open, before this one
        earliest = max(decided.earliest, entry.missing_since or last_look or decided.earliest)
        decided = Span(min(earliest, decided.latest), decided.latest)
    due = entry.future.deadline
    late = due is not None and decided.earliest > due.last
    moved = replace(
        entry, state=State.DECIDED, decided=entry.decided if entry.reopened else decided, missing_since=None,
        breached_at=entry.breached_at or (entry.future.overdue_at if late else None), partly_decided=False,
    )  # fmt: skip
    said = decision(replace(contact, decided=decided), rules.policy, now)
    return moved, _change(entry, moved, now, Kind.DECIDED, said)


def _breach(entry: Entry) -> Entry:
    if entry.level is not Level.OVERDUE or entry.breached_at is not None:
        return entry
    return replace(entry, breached_at=entry.future.overdue_at)


def _corrections(entry: Entry, contact: Contact, now: int, policy: Policy) -> str:
    zone = policy.calendar.zone

    def told(received: int | None) -> str:
        return "unreadable" if received is None else clock_time(received, now, zone)

    said = []
    if contact.received != entry.received:
        said.append(f"received corrected from {told(entry.received)} to {told(contact.received)}")
    if contact.risk != entry.risk:
        said.append(f"risk changed from {entry.risk} to {contact.risk}")
    if contact.source_group != entry.source_group and policy_uses_groups(policy):
        said.append(f"source changed from {entry.source_group} to {contact.source_group}")
    return ", ".join(said)


def policy_uses_groups(policy: Policy) -> bool:
    """Whether any rating timescale asks for the source."""
    return any(timescale.groups is not None for timescale in policy.timescales if timescale.rates)


def _change(before: Entry, after: Entry, now: int, kind: Kind, said: str) -> Transition:
    return Transition(after.contact_id, now, kind, before.standing, after.standing, said)
