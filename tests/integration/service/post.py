"""A town's post: its courier, what it sends by, who reads the replies, and a clock that a test moves."""

from typing import Any

from mash_monitor.channels.base import Channel
from mash_monitor.channels.twilio import TwilioChannel, TwilioSettings
from mash_monitor.service import passes
from mash_monitor.service.deliver import Courier
from mash_monitor.service.replies import Secretary
from mash_monitor.state.schema import audit
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio
from tests.integration.service.scripted import Clock, Scripted
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

NOON = "2026-03-06 12:30"
DUTY, MANAGER = "+447700900123", "+447700900456"


class Post:
    """Text messages and emails by channels that answer as they are told."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.clock = Clock(at(NOON))
        self.sms, self.email = Scripted("sms"), Scripted("email")
        self.channels: dict[str, Channel] = {"sms": self.sms, "email": self.email}
        self.courier = self.other("us")

    def other(self, owner: str) -> Courier:
        """A courier of another process."""
        return Courier(self.town.engine, {self.town.name: self.town.hub}, self.channels, owner, self.clock)

    def after(self, seconds: int) -> int:
        """What a round of deliveries so much later attempts."""
        self.clock.now += seconds
        return self.courier.deliver()

    def pass_time(self, seconds: int, tick: int = 30) -> None:
        """The ladder climbs and messages are delivered, tick by tick."""
        for _ in range(seconds // tick):
            self.clock.now += tick
            passes.climb(self.town.hub, self.town.engine, self.clock.now)
            self.courier.deliver()

    def states(self, *purposes: str) -> list[tuple[str, str, str | None]]:
        """(channel, state, code) of each delivery."""
        return [(row.channel, row.state, row.code) for row in self.town.messages(*(purposes or ("alert",)))]

    def events(self, event: str) -> list[dict[str, Any]]:
        """What the audit trail says of each event of this name."""
        return [row.detail for row in self.town.rows(audit) if row.event == event]


class TwilioPost(Post):
    """Text messages by a Twilio of our own, on a real socket, and replies to them."""

    def __init__(self, town: Town, twilio: FakeTwilio, **more: Any) -> None:
        super().__init__(town)
        self.twilio = twilio
        twilio.now = self.clock
        settings = TwilioSettings(
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            from_number=NUMBER,
            base_url=twilio.base_url,
            total_timeout=20,
            **more,
        )
        self.channels["sms"] = self.texting = TwilioChannel(settings)
        self.secretary = self.other_secretary()

    def other_secretary(self, *neighbours: Town) -> Secretary:
        """A secretary of another process, or of these other hubs too."""
        hubs = {town.name: town.hub for town in (self.town, *neighbours)}
        return Secretary(self.town.engine, hubs, self.channels)

    def texts(self, number: str = DUTY) -> list[str]:
        """What the account really took for this number, in order."""
        return [message.form["Body"] for message in self.twilio.sent if message.form["To"] == number]

    def reference(self, person: str = "duty") -> str:
        """The reference of the newest alert to this person."""
        return str([row.short_ref for row in self.town.messages("alert") if row.person == person][-1])

    def reply(self, body: str, sender: str = DUTY) -> list[str]:
        """Somebody replies, it is read, and what is to be sent is sent. Returns the answers they got."""
        before = len(self.texts(sender))
        self.clock.now += 1
        self.twilio.receive(sender, body, self.clock.now)
        self.secretary.collect(self.clock.now)
        self.courier.deliver()
        return self.texts(sender)[before:]
