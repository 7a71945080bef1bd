"""Each guard by itself: whoever comes with what it knew before finds that it no longer holds, and writes nothing."""

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.rating import Level
from mash_monitor.state import alarms, alerts, claims, hubs, outbox, replies, slots, told
from mash_monitor.state.database import connect, reading, writing
from mash_monitor.state.outbox import Message, Purpose

HUB, NOW, LEASE = "north", 1_000_000, 60


@pytest.fixture
def pending(engine: Engine) -> Row[Any]:
    """A message in the outbox, as whoever looked saw it."""
    with writing(engine) as connection:
        outbox.put(connection, Message(HUB, Purpose.TEST, "duty", ("sms",), "subject", "body"), NOW)
        return seen(connection)


@pytest.fixture
def due(engine: Engine) -> Engine:
    """A report slot that is due."""
    with writing(engine) as connection:
        slots.begin(connection, HUB, NOW - 100)
        slots.arrive(connection, HUB, [NOW])
    return engine


def seen(connection: Connection) -> Row[Any]:
    """The only message, as it is now."""
    [row] = told.listing(connection, HUB)
    return row


# deliveries


def test_a_message_is_claimed_once_by_those_who_saw_it_pending(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        assert claims.claim(connection, pending, "us", NOW, LEASE)
        assert claims.claim(connection, pending, "them", NOW, LEASE) is None


def test_a_message_is_asked_about_once_by_those_who_saw_it_waiting(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        assert claims.hold(connection, pending, NOW, LEASE)
        assert claims.hold(connection, pending, NOW, LEASE) is None


def test_what_was_settled_at_the_last_moment_is_not_given_up_for_lost(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        held = claims.claim(connection, pending, "us", NOW, LEASE)
        assert held
        sending = seen(connection)
        assert claims.settle(connection, held, DeliveryState.ACCEPTED, NOW)
        assert not claims.move(connection, sending, DeliveryState.UNKNOWN)
        assert seen(connection).state == "accepted"


def test_the_late_word_on_one_attempt_is_not_taken_for_that_on_the_next(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        first = claims.claim(connection, pending, "us", NOW, LEASE)
        assert first
        claims.move(connection, seen(connection), DeliveryState.PENDING)
        assert claims.claim(connection, seen(connection), "them", NOW, LEASE)
        assert not claims.settle(connection, first, DeliveryState.ACCEPTED, NOW)
        assert seen(connection).state == "sending"


def test_what_is_known_by_another_way_is_not_written_over_by_the_sender(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        held = claims.claim(connection, pending, "us", NOW, LEASE)
        assert held
        assert claims.settle(connection, held, DeliveryState.DELIVERED, NOW)  # a callback came first
        assert not claims.settle(connection, held, DeliveryState.ACCEPTED, NOW)
        assert seen(connection).state == "delivered"


def test_who_sends_or_asks_is_left_alone_until_the_lease_is_over(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        assert claims.hold(connection, pending, NOW, LEASE)
        assert outbox.waiting(connection, NOW + LEASE - 1) == []
        assert claims.claim(connection, seen(connection), "us", NOW, LEASE)
        assert outbox.waiting(connection, NOW + LEASE) == []
        assert outbox.waiting(connection, NOW + LEASE + 1)


def test_who_ends_gives_up_its_own_messages_only(engine: Engine, pending: Row[Any]) -> None:
    with writing(engine) as connection:
        assert claims.claim(connection, pending, "us", NOW, LEASE)
        assert claims.give_up(connection, "them", NOW) == 0
        assert claims.give_up(connection, "us", NOW) == 1


# slots


def test_a_slot_under_lease_is_nobody_elses(due: Engine) -> None:
    with writing(due) as connection:
        assert slots.claim(connection, HUB, "us", NOW, LEASE)
        assert slots.claim(connection, HUB, "them", NOW + LEASE, LEASE) is None


def test_who_lost_a_slot_neither_keeps_it_nor_gives_it_back_nor_finishes_it(due: Engine) -> None:
    with writing(due) as connection:
        ours = slots.claim(connection, HUB, "us", NOW, LEASE)
        assert ours
        assert slots.claim(connection, HUB, "them", NOW + LEASE + 1, LEASE)
        assert not slots.renew(connection, HUB, ours, NOW + 2 * LEASE)
        slots.release(connection, HUB, ours)
        with pytest.raises(slots.FenceLost):
            slots.finish(connection, HUB, ours, NOW)
        assert connection.execute(text("SELECT state, owner FROM slots ORDER BY slot_at DESC")).first() == (
            "running", "them",
        )  # fmt: skip


def test_a_slot_arrives_once(due: Engine) -> None:
    with writing(due) as connection:
        assert slots.arrive(connection, HUB, [NOW - 50, NOW]) == []
        assert connection.execute(text("SELECT count(*) FROM slots")).scalar() == 2


# passes, replies, alerts and alarms


def test_a_pass_that_looked_before_another_was_written_is_not_written(engine: Engine) -> None:
    with writing(engine) as connection:
        since = hubs.seen(connection, HUB).pass_no
        hubs.advance(connection, HUB, since, trouble=None)
        with pytest.raises(hubs.PassOvertaken):
            hubs.advance(connection, HUB, since, trouble=None)


def test_while_one_climbs_the_ladder_of_a_hub_nobody_else_does(engine: Engine) -> None:
    with writing(engine) as connection:
        hubs.advance(connection, HUB, 0, trouble=None)
    if engine.dialect.name == "sqlite":
        pytest.skip("one transaction writes at a time")
    with writing(engine) as one, writing(engine) as other:
        hubs.hold(one, HUB)
        other.execute(text("SET LOCAL lock_timeout = 50"))
        with pytest.raises(OperationalError):
            hubs.hold(other, HUB)


def test_a_reply_is_read_once(engine: Engine) -> None:
    with writing(engine) as connection:
        assert replies.take(connection, HUB, "SM1", at=NOW, person="duty", kind="ack")
        assert not replies.take(connection, HUB, "SM1", at=NOW, person="duty", kind="ack")


def test_a_contact_has_one_open_alert(engine: Engine) -> None:
    with writing(engine) as connection:
        alerts.raise_(connection, HUB, [("C-1", Level.RED, NOW)], NOW)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        alerts.raise_(connection, HUB, [("C-1", Level.OVERDUE, NOW)], NOW)


def test_an_alarm_of_a_kind_stands_once(engine: Engine) -> None:
    with writing(engine) as connection:
        assert alarms.raise_(connection, HUB, "store", "not seen", NOW)
        assert not alarms.raise_(connection, HUB, "store", "not seen", NOW)


def test_a_service_that_is_frozen_in_a_transaction_loses_its_locks_after_a_minute(postgres_url: str) -> None:
    engine = connect(make_url(postgres_url))
    with reading(engine) as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "1min"
    engine.dispose()
