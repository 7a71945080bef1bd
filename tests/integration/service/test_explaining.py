"""What `explain` says of a decision: as the store has it, and as the scorecard counts it."""

import pytest

from mash_monitor.domain.account import Account
from mash_monitor.domain.rating import Level
from mash_monitor.service import accounts
from mash_monitor.views.facts import facts
from tests.integration.service.town import Town
from tests.unit.domain.hubs import LONDON, at

FRIDAY = "2026-03-06 16:30"


def explained(town: Town, contact_id: str = "C-1", when: str = FRIDAY) -> Account:
    found = accounts.account(town.hub, town.engine, contact_id, at(when))
    assert found is not None
    return found


def test_a_decision_before_receipt_is_told_as_the_store_has_it_and_is_uncertain(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 12:39", decided_at="2026-03-06 11:54", outcome="nfa")
    account = explained(town)
    assert account.status == "decided 11:54, before it was received 12:39; uncertain"
    told = dict(facts(account, LONDON))
    assert told["decided"] == "Fri 6 Mar 2026 11:54, before it was received Fri 6 Mar 2026 12:39"


def test_a_decision_before_receipt_for_one_child_is_told_beside_the_last_one(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 12:39", "p1", decided_at="2026-03-06 11:54", outcome="nfa")
    town.council.add("C-1", "2026-03-06 12:39", "p2", decided_at="2026-03-06 15:00", outcome="nfa")
    assert explained(town).status == "decided 15:00, of one child 11:54, before it was received 12:39; uncertain"


def test_the_history_says_it_as_well(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:39")
    town.report("2026-03-06 08:30")
    town.council.decide("C-1", "2026-03-06 06:54")
    town.report("2026-03-06 12:30")
    assert town.history("C-1")[-1][2] == "decided 06:54, before it was received 07:39; uncertain"


@pytest.mark.parametrize(
    ("received", "decided", "when", "said"),
    [
        ("2026-03-04", "2026-03-05 09:00", FRIDAY, "decided Thu 09:00, in time or late"),
        ("2026-03-04", "2026-03-06 00:30", FRIDAY, "decided 00:30, late"),
        ("2026-03-05 12:39", "2026-03-06", FRIDAY, "decided between 00:00 and 16:30, in time or late"),
        ("2026-03-05 12:39", "2026-03-05", FRIDAY, "decided between Thu 12:39 and Thu 23:59, in time"),
        ("2026-10-24 12:39", "2026-10-25 01:30", "2026-10-25 12:30",
         "decided 01:30, before or after the clock went back, in time"),
    ],
)  # fmt: skip
def test_what_is_not_known_to_the_minute_is_told_within_its_bounds_as_the_scorecard_counts_it(
    town: Town, received: str, decided: str, when: str, said: str
) -> None:
    town.council.add("C-1", received, decided_at=decided, outcome="nfa")
    assert explained(town, when=when).status == said


def test_a_receipt_without_a_time_is_not_told_as_one_at_midnight(town: Town) -> None:
    town.council.add("C-1", "2026-03-06")
    told = dict(facts(explained(town), LONDON))
    assert told["received"] == "Fri 6 Mar 2026 00:00, the first minute of a date without a time"


def test_a_reopened_contact_is_open_and_its_first_decision_is_the_one_that_counts(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30")
    town.report("2026-03-06 08:30")
    town.council.decide("C-1", "2026-03-06 09:00")
    town.report("2026-03-06 12:30")
    town.council.decide("C-1", None)
    town.report("2026-03-06 14:00")
    account = explained(town)
    assert account.status == "open again; first decided 09:00, in time, and that decision counts"
    assert account.watched is not None
    assert account.watched.level is not Level.OVERDUE
    town.council.decide("C-1", "2026-03-07 15:00")
    town.report("2026-03-07 16:30")
    account = explained(town, when="2026-03-07 16:30")
    assert account.watched is None
    assert account.status == "decided 15:00, late; first decided Fri 09:00, in time, and that decision counts"
