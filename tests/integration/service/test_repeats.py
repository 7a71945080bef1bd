"""An overdue contact that nobody acknowledges is told again, by one message a person, until a cap that ops hears of."""

from dataclasses import replace

import pytest

from mash_monitor.domain.escalation import Step
from mash_monitor.domain.rating import Level
from mash_monitor.service.acknowledge import by_contact
from mash_monitor.state.schema import alerts
from tests.integration.service.post import Post
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

HOUR = 3600
LADDER = (
    Step(Level.RED, ("duty",), ("sms",)),
    Step(Level.OVERDUE, ("duty",), ("sms",)),
    Step(Level.OVERDUE, ("manager",), ("sms",), after=600),
)


@pytest.fixture
def late(town: Town) -> Post:
    """Three contacts that passed their deadline on Friday afternoon, minutes apart; repeats every two hours, twice."""
    town = town.under(ladder=LADDER)
    town.hub = replace(town.hub, repeat_every=2 * HOUR, repeat_most=2)
    for number, when in enumerate(("14:05", "14:20", "14:40"), 1):
        town.council.add(f"C-{number}", f"2026-03-05 {when}")
    town.report("2026-03-06 12:30")
    for when in ("14:06", "14:21", "14:41"):
        town.overdue(f"2026-03-06 {when}")
    post = Post(town)
    post.clock.now = at("2026-03-06 14:41")
    post.courier.deliver()
    return post


def test_all_who_were_told_are_told_again_at_one_moment_and_no_more_after_the_cap(late: Post) -> None:
    town = late.town
    late.pass_time(8 * HOUR, tick=300)
    again = town.messages("alert", since="2026-03-06 15:30")
    assert {(row.person, row.created_at, row.contacts) for row in again} == {
        (person, at(f"2026-03-06 {when}"), 3) for person in ("duty", "manager") for when in ("16:01", "18:01")
    }
    assert all("not acknowledged, " in row.body for row in again)
    (said,) = [said for said in town.told_ops() if "again" in said]
    assert said.startswith("3 overdue contacts told 2 times again, and nobody has acknowledged: no further message")


def test_what_is_acknowledged_or_decided_is_not_told_again(late: Post) -> None:
    town = late.town
    late.pass_time(HOUR, tick=300)
    by_contact(town.hub, town.engine, "C-1", "duty", late.clock.now)
    town.council.decide("C-2", "2026-03-06 15:45")
    town.watch("2026-03-06 15:46")
    late.pass_time(2 * HOUR, tick=300)
    again = town.messages("alert", since="2026-03-06 15:50")
    assert {row.person for row in again} == {"duty", "manager"}
    assert {contact for row in again for contact in town.named(row)} == {"C-3"}


def test_where_repeats_are_off_the_ladder_speaks_once(late: Post) -> None:
    town = late.town
    town.hub = replace(town.hub, repeat_every=None)
    late.courier = late.other("us")
    late.pass_time(8 * HOUR, tick=300)
    assert town.messages("alert", since="2026-03-06 15:30") == []
    assert {row.next_step_at for row in town.rows(alerts, alerts.c.ended_at.is_(None))} == {None}


def test_after_an_acknowledgement_lapses_it_all_begins_anew(late: Post) -> None:
    town = late.town
    late.pass_time(8 * HOUR, tick=300)
    for number in (1, 2, 3):
        by_contact(town.hub, town.engine, f"C-{number}", "duty", late.clock.now)
    town.climb("2026-03-09 08:45")
    assert {row.repeats for row in town.rows(alerts, alerts.c.ended_at.is_(None))} == {0}
    assert town.alerted(since="2026-03-09 08:45") == [("duty", "overdue", 3)]


def test_what_is_new_is_named_before_what_is_told_again(late: Post) -> None:
    town = late.town
    town.council.add("C-9", "2026-03-05 16:40")
    town.report("2026-03-06 16:30")
    (told,) = [row for row in town.messages("alert", since="2026-03-06 16:30") if row.person == "duty"]
    assert ". C-9 due 16:40. C-1 OVERDUE since 14:05. " in told.body
    assert "not acknowledged" not in told.body
