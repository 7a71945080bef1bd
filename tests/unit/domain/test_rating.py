"""The rating, clause by clause, with the reason that a duty worker reads."""

from dataclasses import replace
from datetime import date

import pytest

from mash_monitor.domain.contact import UNMAPPED, UNRATED
from mash_monitor.domain.rating import (
    LONG_AGO,
    NO_DEADLINE,
    UNREADABLE,
    Level,
    Policy,
    Rating,
    RatingRules,
    Timeline,
    reason,
    timeline,
    urgency,
)
from mash_monitor.domain.reports import ReportDays
from mash_monitor.domain.timescale import Clock, Deadline, Timescale
from tests.unit.domain.hubs import DAY_LONG, HOUR, RULES, SHUT, at, office, policy

GREEN, AMBER, RED, OVERDUE = Level.GREEN, Level.AMBER, Level.RED, Level.OVERDUE
PLAIN = policy()
NO_LOOK = policy(rules=replace(RULES, look_ahead=False))
STAFFED = policy(rules=replace(RULES, look_ahead=False, staffed=True))
ONE_DAY = policy(Timescale("one working day", Clock.WORKING_DAYS, days=1))
WEEKDAYS = policy(days=ReportDays.OPEN)
NO_NOTICE = policy(rules=replace(RULES, notice=0, red_left=0, amber_left=0))

