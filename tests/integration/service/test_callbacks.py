"""What Twilio tells by itself: in any order, twice, early, late, lost or forged, it ends in one true state."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.routing import Route

from mash_monitor.channels.twilio_callback import REPLY, STATUS
from mash_monitor.service.deliver import LEASE
from mash_monitor.state import claims, outbox
from mash_monitor.state.database import reading, writing
from mash_monitor.state.schema import alerts, attempts, deliveries, replies
from mash_monitor.web.callbacks import TwilioCallbacks
from tests.fakes import twilio_answers as answers
from tests.fakes.twilio import ACCOUNT, NUMBER, FakeTwilio, post_signed
from tests.integration.service.post import DUTY, NOON, TwilioPost
from tests.integration.service.test_evidence import TO_DUTY, alerted
from tests.integration.service.town import Town
from tests.integration.service.wire import free_port, served
from tests.unit.domain.hubs import at

DAYS = 3 * 86_400


class CalledPost(TwilioPost):
    """Text messages of which Twilio itself tells what became."""

    def __init__(self, town: Town, twilio: FakeTwilio, public_url: str) -> None:
        super().__init__(town, twilio, status_callback=public_url + STATUS)
        self.public_url = public_url
        self.secretary = replace(self.secretary, channels={})

    @property
    def state(self) -> str:
        """What is known of the one text message."""
        return next(state for channel, state, _ in self.states() if channel == "sms")

    @property
    def sid(self) -> str:
        """Twilio's id of the first text message."""
        return self.twilio.sent[0].sid

    def told(self, *statuses: str, sid: str | None = None) -> list[str]:
        """The state after each of these callbacks, true or not, about the first text message or another."""
        seen = []
        for status in statuses:
            assert self.twilio.call_back(sid or self.sid, status) == 204
            seen.append(self.state)
        return seen

    def bring(self, body: str, sid: str = "SMreply1", **forged: str) -> int:
        """Twilio brings a reply from the duty phone; the status that it got."""
        self.clock.now += 1
        form = {"MessageSid": sid, "From": DUTY, "To": NUMBER, "Body": body, "AccountSid": ACCOUNT}
        return post_signed(self.public_url + REPLY, form, **forged)


