"""From the outbox to evidence: at least once, never silently, and honest about what nobody knows."""

import re
from typing import Any

import pytest
from sqlalchemy import Row

from mash_monitor.channels.base import Envelope, Outcome, Result
from mash_monitor.service.deliver import LEASE, Courier
from mash_monitor.state import claims, outbox, told
from mash_monitor.state.database import reading, writing
from mash_monitor.state.outbox import Message, Purpose
from mash_monitor.state.schema import attempts, deliveries
from tests.integration.service.post import NOON, Post
from tests.integration.service.scripted import ACCEPTED, REFUSED, REJECTED, UNKNOWN
from tests.integration.service.town import Town
from tests.integration.state.side_by_side import at_once
from tests.unit.domain.hubs import at

DUE_FRIDAY = "2026-03-05 14:05"


@pytest.fixture
def post(town: Town) -> Post:
    """One alert to duty, by text message and else by email, in the outbox."""
    town = town.under(ladder=town.ladder[:1])
    town.council.add("C-1", DUE_FRIDAY)
    town.report(NOON)
    with writing(town.engine) as connection:
        summary = deliveries.c.purpose == "summary"
        connection.execute(deliveries.update().where(summary).values(state="cancelled", next_action_at=None))
    return Post(town)


def put(town: Town, purpose: Purpose = Purpose.OPS, level: str | None = None, by: tuple[str, ...] = ("email",)) -> int:
    with writing(town.engine) as connection:
        message = Message(town.name, purpose, "ops", by, "subject", "body", level=level)
        return outbox.put(connection, message, at(NOON))


# once


def test_an_accepted_message_has_its_evidence_and_is_not_sent_again(post: Post) -> None:
    assert post.courier.deliver() == 1
    (row,) = post.town.messages("alert")
    assert (row.state, row.evidence, row.tries, row.next_action_at) == ("accepted", "SM1", 1, None)
    (attempt,) = post.town.rows(attempts)
    assert (attempt.started_at, attempt.finished_at, attempt.result) == (at(NOON), at(NOON), "accepted")
    assert post.events("attempt") == [{"delivery": row.id, "channel": "sms", "result": "accepted"}]
    assert post.after(10_000) == 0
    (envelope,) = post.sms.sent
    assert (envelope.address, envelope.valid_for) == ("+447700900123", 4 * 3600)


def test_the_attempt_is_on_record_before_the_call(post: Post) -> None:
    found: list[Row[Any]] = []
    post.sms.before = lambda _: found.extend(post.town.rows(attempts))
    post.courier.deliver()
    assert [(row.started_at, row.result) for row in found] == [(at(NOON), None)]


def test_a_message_is_claimed_once_among_couriers(post: Post) -> None:
    couriers = [post.other(f"courier-{number}") for number in range(5)]
    assert sum(at_once(lambda number: couriers[number].deliver())) == 1
    assert len(post.sms.sent) == 1


def test_the_most_urgent_message_goes_first(town: Town) -> None:
    for purpose, level in [
        (Purpose.SUMMARY, None), (Purpose.ALERT, "amber"), (Purpose.OPS, None), (Purpose.ALERT, "red"),
        (Purpose.ALERT, "overdue"),
    ]:  # fmt: skip
        put(town, purpose, level)
    with reading(town.engine) as connection:
        waiting = [(row.purpose, row.level) for row in outbox.waiting(connection, at(NOON))]
    assert waiting == [("alert", "overdue"), ("alert", "red"), ("ops", None), ("alert", "amber"), ("summary", None)]


# refused and rejected


def test_a_refused_message_is_tried_again_and_then_goes_by_the_next_channel(post: Post) -> None:
    post.sms.outcomes = [REFUSED, REFUSED]
    assert post.courier.deliver() == 1
    assert post.states() == [("sms", "pending", "20429")]
    assert post.after(14) == 0
    assert post.after(1) == 2  # refused again, and on to the email
    assert post.states() == [("sms", "failed", "20429"), ("email", "accepted", None)]
    sms, email = post.town.messages("alert")
    assert (email.follows, email.short_ref, email.body) == (sms.id, sms.short_ref, sms.body)
    assert post.town.named(email) == {"C-1"}
    assert post.town.told_ops() == []


def test_a_provider_says_how_long_to_wait(post: Post) -> None:
    post.sms.outcomes = [Outcome(Result.REFUSED, retry_after=90)]
    post.courier.deliver()
    assert (post.after(89), post.after(1)) == (0, 1)


