"""The scorecard: counted by hand first."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from mash_monitor.domain.contact import Contact, Outcome
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.period import Period
from tests.unit.counting.plain import scorecard
from tests.unit.domain.hubs import DAY_LONG, at, office
from tests.unit.domain.test_measures import ONE_DAY, contact

HUB = office()


def received_in_march() -> Iterable[Contact]:
    police = {"source_group": "Police"}
    yield contact(
        "2026-03-02 09:00",
        "2026-03-02 15:00",
        outcome=Outcome.REFERRAL,
        converted=True,
        persons=("p1", "p2"),
        children=2,
        **police,
    )
    yield contact("2026-03-05 09:00", "2026-03-06 15:00", outcome=Outcome.NFA, **police)  # late by one clock only
    yield contact("2026-03-31 23:59:59", children=2)  # the same child, and one without an id
    yield contact("2026-02-10 09:00", "2026-02-10 15:00", outcome=Outcome.CP_ENQUIRY, converted=True)
    yield contact("2026-02-01 00:00", "2026-02-03 15:00", children=0, persons=())
    yield contact("2026-01-31 23:59:59")  # before the period before
    yield contact("2026-04-01 00:00")
    yield replace(contact("2026-03-05 09:00"), received=None)


def test_a_scorecard_counts_by_date_of_receipt_and_shows_both_clocks() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31), "2026-03")
    card = scorecard(received_in_march(), march, [DAY_LONG, ONE_DAY], HUB, at("2026-04-01 00:00"))
    total = card.total
    assert (total.contacts, total.children, total.referrals, total.conversion_pct) == (3, 3, 1, 33.33)
    assert total.outcome_counts() == {
        "referral": 1,
        "existing_referral": 0,
        "cp_enquiry": 0,
        "early_help": 0,
        "advice": 0,
        "nfa": 1,
        "other": 0,
        "not_recorded": 1,
    }
    assert total.tallies == (
        Tally(received=3, in_time=1, late=1, not_yet_due=1),
        Tally(received=3, in_time=2, not_yet_due=1),
    )
    assert {name: group.contacts for name, group in total.groups.items()} == {"Police": 2, "Unknown": 1}
    assert total.groups["Police"].conversion_pct == 50.0
    assert total.groups["Police"].tallies[0] == Tally(received=2, in_time=1, late=1)
    assert (card.previous.contacts, card.previous.children, card.previous.referrals) == (2, 1, 1)
    assert [(month.name, figures.contacts) for month, figures in card.months] == [("2026-03", 3)]


def test_the_months_of_a_period_add_up_to_it() -> None:
    both = Period(date(2026, 2, 1), date(2026, 3, 31), "2026-02..2026-03")
    card = scorecard(received_in_march(), both, [DAY_LONG], HUB, at("2026-04-09 00:00"))
    assert [figures.contacts for _, figures in card.months] == [2, 3]
    assert card.total.contacts == 5
    assert card.previous.contacts == 1


def test_what_is_received_after_now_is_not_counted() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31), "2026-03")
    assert scorecard(received_in_march(), march, [], HUB, at("2026-03-02 09:00")).total.contacts == 1


def test_without_any_childs_id_nobody_can_tell_what_is_a_repeat() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31), "2026-03")
    unnamed = [contact(f"2026-03-0{day} 09:00", persons=(), children=1) for day in (2, 3)]
    total = scorecard(unnamed, march, [], HUB, at("2026-04-01 00:00")).total
    assert (total.children, total.repeats) == (2, None)


def test_a_contact_that_a_timescale_does_not_measure_is_still_counted() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31), "2026-03")
    reds = replace(DAY_LONG, risks=frozenset({"red"}))
    card = scorecard(received_in_march(), march, [reds], HUB, at("2026-04-01 00:00"))
    assert (card.total.contacts, card.total.tallies) == (3, (Tally(),))


def test_figures_of_nothing_are_null_and_not_nought() -> None:
    empty = scorecard(
        [], Period(date(2026, 3, 1), date(2026, 3, 31), ""), [DAY_LONG], HUB, at("2026-04-01 00:00")
    ).total
    assert (empty.conversion_pct, empty.nfa_pct, empty.repeat_pct, empty.children) == (None, None, None, 0)
    assert empty.tallies == (Tally(),)
