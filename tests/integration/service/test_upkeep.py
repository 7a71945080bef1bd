"""Exercises and planned maintenance: what is only a test says so, and nothing about a contact is ever held back."""

import pytest

from mash_monitor.service import ops
from mash_monitor.service.exercise import NobodyMeantError, outcomes, put_tests
from mash_monitor.service.positions import as_of_now
from mash_monitor.service.upkeep import NoMaintenanceError, end_maintenance, plan_maintenance
from mash_monitor.state import stops, told
from mash_monitor.state.agenda import agenda
from mash_monitor.state.database import reading, writing
from tests.integration.service.post import Post
from tests.integration.service.scripted import REJECTED
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

NOON, ONE, TWO = "2026-03-06 12:30", "2026-03-06 13:00", "2026-03-06 14:00"
DUE_FRIDAY = "2026-03-05 14:05"
WAYS = ("sms", "email", "console")


def plan(town: Town, until: str, now: str = NOON) -> None:
    plan_maintenance(town.hub, town.engine, at(until), reason="new disk", by="ann", now=at(now))


# exercises


def test_a_test_goes_by_every_channel_of_a_person_and_says_that_it_is_one(town: Town) -> None:
    post = Post(town)
    ids = put_tests(town.hub, town.engine, "duty", post.clock.now, ways=WAYS, by="ann")
    post.courier.deliver()
    sent = [*post.sms.sent, *post.email.sent]
    assert [envelope.address for envelope in sent] == ["+447700900123", "duty@example.org"]
    assert all(envelope.body.startswith("TEST from Hereford MASH: ") for envelope in sent)
    rows, tried = outcomes(town.engine, ids)
    assert tried
    assert [(row.purpose, row.state) for row in rows] == [("test", "accepted")] * 2
    assert post.events("test") == [{"people": ["duty"], "deliveries": 2, "by": "ann"}]


def test_a_test_that_does_not_arrive_is_told_to_ops(town: Town) -> None:
    post = Post(town)
    post.sms.outcomes = [REJECTED]
    put_tests(town.hub, town.engine, "manager", post.clock.now, ways=WAYS, by="ann")
    post.courier.deliver()
    (said,) = town.told_ops()
    assert said.startswith("test ")
    assert said.endswith(" to manager by sms did not arrive")


def test_a_test_that_is_let_through_ends_a_stop_whose_start_nobody_read(town: Town) -> None:
    post = Post(town)
    with writing(town.engine) as connection:
        stops.stop(connection, town.name, "duty", "sms", at(NOON))
    put_tests(town.hub, town.engine, "duty", post.clock.now, ways=("sms",), by="ann")
    post.courier.deliver()
    assert town.told_ops() == ["duty hears alarms by sms again"]
    with reading(town.engine) as connection:
        assert stops.stopped(connection, town.name) == set()


def test_whoever_is_unknown_or_has_no_channel_is_said_before_anything_is_sent(town: Town) -> None:
    with pytest.raises(NobodyMeantError, match="'ducy' is no person or rota of hereford; known are duty, edt"):
        put_tests(town.hub, town.engine, "ducy", at(NOON), ways=WAYS, by="ann")
    with pytest.raises(NobodyMeantError, match="'edt' has no address for a channel"):
        put_tests(town.hub, town.engine, "edt", at(NOON), ways=("email",), by="ann")
    assert town.messages() == []


# maintenance


def test_while_maintenance_lasts_alarms_stand_and_are_not_sent(town: Town) -> None:
    plan(town, TWO)
    with writing(town.engine) as connection:
        ops.alarm(connection, town.hub, "store", "contact store never seen", at(ONE))
        ops.tell_missed(connection, town.hub, [at(NOON)], "1 report missed", at(ONE))
    assert town.told_ops() == []
    assert town.alarms() == ["store"]
    notices = as_of_now(town.hub, town.engine, at(ONE)).notices
    assert (
        "maintenance until 14:00: ops is not told of alarms about the service, alerts about contacts go on" in notices
    )
    assert [event["until"] for event in Post(town).events("held_back")] == [at(TWO)] * 2


def test_maintenance_never_holds_back_what_concerns_a_contact(town: Town) -> None:
    plan(town, TWO)
    town.council.add("C-1", DUE_FRIDAY)
    post = Post(town.under(people={("duty", "sms"): "+447700900123", ("ops", "email"): "ops@example.org"}))
    post.town.report(NOON)
    post.sms.outcomes = [REJECTED]
    post.courier.deliver()
    assert post.town.alerted() == [("duty", "red", 1)]
    told = post.town.told_ops()
    assert any("to duty by sms did not arrive" in said for said in told)
    assert "leads cannot be reached by email" in told


@pytest.mark.parametrize("early", [True, False])
def test_at_its_end_ops_hears_once_what_stands(town: Town, *, early: bool) -> None:
    plan(town, TWO)
    with writing(town.engine) as connection:
        ops.alarm(connection, town.hub, "store", "contact store never seen", at(ONE))
    end = at(ONE) + 60 if early else at(TWO)
    if early:
        end_maintenance(town.hub, town.engine, "ann", end)
    else:
        with reading(town.engine) as connection:
            assert agenda(connection, end - 1, "", 0).maintenance == frozenset()
            assert agenda(connection, end, "", 0).maintenance == {town.name}
    for _ in range(2):
        with writing(town.engine) as connection:
            ops.end_maintenance(connection, town.hub, end)
    assert town.told_ops() == ["maintenance is over; 1 alarm: contact store never seen"]


def test_maintenance_that_has_passed_or_would_be_forgotten_is_refused(town: Town) -> None:
    for until, why in ((NOON, "has passed"), ("2026-03-08 12:30", "at most a day")):
        with pytest.raises(NoMaintenanceError, match=why):
            plan(town, until)
    end_maintenance(town.hub, town.engine, "ann", at(NOON))
    assert town.told_ops() == []
    with reading(town.engine) as connection:
        assert told.listing(connection, town.name) == []