def test_a_provider_that_wants_to_be_left_alone_for_long_is_not_waited_for(post: Post) -> None:
    post.sms.outcomes = [Outcome(Result.REFUSED, code="20429", retry_after=900)]
    assert post.courier.deliver() == 2
    assert post.states() == [("sms", "failed", "20429"), ("email", "accepted", None)]
    assert [envelope.body[:6] for envelope in post.email.sent] == ["Herefo"]  # nothing that would be a repeat


def test_with_no_other_channel_a_refused_message_backs_off_and_ops_hear_when_it_is_given_up(town: Town) -> None:
    post = Post(town)
    put(town, Purpose.TEST, by=("sms",))
    with writing(town.engine) as connection:
        connection.execute(deliveries.update().values(person="duty"))
    post.sms.outcomes = [REFUSED] * 8
    waits = []
    while (row := town.messages("test")[0]).state == "pending":
        waits.append(row.next_action_at - post.clock.now)
        post.clock.now = row.next_action_at
        post.courier.deliver()
    assert waits == [0, 15, 30, 60, 120, 300, 300, 300]
    late, lost = town.told_ops()
    assert re.fullmatch(r"test \d+ to duty by sms is not known to have arrived", late)
    assert re.fullmatch(r"test \d+ to duty by sms did not arrive", lost)


def test_a_rejected_message_goes_by_the_next_channel_at_once(post: Post) -> None:
    post.sms.outcomes = [REJECTED]
    assert post.courier.deliver() == 2
    assert post.states() == [("sms", "failed", "21614"), ("email", "accepted", None)]


def test_a_message_that_every_channel_rejects_is_told_to_ops(post: Post) -> None:
    post.sms.outcomes, post.email.outcomes = [REJECTED], [REJECTED]
    post.courier.deliver()
    (row, _) = post.town.messages("alert")
    assert post.town.told_ops() == [f"alert {row.short_ref} to duty by email did not arrive"]
    assert [event["person"] for event in post.events("undelivered")] == ["duty"]


def test_a_message_to_ops_that_does_not_arrive_is_not_told_to_ops_without_end(town: Town) -> None:
    post = Post(town)
    put(town)
    post.email.outcomes = [UNKNOWN] * 20
    for _ in range(20):
        post.after(300)
    assert len(post.email.sent) == 8
    (row,) = town.messages("ops")
    assert (row.state, row.tries) == ("failed", 8)
    assert [event["delivery"] for event in post.events("undelivered")] == [row.id]


def test_a_channel_that_is_no_longer_configured_rejects(post: Post) -> None:
    del post.courier.channels["sms"]  # type: ignore[attr-defined]
    assert post.courier.deliver() == 2
    assert post.states() == [("sms", "failed", "no longer configured"), ("email", "accepted", None)]


# unknown


def test_a_message_of_unknown_fate_goes_by_the_next_channel_after_two_minutes(post: Post) -> None:
    post.sms.outcomes = [UNKNOWN]
    post.courier.deliver()
    assert post.states() == [("sms", "unknown", "read timeout")]
    assert post.after(119) == 0
    assert post.after(1) == 1
    sms, email = post.town.messages("alert")
    assert (sms.state, email.state, email.short_ref) == ("unknown", "accepted", sms.short_ref)
    assert [envelope.body for envelope in post.email.sent] == [f"REPEAT {sms.body}"]


def test_with_no_other_channel_it_is_repeated_after_five_minutes_under_the_same_reference(post: Post) -> None:
    post.sms.outcomes, post.email.outcomes = [REJECTED], [UNKNOWN, ACCEPTED, UNKNOWN]  # ACCEPTED: what ops are told
    post.courier.deliver()
    assert post.after(119) == 0
    assert post.after(1) == 1
    (told,) = post.town.told_ops()
    assert told.endswith(" to duty by email is not known to have arrived")
    assert post.after(179) == 0
    assert post.after(1) == 1
    assert post.after(300) == 1
    sms, email = post.town.messages("alert")
    assert (sms.state, email.state, email.tries, sms.short_ref) == ("failed", "accepted", 3, email.short_ref)
    alerted = [envelope for envelope in post.email.sent if envelope.address == "duty@example.org"]
    assert [envelope.body.count("REPEAT ") for envelope in alerted] == [0, 1, 1]
    tried = [row.result for row in post.town.rows(attempts) if row.delivery_id in (sms.id, email.id)]
    assert tried == ["failed", "unknown", "unknown", "accepted"]


