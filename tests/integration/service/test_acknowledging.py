"""Acknowledging: it stops the ladder for what was named, not the clock, and everybody can see whose word it was."""

import pytest

from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.service.accounts import account
from mash_monitor.service.acknowledge import Acknowledged, by_contact, by_reference
from mash_monitor.state.schema import alerts, audit
from tests.integration.service.post import NOON, Post
from tests.integration.service.scripted import REJECTED, UNKNOWN
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

DUE_FRIDAY = "2026-03-05 14:05"
ONE, OVERDUE, LATER = "2026-03-06 13:00", "2026-03-06 14:06", "2026-03-06 14:10"
MONDAY = "2026-03-09 08:45"
"""When the hub next opens after Friday."""
LADDER = (
    Step(Level.RED, ("duty",), ("sms", "email")),
    Step(Level.RED, ("manager",), ("sms",), after=1800),
    Step(Level.OVERDUE, ("duty", "manager"), ("sms",)),
)


@pytest.fixture
def red(town: Town) -> Town:
    """Two contacts red at noon, in one message to duty; half an hour later the manager hears of them."""
    town = town.under(ladder=LADDER)
    town.council.add("C-1", DUE_FRIDAY)
    town.council.add("C-2", "2026-03-05 15:30")
    town.report(NOON)
    return town


def reference(town: Town, person: str = "duty") -> str:
    return str([row.short_ref for row in town.messages("alert") if row.person == person][-1])


def acknowledge(town: Town, ref: str, when: str, by: str = "duty", *, own: bool = False) -> Acknowledged:
    return by_reference({town.name: town.hub}, town.engine, ref, by, at(when), own=own)


def standing(town: Town) -> dict[str, tuple[str | None, str | None]]:
    """Who acknowledged and who has in hand the open alert of each contact."""
    rows = town.rows(alerts, alerts.c.ended_at.is_(None))
    return {row.contact_id: (row.acknowledged_by, row.owned_by) for row in rows}


# what it covers


def test_an_acknowledgement_covers_all_that_the_message_named_and_stops_the_ladder(red: Town) -> None:
    ref = reference(red)
    done = acknowledge(red, f" {ref.lower()} ", "2026-03-06 12:40")
    assert done == Acknowledged(ref, ("C-1", "C-2"))
    assert done.words == f"{ref}: 2 contacts acknowledged. The clock goes on."
    assert standing(red) == {"C-1": ("duty", None), "C-2": ("duty", None)}
    assert red.climb(ONE) == 0
    assert [row.detail for row in red.rows(audit) if row.event == "acknowledged"] == [
        {"ref": ref, "by": "duty", "contacts": 2}
    ]


def test_one_contact_can_be_acknowledged_by_its_id_and_the_ladder_goes_on_for_the_others(red: Town) -> None:
    done = by_contact(red.hub, red.engine, "C-1", "ann", at("2026-03-06 12:40"))
    assert done == Acknowledged("C-1", ("C-1",))
    assert red.climb(ONE) == 1
    assert red.named(red.messages("alert")[-1]) == {"C-2"}
    assert not by_contact(red.hub, red.engine, "C-9", "ann", at(ONE)).known


def test_whoever_has_a_contact_in_hand_is_named(red: Town) -> None:
    ref = reference(red)
    assert acknowledge(red, ref, ONE, "manager", own=True).words == (
        f"{ref}: 2 contacts in your hands. The clock goes on."
    )
    assert standing(red) == {"C-1": ("manager", "manager"), "C-2": ("manager", "manager")}
    assert [row.event for row in red.rows(audit)].count("owned") == 1


def test_what_is_decided_already_is_counted_as_over(red: Town) -> None:
    red.council.decide("C-1", "2026-03-06 12:35")
    red.watch("2026-03-06 12:40")
    ref = reference(red)
    done = acknowledge(red, ref, ONE)
    assert (done.contacts, done.over) == (("C-2",), 1)
    assert done.words == f"{ref}: 1 contact acknowledged, 1 no longer alerted. The clock goes on."
    assert {row.contact_id: row.acknowledged_by for row in red.rows(alerts)} == {"C-1": None, "C-2": "duty"}