@pytest.fixture
def post(town: Town, twilio: FakeTwilio) -> Iterator[CalledPost]:
    """One alert, to duty by text message and else by email, and a web room that Twilio can call."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    made = CalledPost(alerted(town.under(ladder=(TO_DUTY,)), twilio).town, twilio, url)
    heard = TwilioCallbacks(made.texting, url, made.courier, made.secretary, made.clock)
    routes = [
        Route(f"{STATUS}/{{delivery_id:int}}", heard.status, methods=["POST"]),
        Route(REPLY, heard.reply, methods=["POST"]),
    ]
    with served(port, routes):
        yield made


# statuses


def test_a_message_is_delivered_when_twilio_says_so_and_nobody_asks(post: CalledPost) -> None:
    post.courier.deliver()
    post.twilio.down = answers.broken(503)  # whoever asks would learn nothing
    assert post.told("sent", "delivered") == ["accepted", "delivered"]
    post.pass_time(3600, tick=600)
    (row,) = post.town.messages("alert")
    assert (row.state, row.evidence, row.next_action_at) == ("delivered", post.sid, None)
    assert [event["result"] for event in post.events("told")] == ["delivered"]
    assert post.email.sent == []


@pytest.mark.parametrize("statuses", [("sent",), ("sent", "delivered"), ("delivered", "sent")])
def test_a_callback_that_comes_before_the_answer_counts(post: CalledPost, statuses: tuple[str, ...]) -> None:
    post.twilio.script(answers.told_first(*statuses))
    post.courier.deliver()
    assert post.state == ("delivered" if "delivered" in statuses else "accepted")
    assert [(row.result, row.finished_at) for row in post.town.rows(attempts)] == [
        ("delivered" if statuses[0] == "delivered" else "accepted", at(NOON))
    ]
    assert len(post.texts()) == 1


def test_a_message_whose_answer_was_lost_is_known_by_our_own_id_and_not_repeated(post: CalledPost) -> None:
    post.twilio.script(answers.drop)
    post.courier.deliver()
    assert post.state == "unknown"
    post.twilio.down = answers.broken(503)
    assert post.told("sent") == ["accepted"]
    post.pass_time(590, tick=10)
    assert len(post.texts()) == 1
    assert post.email.sent == []
    assert post.told("delivered") == ["delivered"]


def test_what_died_while_it_was_sent_is_settled_by_a_callback(post: CalledPost) -> None:
    with reading(post.town.engine) as connection:
        (row,) = outbox.waiting(connection, at(NOON))
    with writing(post.town.engine) as connection:
        assert claims.claim(connection, row, "dead", at(NOON), LEASE) is not None
    post.twilio.accept({"To": DUTY, "Body": row.body, "StatusCallback": f"{post.public_url}{STATUS}/{row.id}"})
    assert post.told("delivered") == ["delivered"]
    assert post.after(LEASE + 1) == 0


def test_callbacks_come_twice_in_any_order_and_days_late_and_a_state_never_falls(post: CalledPost) -> None:
    post.courier.deliver()
    assert post.told("sent", "delivered", "sent", "undelivered", "delivered") == ["accepted"] + ["delivered"] * 4
    post.clock.now += DAYS
    assert post.told("failed", "sent") == ["delivered"] * 2
    assert len(post.events("told")) == 1


def test_a_message_that_did_not_arrive_goes_by_the_next_channel_at_once(post: CalledPost) -> None:
    post.courier.deliver()
    assert post.told("undelivered", "undelivered", "sent") == ["undelivered"] * 3
    assert post.after(0) == 1
    assert post.states() == [("sms", "undelivered", "undelivered"), ("email", "accepted", None)]


def test_that_an_earlier_attempt_did_not_arrive_says_nothing_of_the_repeat(post: CalledPost) -> None:
    post.twilio.script(answers.broken(500, accepted=True))
    post.courier.deliver()
    post.twilio.script_questions(*[answers.broken(503)] * 40)
    post.pass_time(300, tick=15)
    first, repeat = (message.sid for message in post.twilio.sent)
    assert post.told("undelivered", sid=first) == ["accepted"]
    assert post.town.messages("alert")[0].evidence == repeat
    assert post.told("delivered", sid=first) == ["delivered"]
    assert post.told("undelivered", sid=repeat) == ["delivered"]


def test_forged_callbacks_and_those_of_nothing_change_nothing(post: CalledPost) -> None:
    post.courier.deliver()
    before = post.town.rows(deliveries)
    url = post.twilio.sent[0].form["StatusCallback"]
    form = {"MessageSid": post.sid, "MessageStatus": "delivered"}
    assert post.twilio.call_back(post.sid, "delivered", token="another") == 403
    assert post.twilio.call_back(post.sid, "delivered", signature="") == 403
    assert post_signed(f"{post.public_url}{STATUS}/{10**30}", form) == 403
    assert post_signed(f"{post.public_url}{STATUS}/999999", form) == 204
    assert post_signed(url, {"MessageSid": post.sid}) == 204
    assert post_signed(url, form | {"Padding": "x" * 70_000}) == 403
    assert post.town.rows(deliveries) == before
    assert post.events("told") == []


def test_where_no_callback_comes_twilio_is_asked_after_ten_minutes(post: CalledPost) -> None:
    post.courier.deliver()
    post.twilio.move(post.sid, "delivered")
    post.pass_time(590, tick=10)
    assert post.state == "accepted"
    post.after(10)
    assert post.state == "delivered"


def test_with_status_off_to_be_accepted_is_the_end_and_a_lost_answer_is_still_looked_for(
    town: Town, twilio: FakeTwilio
) -> None:
    post = TwilioPost(alerted(town.under(ladder=(TO_DUTY,)), twilio).town, twilio, followed=False)
    twilio.script(answers.drop)
    post.courier.deliver()
    post.after(15)
    (row,) = post.town.messages("alert")
    assert (row.state, row.evidence, row.next_action_at) == ("accepted", twilio.sent[0].sid, None)
    post.pass_time(3600, tick=600)
    assert post.states() == [("sms", "accepted", None)]


# replies


def test_a_reply_that_twilio_brings_acknowledges_once_and_is_answered(post: CalledPost) -> None:
    post.courier.deliver()
    ref = post.reference()
    assert [post.bring(f"ack {ref} about Jane Canary"), post.bring(f"ack {ref}")] == [200, 200]
    post.courier.deliver()
    assert [row.acknowledged_by for row in post.town.rows(alerts)] == ["duty"]
    assert post.texts()[1:] == [f"{ref}: 1 contact acknowledged. The clock goes on."]
    assert [(row.reply_id, row.kind) for row in post.town.rows(replies)] == [("SMreply1", "ack")]
    assert "Canary" not in repr(post.town.everything())


def test_a_forged_reply_acknowledges_nothing(post: CalledPost) -> None:
    post.courier.deliver()
    assert post.bring(f"ack {post.reference()}", token="another") == 403
    assert [row.acknowledged_by for row in post.town.rows(alerts)] == [None]
    assert post.town.rows(replies) == []


def test_nobody_asks_for_replies_that_twilio_brings(post: CalledPost) -> None:
    post.courier.deliver()
    post.twilio.receive(DUTY, f"ack {post.reference()}", post.clock.now)
    assert post.secretary.collect(post.clock.now) == 0