def test_a_sender_that_never_came_back_leaves_an_unknown_message_that_is_sent_again(post: Post) -> None:
    with reading(post.town.engine) as connection:
        (row,) = outbox.waiting(connection, at(NOON))
    with writing(post.town.engine) as connection:
        assert claims.claim(connection, row, "dead", at(NOON), LEASE) is not None
    assert post.after(LEASE) == 0
    assert post.states() == [("sms", "sending", None)]
    assert post.after(1) == 0
    assert post.states() == [("sms", "unknown", "sender lost")]
    assert post.after(120 - LEASE - 2) == 0
    assert post.after(1) == 1
    assert post.states() == [("sms", "unknown", "sender lost"), ("email", "accepted", None)]


def test_what_a_slow_sender_learns_after_its_lease_is_not_written(post: Post) -> None:
    def slow(_: Envelope) -> None:
        post.clock.now += LEASE + 1
        post.other("them").deliver()

    post.sms.before = slow
    post.courier.deliver()
    assert post.states() == [("sms", "unknown", "sender lost")]
    assert post.events("attempt") == []
    (attempt,) = post.town.rows(attempts)
    assert attempt.result is None


def test_a_process_that_ends_gives_up_what_it_was_sending(post: Post) -> None:
    given_up: list[int] = []
    post.sms.before = lambda _: given_up.append(post.courier.give_up())
    post.courier.deliver(stopping=lambda: bool(given_up))
    assert given_up == [1]
    assert post.states() == [("sms", "unknown", "stopped")]
    assert post.courier.give_up() == 0
    assert post.courier.deliver() == 0
    assert post.after(120) == 1
    assert post.states()[1] == ("email", "accepted", None)


def test_nothing_more_is_claimed_while_stopping(post: Post) -> None:
    assert post.courier.deliver(stopping=lambda: True) == 0
    assert post.states() == [("sms", "pending", None)]


# no longer so


def test_an_alert_that_no_longer_holds_is_cancelled_on_record(post: Post) -> None:
    post.town.council.decide("C-1", "2026-03-06 12:35")
    post.town.report("2026-03-06 12:40")
    with writing(post.town.engine) as connection:
        connection.execute(deliveries.delete().where(deliveries.c.purpose == "summary"))
    assert post.courier.deliver() == 0
    (row,) = post.town.messages("alert")
    assert (row.state, row.code, row.next_action_at) == ("cancelled", "no longer so", None)
    assert post.events("cancelled") == [{"delivery": row.id, "why": "no longer so"}]


def test_an_unknown_alert_that_no_longer_holds_is_not_repeated(post: Post) -> None:
    post.sms.outcomes = [UNKNOWN]
    post.courier.deliver()
    post.town.council.decide("C-1", NOON)
    post.town.watch("2026-03-06 12:31")
    assert post.after(120) == 0
    assert post.states() == [("sms", "unknown", "read timeout")]


def test_a_message_of_a_hub_that_is_gone_is_cancelled(post: Post) -> None:
    gone = Courier(post.town.engine, {}, {}, "us", post.clock)
    assert gone.deliver() == 0
    assert post.states() == [("sms", "cancelled", "hub gone")]


# references


def test_short_references_are_easy_to_read_aloud_and_unlike_each_other(town: Town) -> None:
    with reading(town.engine) as connection:
        references = [outbox.new_reference(connection) for _ in range(200)]
    assert all(re.fullmatch("[2-9AC-HJ-NP-Z]{4}", reference) for reference in references)
    assert len(set(references)) > 190


def test_listings_show_the_newest_first_and_only_the_states_asked_for(post: Post) -> None:
    put(post.town)
    with reading(post.town.engine) as connection:
        listed = told.listing(connection, post.town.name)
        assert [row.id for row in listed] == sorted((row.id for row in listed), reverse=True)
        unsettled = told.listing(connection, post.town.name, told.UNSETTLED)
        assert {row.purpose for row in unsettled} == {"alert", "ops"}
        assert told.number(connection, post.town.name) == len(listed)
        assert told.number(connection, post.town.name, told.UNSETTLED) == len(unsettled)
        assert told.listing(connection, post.town.name, limit=1) == listed[:1]
        assert [row.purpose for row in told.of_contact(connection, post.town.name, "C-1")] == ["alert"]
