"""The watch over one contact, look by look: every change has its kind, its reason and both its values."""

from dataclasses import replace

import pytest

from mash_monitor.domain.contact import Contact, Row, Span, merge
from mash_monitor.domain.entry import (
    Entry,
    Rules,
    Step,
    first_decision,
    first_sight,
    new_rules,
    not_in_store,
    parking_ended,
    policy_uses_groups,
    seen,
    time_passed,
)
from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, State
from tests.unit.domain.hubs import DAY_LONG, HOUR, at, policy

POLICE_FASTER = policy(replace(DAY_LONG, name="4 hours", seconds=4 * HOUR, groups=frozenset({"Police"})), DAY_LONG)
RULES = Rules(policy(), "first")
# due Friday 14:05; amber Friday 06:05; red Friday 10:05
OPEN = merge([Row("C-1", "p1", at("2026-03-05 14:05"), source_group="School", team="North")])
THURSDAY, FRIDAY, NOON, LATE = (
    at("2026-03-05 16:30"),
    at("2026-03-06 08:30"),
    at("2026-03-06 12:30"),
    at("2026-03-06 16:30"),
)


def decided(earliest: str, latest: str | None = None) -> Contact:
    return replace(OPEN, decided=Span(at(earliest), at(latest or earliest)))


def known(contact: Contact = OPEN, now: int = THURSDAY, rules: Rules = RULES) -> Entry:
    return first_sight(contact, now, rules)[0]


def told(step: Step) -> tuple[Kind, str, str] | None:
    change = step[1]
    return None if change is None else (change.kind, str(change.after), change.reason)


# first sight


def test_a_new_contact_appears_with_its_level_and_the_reason() -> None:
    entry, change = first_sight(OPEN, FRIDAY, RULES)
    assert told((entry, change)) == (
        Kind.APPEARED,
        "amber",
        "first seen: passes its deadline before the 16:30 report",
    )
    assert change is not None
    assert (change.contact_id, change.at, change.before) == ("C-1", FRIDAY, None)
    assert (entry.standing, entry.first_seen, entry.policy, entry.watched) == (change.after, FRIDAY, "first", True)
    assert entry.next_change_at == at("2026-03-06 10:05")


def test_a_contact_first_seen_decided_is_noted_and_raises_nothing() -> None:
    entry, change = first_sight(decided("2026-03-05 16:00"), FRIDAY, RULES)
    assert change is None
    assert (entry.state, entry.watched, entry.next_change_at) == (State.DECIDED, False, None)
    assert entry.decided == Span(at("2026-03-05 16:00"), at("2026-03-05 16:00"))


def test_a_contact_first_seen_overdue_breached_at_its_deadline_and_not_when_it_was_seen() -> None:
    assert known(now=LATE).breached_at == at("2026-03-06 14:05:01")
    assert known().breached_at is None


# time


def test_a_look_that_finds_nothing_new_changes_nothing() -> None:
    entry = known()
    assert seen(entry, OPEN, THURSDAY, THURSDAY + 60, RULES) == (entry, None)
    assert time_passed(entry, THURSDAY + 60, RULES) == (entry, None)


@pytest.mark.parametrize(
    ("now", "level", "said"),
    [
        (FRIDAY, "amber", "passes its deadline before the 16:30 report"),
        (NOON, "red", "passes its deadline before the 16:30 report"),
        (LATE, "overdue", "overdue by 2 h 25 min"),
    ],
)
def test_time_alone_raises_the_level_whether_the_store_was_read_or_not(now: int, level: str, said: str) -> None:
    looked, passed = seen(known(), OPEN, THURSDAY, now, RULES), time_passed(known(), now, RULES)
    assert told(looked) == told(passed) == (Kind.TIME, level, said)
    assert looked == passed


def test_the_next_change_is_the_next_worse_level_than_the_recorded_one() -> None:
    entry = known()
    assert entry.next_change_at == entry.future.amber_at
    assert replace(entry, level=Level.RED).next_change_at == entry.future.overdue_at
    assert replace(entry, level=Level.OVERDUE).next_change_at is None


# corrections


def test_a_corrected_receipt_moves_the_deadline_and_says_both_values() -> None:
    later = replace(OPEN, received=at("2026-03-06 08:00"))
    step = seen(known(now=LATE), later, NOON, LATE, RULES)
    assert told(step) == (
        Kind.CORRECTED,
        "red",
        "received corrected from Thu 14:05 to 08:00: passes its deadline before the Sat 08:30 report",
    )
    assert step[0].breached_at == at("2026-03-06 14:05:01")  # once breached, always breached


