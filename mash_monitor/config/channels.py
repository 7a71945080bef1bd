"""The [channels] tables: the ways out, and what each one needs."""

from typing import Literal

from msgspec import field

from mash_monitor.config.secret import SecretText
from mash_monitor.config.table import Table
from mash_monitor.config.values import Duration, Endpoint

TABLES = {
    "sms": "twilio", "email": "email", "console": "console", "apprise": "apprise",
    "notify-sms": "notify", "notify-email": "notify",
}  # fmt: skip
"""The ways to reach a person, and the [channels] table that each one needs."""


Heard = Literal["poll", "callback", "off"]
"""How news comes from a provider: we ask for it, it calls us at [web] public_url, or not at all."""


class Console(Table):
    """Prints what would be sent."""


class Twilio(Table):
    """Text messages by Twilio."""

    account_sid: str
    auth_token: SecretText
    sender: str | None = field(default=None, name="from")
    messaging_service_sid: str | None = None
    base_url: Endpoint | None = None
    timeout: Duration = 10
    status: Heard = "poll"
    replies: Heard = "poll"

    def __post_init__(self) -> None:
        if (self.sender is None) == (self.messaging_service_sid is None):
            raise ValueError("needs either from or messaging_service_sid, and not both")


class Email(Table, kw_only=True):
    """Email by SMTP."""

    host: str
    port: int = 587
    sender: str = field(name="from")
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretText | None = None
    timeout: Duration = 20

    def __post_init__(self) -> None:
        if self.security == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError('found security = "none", expected "starttls" or "tls" to a host beyond this machine')


class Apprise(Table):
    """Teams, Slack, webhooks and the rest by Apprise; the address of each person is a secret of its own."""

    timeout: Duration = 10


class Notify(Table):
    """Text messages and emails by GOV.UK Notify."""

    api_key: SecretText
    sms_template: str | None = None
    email_template: str | None = None
    base_url: Endpoint | None = None
    timeout: Duration = 10

    def __post_init__(self) -> None:
        if self.sms_template is None and self.email_template is None:
            raise ValueError("needs sms_template or email_template, or both")


class Channels(Table):
    """The ways out that are configured."""

    console: Console | None = None
    twilio: Twilio | None = None
    email: Email | None = None
    apprise: Apprise | None = None
    notify: Notify | None = None

    def lacking(self, way: str) -> str | None:
        """What is missing under [channels] so that anybody could be reached this way; None where all is there."""
        table = TABLES[way]
        if getattr(self, table) is None:
            return f"table [channels.{table}]"
        template = {"notify-sms": "sms_template", "notify-email": "email_template"}.get(way)
        if template is not None and getattr(self.notify, template) is None:
            return f"{template} in [channels.notify]"
        return None
