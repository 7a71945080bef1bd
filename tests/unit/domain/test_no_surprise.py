"""The promises of the rating over any hub: stored instants say what the clauses say, and nothing surprises.

The clauses are written out here a second time, as the rules state them, and asked at every instant that
matters: the seconds around each report, each threshold and the deadline.
"""

from dataclasses import dataclass, replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.rating import Level, Policy, Timeline, reason, timeline
from mash_monitor.domain.timescale import Clock, Deadline, Timescale
from mash_monitor.domain.words import duration
from tests.unit.domain.hubs import instants, policies, slots_of
from tests.unit.domain.hubs import staffed_minute_by_minute as walked

KNOWN_BEFORE = 2 * DAY
"""How long before receipt the reports of a story are known."""


@dataclass(frozen=True)
class Story:
    """One contact of one hub, its future, and all reports from before receipt to well after the deadline."""

    policy: Policy
    received: int
    deadline: Deadline
    future: Timeline
    reports: list[int]


def story(policy: Policy, received: int) -> Story:
    future = timeline(received, "unrated", "Unknown", policy)
    assert future.deadline is not None
    reports = list(slots_of(policy.schedule, received - KNOWN_BEFORE, future.deadline.at + 40 * DAY))
    assume(sum(report > future.deadline.at for report in reports) >= 3)  # holidays may silence some schedules
    return Story(policy, received, future.deadline, future, reports)


@st.composite
def stories(draw: st.DrawFn, *, look_ahead: bool | None = None) -> Story:
    """A contact received at any second or the very second of a report; its deadline likewise."""
    policy = draw(policies(look_ahead=look_ahead))
    received = draw(instants())
    if draw(st.booleans()):
        received = policy.schedule.after(received)
    if draw(st.booleans()):
        reports = policy.schedule.within(received, received + 4 * DAY)
        assume(reports)
        exactly = Timescale("to a report", Clock.ELAPSED, seconds=draw(st.sampled_from(reports)) - received)
        policy = replace(policy, timescales=(exactly,))
    return story(policy, received)


def level_by_the_clauses(told: Story, now: int) -> Level:
    """The level as the rules state it, from the reports and the staffed time that lie ahead of `now`."""
    rules, calendar, due = told.policy.rules, told.policy.calendar, told.deadline
    if now >= due.at if due.exclusive else now > due.at:
        return Level.OVERDUE
    left = calendar.staffed(now, due.at) if rules.staffed else due.at - now
    next_report, after_next = [report for report in told.reports if report > now][:2]

    def too_late(report: int) -> bool:
        return due.at <= report or calendar.staffed(report, due.at) < rules.notice

    if left <= rules.red_left or (rules.look_ahead and too_late(next_report)):
        return Level.RED
    if left <= rules.amber_left or (rules.look_ahead and too_late(after_next)):
        return Level.AMBER
    return Level.GREEN


def instants_that_matter(told: Story) -> list[int]:
    marks = {told.received, told.deadline.at, told.deadline.at - told.policy.rules.red_left}
    marks |= {told.deadline.at - told.policy.rules.amber_left, told.deadline.at - told.policy.rules.notice}
    marks |= set(told.reports)
    marks |= {mark for mark in (told.future.amber_at, told.future.red_at, told.future.overdue_at) if mark}
    around = {mark + shift for mark in marks for shift in (-1, 0, 1)}
    return sorted(now for now in around if told.received - KNOWN_BEFORE <= now <= told.deadline.at + DAY)


@settings(max_examples=120)
@given(stories(), st.lists(st.integers(0, 10 * DAY), max_size=10))
def test_the_stored_instants_say_at_every_instant_what_the_clauses_say(told: Story, anywhere: list[int]) -> None:
    others = [told.received + shift for shift in anywhere if told.received + shift < told.reports[-2]]
    for now in [*instants_that_matter(told), *others]:
        assert told.future.level(now) is level_by_the_clauses(told, now), now


@settings(max_examples=120)
@given(stories(look_ahead=True))
def test_a_contact_that_breaches_was_red_at_the_last_report_before_its_deadline(told: Story) -> None:
    chances = [report for report in told.reports if told.received <= report < told.deadline.at]
    event(f"reports in between: {min(len(chances), 3)}")
    if chances:
        assert told.future.level(chances[-1]) is Level.RED


@settings(max_examples=120)
@given(stories(look_ahead=True))
def test_a_red_report_left_the_notice_wherever_any_report_could_have(told: Story) -> None:
    """The staffed time is walked minute by minute here, so that nothing is taken on trust."""
    calendar, due = told.policy.calendar, told.deadline.at
    chances = [report for report in told.reports if told.received <= report < due]
    last = next((at for at in reversed(chances) if walked(calendar, at, due) >= told.policy.rules.notice), None)
    event("no report could have left the notice" if last is None else "a report could")
    if last is not None:
        assert told.future.level(last) is Level.RED


@settings(max_examples=60)
@given(stories())
def test_a_rating_never_improves_while_nothing_changes_but_time(told: Story) -> None:
    ranks = [told.future.level(now).rank for now in instants_that_matter(told)]
    assert ranks == sorted(ranks)
    assert ranks[-1] == Level.OVERDUE.rank


@settings(max_examples=60)
@given(stories())
def test_the_next_change_is_when_the_level_changes_and_not_a_second_before(told: Story) -> None:
    now, level = told.received, told.future.level(told.received)
    while (change := told.future.next_change(now)) is not None:
        assert told.future.level(change - 1) is level
        assert told.future.level(change).rank >= level.rank
        now, level = change, told.future.level(change)
    assert level is Level.OVERDUE


@settings(max_examples=60)
@given(stories())
def test_a_reason_never_contradicts_the_clock(told: Story) -> None:
    rules = told.policy.rules
    for now in instants_that_matter(told):
        said, level = reason(told.future, now, told.policy), told.future.level(now)
        assert said.startswith("overdue by") == (level is Level.OVERDUE)
        if said.endswith("is the limit"):
            limit = rules.red_left if level is Level.RED else rules.amber_left
            left = told.deadline.at - now
            if rules.staffed:
                left = told.policy.calendar.staffed(now, told.deadline.at)
            assert left <= limit
            assert said.endswith(f" left, {duration(limit)} is the limit")
        if "none of them staffed" in said or "not staffed" in said:
            assert told.policy.calendar.staffed(now, told.deadline.at) == 0