def test_a_receipt_that_becomes_readable_is_a_correction() -> None:
    unreadable = replace(OPEN, received=None)
    step = seen(known(unreadable), OPEN, THURSDAY, FRIDAY, RULES)
    assert told(step) == (
        Kind.CORRECTED,
        "amber",
        "received corrected from unreadable to Thu 14:05: passes its deadline before the 16:30 report",
    )


def test_a_changed_risk_is_a_correction_even_where_the_level_stays() -> None:
    step = seen(known(), replace(OPEN, risk="red"), THURSDAY, THURSDAY, RULES)
    assert told(step) == (Kind.CORRECTED, "green", "risk changed from unrated to red: 21 h 35 min left")


def test_a_changed_source_is_a_correction_only_where_a_timescale_asks_for_it() -> None:
    police = replace(OPEN, source_group="Police")
    assert not policy_uses_groups(RULES.policy)
    entry, change = seen(known(), police, THURSDAY, THURSDAY, RULES)
    assert (entry.source_group, change) == ("Police", None)
    rules = Rules(POLICE_FASTER, "faster")
    assert policy_uses_groups(rules.policy)
    step = seen(known(rules=rules), police, THURSDAY, THURSDAY, rules)
    assert told(step) == (
        Kind.CORRECTED,
        "red",
        "source changed from School to Police: passes its deadline before the Fri 08:30 report",
    )


# decisions


@pytest.mark.parametrize(
    ("contact", "last_look", "said", "breached"),
    [
        (decided("2026-03-06 14:05"), NOON, "decided 14:05, in time", False),
        (decided("2026-03-06 14:06"), NOON, "decided 14:06, late", True),
        # observed only: not before the last look that saw it open
        (
            decided("2026-03-05 14:05", "2026-03-06 16:30"),
            NOON,
            "decided between 12:30 and 16:30, in time or late",
            False,
        ),
        (decided("2026-03-05 14:05", "2026-03-06 13:00"), NOON, "decided between 12:30 and 13:00, in time", False),
        (
            decided("2026-03-05 14:05", "2026-03-06 16:30"),
            at("2026-03-06 15:00"),
            "decided between 15:00 and 16:30, late",
            True,
        ),
        (
            decided("2026-03-05 14:05", "2026-03-06 16:30"),
            None,
            "decided between Thu 14:05 and 16:30, in time or late",
            False,
        ),
    ],
)
def test_a_decision_ends_the_watch_and_says_whether_it_was_in_time(
    contact: Contact, last_look: int | None, said: str, *, breached: bool
) -> None:
    step = seen(known(), contact, last_look, LATE, RULES)
    assert told(step) == (Kind.DECIDED, "decided", said)
    assert not step[0].watched
    assert (step[0].breached_at is not None) is breached
    assert seen(step[0], contact, LATE, LATE + 60, RULES) == (step[0], None)


def test_a_decision_about_a_contact_without_deadline_is_neither_late_nor_in_time() -> None:
    unreadable = replace(OPEN, received=None)
    step = seen(known(unreadable), replace(decided("2026-03-06 12:00"), received=None), THURSDAY, LATE, RULES)
    assert told(step) == (Kind.DECIDED, "decided", "decided 12:00")


def test_a_reopened_contact_is_watched_again_and_keeps_its_first_decision() -> None:
    entry = seen(known(), decided("2026-03-06 09:00"), FRIDAY, NOON, RULES)[0]
    step = seen(entry, OPEN, NOON, LATE, RULES)
    assert told(step) == (Kind.REOPENED, "overdue", "open again after a decision: overdue by 2 h 25 min")
    again = seen(step[0], decided("2026-03-09 09:00"), LATE, at("2026-03-09 12:30"), RULES)[0]
    assert again.decided == Span(at("2026-03-06 09:00"), at("2026-03-06 09:00"))


# vanished


def test_a_contact_that_vanishes_stays_watched_until_it_returns() -> None:
    gone = not_in_store(replace(known(), parked_until=LATE), THURSDAY, FRIDAY, RULES)
    assert told(gone) == (
        Kind.VANISHED,
        "missing",
        "not in the store since Thu 16:30: passes its deadline before the 16:30 report",
    )
    assert (gone[0].missing_since, gone[0].watched) == (THURSDAY, True)
    still = not_in_store(gone[0], FRIDAY, NOON, RULES)
    assert told(still) == (Kind.TIME, "missing", "passes its deadline before the 16:30 report")
    back = seen(still[0], OPEN, FRIDAY, NOON, RULES)
    assert told(back) == (
        Kind.RETURNED,
        "red",
        "in the store again: passes its deadline before the 16:30 report",
    )
    assert (back[0].missing_since, back[0].parked_until) == (None, None)