@pytest.mark.parametrize("when", ["2026-03-06 12:40", "2026-04-06 12:30"])
def test_a_wrong_or_an_old_reference_acknowledges_nothing(red: Town, when: str) -> None:
    ref = "2AAA" if when == "2026-03-06 12:40" else reference(red)
    before = red.everything()
    assert acknowledge(red, ref, when) == Acknowledged(ref, known=False)
    assert red.everything() == before


def test_a_message_that_went_by_another_channel_has_the_same_reference(red: Town) -> None:
    post = Post(red)
    post.sms.outcomes = [REJECTED]
    post.courier.deliver()
    (sms, email) = red.messages("alert")
    assert (sms.state, email.channel, sms.short_ref) == ("failed", "email", email.short_ref)
    assert acknowledge(red, email.short_ref, ONE).contacts == ("C-1", "C-2")


# how long it holds


def test_a_contact_that_gets_worse_starts_anew(red: Town) -> None:
    acknowledge(red, reference(red), ONE, own=True)
    red.overdue(OVERDUE)
    assert standing(red) == {"C-1": (None, None), "C-2": ("duty", "duty")}
    assert red.alerted(since=OVERDUE) == [("duty", "overdue", 1), ("manager", "overdue", 1)]


def test_on_an_overdue_contact_it_lapses_when_the_hub_next_opens(red: Town) -> None:
    red.overdue(OVERDUE)
    acknowledge(red, reference(red), LATER)
    assert [row.lapses_at for row in red.rows(alerts, alerts.c.ended_at.is_(None))] == [None, at(MONDAY)]
    for when in ("2026-03-06 18:00", "2026-03-08 12:00", "2026-03-09 08:44"):
        red.climb(when)
    assert red.alerted(since=LATER) == []
    assert red.climb(MONDAY) == 2
    assert red.alerted(since=MONDAY) == [("duty", "overdue", 1), ("manager", "overdue", 1)]
    assert standing(red)["C-1"] == (None, None)


def test_out_of_hours_it_lapses_at_the_very_next_opening_and_on_a_red_contact_never(red: Town) -> None:
    red.overdue(OVERDUE)
    acknowledge(red, reference(red), "2026-03-09 03:00")
    acknowledge(red, red.messages("alert")[0].short_ref, "2026-03-09 03:00")
    open_now = {row.contact_id: row.lapses_at for row in red.rows(alerts, alerts.c.ended_at.is_(None))}
    assert open_now == {"C-1": at(MONDAY), "C-2": None}


# while a message is on its way


def test_what_is_acknowledged_or_decided_before_it_is_sent_is_cancelled_on_record(red: Town) -> None:
    post = Post(red)
    by_contact(red.hub, red.engine, "C-1", "ann", at(NOON))
    red.council.decide("C-2", NOON)
    red.watch(NOON)
    post.courier.deliver()
    assert post.states() == [("sms", "cancelled", "no longer so")]
    assert post.events("cancelled") == [{"delivery": red.messages("alert")[0].id, "why": "no longer so"}]
    assert post.sms.sent == []


def test_what_is_acknowledged_while_its_fate_is_unknown_is_not_repeated(red: Town) -> None:
    post = Post(red)
    post.sms.outcomes = [UNKNOWN]
    post.courier.deliver()
    acknowledge(red, reference(red), NOON)
    post.pass_time(600)
    assert len(post.sms.sent) == 1
    assert [envelope.address for envelope in post.email.sent] == ["leads@example.org"]


# who


def test_the_account_of_a_contact_says_who_acknowledged_it_and_when(red: Town) -> None:
    ref = reference(red)
    acknowledge(red, ref, "2026-03-06 12:40")
    acknowledge(red, ref, ONE, "manager", own=True)
    told = account(red.hub, red.engine, "C-1", at(ONE))
    assert told is not None
    assert [(change.at, change.reason) for change in told.history][-2:] == [
        (at("2026-03-06 12:40"), f"acknowledged by duty ({ref})"), (at(ONE), f"manager has it in hand ({ref})"),
    ]  # fmt: skip
    assert red.entry("C-1").level is Level.RED
