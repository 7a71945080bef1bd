"""A made-up hub on a bad Friday, built by the domain itself, for the views to show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from mash_monitor.domain.account import Account, Change, Sent, TimescaleAccount
from mash_monitor.domain.calendar import DAY, Calendar, DaySpans
from mash_monitor.domain.contact import Contact, Mark, Outcome, Precision, Row, Span, merge
from mash_monitor.domain.intake import Intake
from mash_monitor.domain.performance import Performance, earliest_receipt, performance
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import Position, Quality, StoreSeen, Subject, watch
from mash_monitor.domain.rating import Policy, RatingRules, timeline
from mash_monitor.domain.reports import ReportSchedule
from mash_monitor.domain.scorecard import Reach, Scorecard
from mash_monitor.domain.timescale import Clock, Timescale, deadline, steps
from mash_monitor.domain.weeks import Weeks
from tests.unit.counting.plain import scorecard

LONDON = ZoneInfo("Europe/London")
HOUR = 3600
OFFICE: DaySpans = ((int(8.75 * HOUR), int(17.25 * HOUR)),)
CALENDAR = Calendar(LONDON, [OFFICE] * 5 + [()] * 2, known_until=date(2030, 12, 31))
TIMESCALES = (
    Timescale("24 hours", Clock.ELAPSED, seconds=DAY, target_pct=95),
    Timescale("one working day", Clock.WORKING_DAYS, days=1, rates=False, target_pct=95),
)
SCHEDULE = ReportSchedule(CALENDAR, [int(8.5 * HOUR), int(12.5 * HOUR), int(16.5 * HOUR)])
POLICY = Policy(TIMESCALES, RatingRules(4 * HOUR, 8 * HOUR, HOUR // 2), CALENDAR, SCHEDULE)
FRIDAY = int(datetime(2026, 3, 6, 16, 30, tzinfo=LONDON).timestamp())

_GROUPS = [
    *["Police"] * 11,
    *["Schools"] * 4,
    *["Health services"] * 3,
    "LA services",
    "Individual",
    "Anonymous",
]
_OUTCOMES = [Outcome.REFERRAL, Outcome.NFA, Outcome.NFA, Outcome.ADVICE, Outcome.EARLY_HELP]
_TEAMS = ["MASH 1", "MASH 1", "MASH 2", "Early help hub"]


def subject(contact_id: str = "C-10234", received: int | None = FRIDAY - 20 * HOUR, **changes: object) -> Subject:
    """One open contact, rated by the policy of this module."""
    made = Subject(
        contact_id=contact_id,
        children=1,
        received=received,
        precision=Precision.UNREADABLE if received is None else Precision.MINUTE,
        source_code="6",
        source_group="Police",
        risk="unrated",
        teams=("MASH 1",),
        marks=frozenset(),
        future=timeline(received, "unrated", "Police", POLICY),
        source_desc="West Mercia Police",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def subjects(number: int, now: int = FRIDAY, seed: int = 7) -> list[Subject]:
    """Open contacts received over the last day and a bit, a few of them late, one without a readable time."""
    chance = Random(seed)
    made = []
    for index in range(number):
        received = now - int(chance.betavariate(1.1, 2.2) * 32 * HOUR) // 60 * 60
        made.append(subject(
            f"C-{10200 + index}",
            None if index == number - 1 and number > 10 else received,
            source_group=chance.choice(_GROUPS),
            teams=(chance.choice(_TEAMS),),
            children=chance.choice([1, 1, 2, 3]),
            risk=chance.choice(["unrated", "unrated", "unrated", "amber", "red"]),
        ))  # fmt: skip
    return made


def position(watched: Sequence[Subject] | None = None, *, now: int = FRIDAY, **changes: object) -> Position:
    """The position of these open contacts (38 of them unless told otherwise)."""
    made = Position(
        hub="herefordshire",
        title="Herefordshire MASH",
        zone=LONDON,
        now=now,
        next_report=SCHEDULE.after(now),
        after_next=SCHEDULE.after(SCHEDULE.after(now)),
        watched=watch(subjects(38, now) if watched is None else watched, now, POLICY),
        quality=Quality(set_aside=2, date_only=3, unknown_source=1, time_unreadable=1),
        store=StoreSeen(now - 60),
        calendar=CALENDAR,
        performance=tuple(measured(now)),
        intake=received(now),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def measured(now: int = FRIDAY) -> list[Performance]:
    """Both timescales over the windows of a summary."""
    weeks = Weeks.until(now, CALENDAR)
    return performance(recent(now), TIMESCALES, CALENDAR, now, weeks)


def received(now: int = FRIDAY) -> Intake:
    """Where the contacts of a quarter came from."""
    intake = Intake(Weeks.until(now, CALENDAR).start, now)
    for contact in recent(now):
        intake.add(contact)
    return intake


@cache
def recent(now: int) -> list[Contact]:
    """The contacts that a summary counts."""
    return history(earliest_receipt(TIMESCALES, Weeks.until(now, CALENDAR).start, CALENDAR), now)


def history(start: int, end: int, seed: int = 5) -> list[Contact]:
    """Contacts received from `start` to `end`, about 22 a day, most decided on the next day."""
    chance = Random(seed)
    made: list[Contact] = []
    at = start
    while (at := at + int(chance.expovariate(1 / 3900))) < end:
        decided = CALENDAR.next_opening(at + int(chance.triangular(4, 34, 29) * HOUR)) or at
        # one in thirty is known by the date of its decision only
        doubt = 9 * HOUR if chance.random() < 1 / 30 else 0
        span = Span(decided - doubt, decided + doubt)
        made.append(merge([Row(
            contact_id=f"C-{len(made)}",
            person_id=f"P-{len(made)}",
            received=at,
            decided=span if span.latest <= end else None,
            source_code="6",
            source_group=chance.choice(_GROUPS),
            outcome=chance.choice(_OUTCOMES),
            team=chance.choice(_TEAMS),
        )]))  # fmt: skip
    return made


def card(period: Period | None = None) -> Scorecard:
    """The scorecard of the last quarter of 2025, of a hub that has recorded its contacts for years."""
    chosen = period or Period(date(2025, 10, 1), date(2025, 12, 31), "2025-26-Q3")
    start, end = chosen.previous().bounds(CALENDAR)[0], chosen.bounds(CALENDAR)[1]
    made = scorecard(history(start, end), chosen, TIMESCALES, CALENDAR, FRIDAY)
    return replace(made, reach=Reach(date(2020, 4, 1), made.reach.until))


def sent(number: int = 1, **changes: object) -> Sent:
    """One delivered text message."""
    made = Sent(
        id=number,
        at=FRIDAY - HOUR,
        person="duty",
        channel="twilio",
        purpose="alert",
        level="red",
        state="delivered",
        short_ref="7KQ2",
        contacts=4,
        evidence="delivered to the handset 15:31",
        next_action_at=None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def account(contact_id: str = "C-10234") -> Account:
    """A red contact with a history, received on Thursday evening."""
    received = FRIDAY - 20 * HOUR
    (watched,) = watch([subject(contact_id, received)], FRIDAY, POLICY)
    contact = merge([Row(
        contact_id, "P-1", received, source_code="6", source_group="Police", source_desc="West Mercia Police",
        team="MASH 1", worker="W07", marks=frozenset({Mark.UNKNOWN_OUTCOME}),
    )])  # fmt: skip
    return Account(
        contact_id=contact_id,
        hub="herefordshire",
        title="Herefordshire MASH",
        now=FRIDAY,
        contact=contact,
        received=received,
        timescales=tuple(
            TimescaleAccount(rule, tuple(steps(rule, received, CALENDAR)), deadline(rule, received, CALENDAR))
            for rule in TIMESCALES
        ),
        watched=watched,
        status="open",
        history=(
            Change(FRIDAY - 8 * HOUR, None, "amber", "passes its deadline before the Sat 08:30 report"),
            Change(FRIDAY - 4 * HOUR, "amber", "red", "no staffed time left after the 16:30 report"),
        ),
        deliveries=(
            sent(),
            sent(2, person="manager", channel="email", state="unknown", evidence="no answer"),
        ),
    )