# Rules, received, now, level, reason. The 5th of March 2026 is a Thursday.
CASES = [
    # 24 hours: due Friday 14:05; reports at 08:30, 12:30, 16:30; red at 4 hours left, amber at 8
    (PLAIN, "2026-03-05 14:05", "2026-03-05 14:06", GREEN, "23 h 59 min left"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 06:04:59", GREEN, "8 h left"),
    # the look ahead: from the 08:30 report on, the one after next is too late
    (PLAIN, "2026-03-05 14:05", "2026-03-06 08:29:59", AMBER, "5 h 35 min left, 8 h is the limit"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 08:30:00", AMBER, "passes its deadline before the 16:30 report"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 10:04:59", AMBER, "passes its deadline before the 16:30 report"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 10:05:00", RED, "4 h left, 4 h is the limit"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 12:30:00", RED, "passes its deadline before the 16:30 report"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 14:05:00", RED, "0 min left, not staffed"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 14:05:01", OVERDUE, "overdue by less than a minute"),
    (PLAIN, "2026-03-05 14:05", "2026-03-06 15:35:00", OVERDUE, "overdue by 1 h 30 min"),
    # received Friday 14:05: due Saturday 14:05, nobody there after Friday 17:15
    (PLAIN, "2026-03-06 14:05", "2026-03-06 14:06", AMBER, "no staffed time left after the Sat 08:30 report"),
    (PLAIN, "2026-03-06 14:05", "2026-03-06 16:30", RED, "no staffed time left after the Sat 08:30 report"),
    (PLAIN, "2026-03-06 14:05", "2026-03-06 17:15", RED, "20 h 50 min left, none of them staffed"),
    (PLAIN, "2026-03-06 14:05", "2026-03-07 13:30", RED, "35 min left, not staffed"),
    # due shortly after a report: the notice
    (
        PLAIN,
        "2026-03-05 12:59:59",
        "2026-03-06 08:30",
        RED,
        "only 29 min staffed left after the 12:30 report",
    ),
    (PLAIN, "2026-03-05 13:00:00", "2026-03-06 08:30", AMBER, "passes its deadline before the 16:30 report"),
    # due at the very second of a report: that report is too late
    (NO_NOTICE, "2026-03-05 16:30", "2026-03-06 12:30", RED, "passes its deadline before the 16:30 report"),
    (
        NO_NOTICE,
        "2026-03-05 16:30",
        "2026-03-06 12:29:59",
        AMBER,
        "passes its deadline before the 16:30 report",
    ),
    (
        NO_NOTICE,
        "2026-03-05 16:30:01",
        "2026-03-06 12:30",
        AMBER,
        "passes its deadline before the Sat 08:30 report",
    ),
    (
        NO_NOTICE,
        "2026-03-05 16:30:01",
        "2026-03-06 16:30",
        RED,
        "passes its deadline before the Sat 08:30 report",
    ),
    # without look ahead only the time left counts
    (NO_LOOK, "2026-03-06 14:05", "2026-03-06 16:30", GREEN, "21 h 35 min left"),
    (NO_LOOK, "2026-03-05 14:05", "2026-03-06 06:05", AMBER, "8 h left, 8 h is the limit"),
    (NO_LOOK, "2026-03-05 14:05", "2026-03-06 10:05", RED, "4 h left, 4 h is the limit"),
    # thresholds in staffed time: due Friday 14:05, of which 5 h 20 min are staffed on Friday
    (STAFFED, "2026-03-05 14:05", "2026-03-05 14:34:59", GREEN, "23 h 30 min left"),
    (STAFFED, "2026-03-05 14:05", "2026-03-05 14:35", AMBER, "8 h of staffed time left, 8 h is the limit"),
    (STAFFED, "2026-03-05 14:05", "2026-03-06 10:05", RED, "4 h of staffed time left, 4 h is the limit"),
    (
        STAFFED,
        "2026-03-06 14:05",
        "2026-03-06 14:05",
        RED,
        "3 h 10 min of staffed time left, 4 h is the limit",
    ),
    # a midnight deadline is exclusive
    (ONE_DAY, "2026-03-05 14:05", "2026-03-06 23:59:59", RED, "less than a minute left, not staffed"),
    (ONE_DAY, "2026-03-05 14:05", "2026-03-07 00:00:00", OVERDUE, "overdue by less than a minute"),
    # no report at the weekend: what passes its deadline before Monday is red on Friday
    (
        WEEKDAYS,
        "2026-03-06 14:05",
        "2026-03-06 16:30",
        RED,
        "passes its deadline before the Mon 08:30 report",
    ),
]


@pytest.mark.parametrize(("rules", "received", "now", "level", "said"), CASES)
def test_the_level_and_the_clause_that_spoke(rules: Policy, received: str, now: str, level: Level, said: str) -> None:
    future = timeline(at(received), UNRATED, "School", rules)
    assert (future.level(at(now)), reason(future, at(now), rules)) == (level, said)


def test_overdue_is_shown_red_and_ranks_worst() -> None:
    assert [level.rank for level in (GREEN, AMBER, RED, OVERDUE)] == [0, 1, 2, 3]
    assert [level.rating for level in Level] == [Rating.GREEN, Rating.AMBER, Rating.RED, Rating.RED]


def test_an_unreadable_time_is_red_from_first_sight_and_says_so() -> None:
    future = timeline(None, "red", "School", PLAIN)
    assert future == UNREADABLE
    assert future.level(LONG_AGO) is RED
    assert future.next_change(at("2026-03-06 12:00")) is None
    assert reason(future, at("2026-03-06 12:00"), PLAIN) == "time unreadable"


def test_a_time_that_no_calendar_reaches_is_no_better_than_an_unreadable_one() -> None:
    assert timeline(at("1900-01-01 00:00"), "red", "School", PLAIN) == UNREADABLE


def test_a_risk_rating_with_an_explicit_none_has_no_deadline_and_stays_green() -> None:
    none = Timescale("none", Clock.ELAPSED, risks=frozenset({"blue"}))
    rules = policy(replace(DAY_LONG, risks=frozenset({"red"})), none)
    future = timeline(at("2026-03-05 14:05"), "blue", "School", rules)
    assert future == NO_DEADLINE
    assert future.level(at("2036-03-05 14:05")) is GREEN
    assert future.next_change(LONG_AGO) is None
    assert reason(future, at("2026-03-06 12:00"), rules) == "no deadline for this risk rating"


def test_of_several_timescales_the_earliest_deadline_counts() -> None:
    short = Timescale("4 working hours", Clock.WORKING_HOURS, seconds=4 * HOUR)
    rules = policy(DAY_LONG, short)
    thursday, friday = at("2026-03-05 09:00"), at("2026-03-06 14:05")
    assert timeline(thursday, UNRATED, "School", rules).timescale == "4 working hours"
    assert timeline(friday, UNRATED, "School", rules).timescale == "24 hours"  # the other runs on into Monday


def test_an_unmapped_risk_gets_the_strictest_timescale() -> None:
    urgent = Timescale("urgent", Clock.ELAPSED, seconds=2 * HOUR, risks=frozenset({"red"}))
    rules = policy(urgent, replace(DAY_LONG, risks=frozenset({UNRATED})))
    assert timeline(at("2026-03-05 09:00"), UNMAPPED, "School", rules).timescale == "urgent"
    assert timeline(at("2026-03-05 09:00"), UNRATED, "School", rules).timescale == "24 hours"


@pytest.mark.parametrize("rules", [RULES, replace(RULES, staffed=True, look_ahead=False)])
def test_where_nobody_is_ever_there_everything_is_red_at_once(rules: RatingRules) -> None:
    nobody = policy(calendar=office((SHUT,) * 7), rules=rules)
    future = timeline(at("2026-03-05 14:05"), UNRATED, "School", nobody)
    assert (future.amber_at, future.red_at) == (LONG_AGO, LONG_AGO)
    assert reason(future, at("2026-03-05 14:05"), nobody) == "24 h left, none of them staffed"


def test_the_next_change_is_the_next_worse_level() -> None:
    future = timeline(at("2026-03-05 14:05"), UNRATED, "School", PLAIN)
    assert (future.amber_at, future.red_at, future.overdue_at) == (
        at("2026-03-06 06:05"),
        at("2026-03-06 10:05"),
        at("2026-03-06 14:05:01"),
    )
    assert future.deadline == Deadline(at("2026-03-06 14:05"))
    assert future.next_change(at("2026-03-05 15:00")) == future.amber_at
    assert future.next_change(at("2026-03-06 06:05")) == future.red_at
    assert future.next_change(at("2026-03-06 10:05")) == future.overdue_at
    assert future.next_change(at("2026-03-06 14:05:01")) is None


def test_policies_that_rate_alike_have_equal_fingerprints_and_any_change_shows() -> None:
    beside = Timescale("beside", Clock.WORKING_DAYS, days=1, rates=False)
    assert policy(DAY_LONG, beside).fingerprint == PLAIN.fingerprint == policy().fingerprint
    others = [
        policy(replace(DAY_LONG, seconds=4 * HOUR)),
        policy(replace(DAY_LONG, risks=frozenset())),
        policy(replace(DAY_LONG, groups=frozenset({"Police"}))),
        policy(times=("08:30",)),
        policy(calendar=office(closed=frozenset({date(2026, 3, 9)}))),
        NO_LOOK,
        STAFFED,
    ]
    assert len({rules.fingerprint for rules in [PLAIN, *others]}) == 8


def test_the_most_urgent_comes_first() -> None:
    now, hub = at("2026-03-06 15:00"), PLAIN.calendar
    received = {
        "longest overdue": "2026-03-04 09:00",
        "overdue": "2026-03-05 13:00",
        "due at four today": "2026-03-05 16:00",
        "due on Saturday afternoon": "2026-03-06 14:05",
        "due on Saturday afternoon, a minute later": "2026-03-06 14:06",
    }
    futures = {name: timeline(at(when), UNRATED, "School", PLAIN) for name, when in received.items()}
    futures["unreadable"] = UNREADABLE
    futures["green"] = Timeline("slow", Deadline(at("2026-03-20 09:00")), None, None, at("2026-03-20 09:01"))
    futures["no deadline"] = NO_DEADLINE
    ordered = sorted(futures, key=lambda name: urgency(name, futures[name], now, hub))
    assert ordered == [
        "longest overdue",
        "overdue",
        "unreadable",  # it may be overdue
        "due at four today",
        "due on Saturday afternoon",
        "due on Saturday afternoon, a minute later",
        "green",
        "no deadline",
    ]


def test_of_two_reds_the_one_whose_last_staffed_chance_comes_first_stands_first() -> None:
    saturday, monday = Deadline(at("2026-03-07 23:00")), Deadline(at("2026-03-09 09:00"))
    now = at("2026-03-06 17:00")
    over_the_weekend = Timeline("a", saturday, now, now, saturday.last + 1)
    on_monday = Timeline("b", monday, now, now, monday.last + 1)
    keys = [urgency("a", over_the_weekend, now, office()), urgency("b", on_monday, now, office())]
    assert keys == sorted(keys)
    assert keys[0][1] == at("2026-03-06 17:15")