def test_a_contact_that_returns_decided_was_decided_after_it_was_last_seen() -> None:
    gone = not_in_store(known(), THURSDAY, FRIDAY, RULES)[0]
    back = seen(gone, decided("2026-03-05 14:05", "2026-03-06 12:30"), FRIDAY, NOON, RULES)[0]
    assert back.decided == Span(THURSDAY, NOON)


def test_a_reopened_contact_is_no_longer_parked() -> None:
    parked = replace(known(), parked_until=LATE, parked_reason="duplicate")
    assert seen(parked, OPEN, THURSDAY, FRIDAY, RULES)[0].parked_until == LATE
    entry = seen(parked, decided("2026-03-06 09:00"), FRIDAY, NOON, RULES)[0]
    again = seen(entry, OPEN, NOON, NOON, RULES)[0]
    assert (again.parked_until, again.parked_reason) == (None, None)


def test_a_contact_that_vanishes_before_a_second_look_is_missing_since_the_first() -> None:
    assert not_in_store(known(), None, FRIDAY, RULES)[0].missing_since == THURSDAY


def test_a_contact_is_shown_as_it_was_last_seen() -> None:
    entry = known()
    shown = entry.subject(FRIDAY)
    assert (shown.contact_id, shown.received, shown.source_group, shown.teams) == (
        "C-1",
        OPEN.received,
        "School",
        ("North",),
    )
    assert (shown.state, shown.seen_at) == (State.OPEN, FRIDAY)
    assert not_in_store(entry, THURSDAY, FRIDAY, RULES)[0].subject(None).seen_at == THURSDAY


def test_a_contact_whose_parking_has_ended_is_raised_anew() -> None:
    parked = replace(known(now=NOON), parked_until=LATE, parked_reason="with the police")
    step = parking_ended(parked, LATE, RULES)
    assert told(step) == (Kind.UNPARKED, "overdue", "parked no longer: overdue by 2 h 25 min")
    assert (step[0].parked_until, step[0].parked_reason) == (None, None)
    assert step[0].breached_at == at("2026-03-06 14:05:01")


# changed rules


def test_changed_rules_count_from_now_on() -> None:
    rules = Rules(policy(replace(DAY_LONG, seconds=4 * HOUR)), "stricter")
    step = new_rules(known(), THURSDAY, rules)
    assert told(step) == (Kind.RULES, "red", "under changed rules: passes its deadline before the Fri 08:30 report")
    assert step[0].policy == "stricter"
    assert told(seen(known(), OPEN, THURSDAY, THURSDAY, rules)) == (
        Kind.RULES,
        "red",
        "passes its deadline before the Fri 08:30 report",
    )


def test_rules_that_rate_a_contact_alike_change_nothing_but_their_name() -> None:
    entry, change = new_rules(known(), THURSDAY, Rules(RULES.policy, "renamed"))
    assert (entry, change) == (replace(known(), policy="renamed"), None)


# the decision that counts


OBSERVED = decided("2026-03-05 14:05", "2026-03-09 12:30")


@pytest.mark.parametrize(
    ("contact", "recorded", "reopened", "counts"),
    [
        (OPEN, None, False, None),
        (OBSERVED, None, False, OBSERVED.decided),
        (OBSERVED, Span(FRIDAY, NOON), False, Span(FRIDAY, NOON)),
        (decided("2026-03-06 09:00"), Span(FRIDAY, NOON), False, decided("2026-03-06 09:00").decided),
        (decided("2026-03-09 09:00"), Span(FRIDAY, FRIDAY), True, Span(FRIDAY, FRIDAY)),
        (OPEN, Span(FRIDAY, FRIDAY), True, Span(FRIDAY, FRIDAY)),  # open again, but first decided then
        (OPEN, Span(FRIDAY, FRIDAY), False, None),
        (
            decided("2026-03-05 14:05", "2026-03-05 15:00"),
            Span(FRIDAY, NOON),
            False,
            decided("2026-03-05 15:00").decided,
        ),
    ],
)
def test_the_first_decision_counts_as_closely_as_it_was_observed(
    contact: Contact, recorded: Span | None, counts: Span | None, *, reopened: bool
) -> None:
    assert first_decision(contact, recorded, reopened=reopened).decided == counts
