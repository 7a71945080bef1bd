"""A service of GOV.UK Notify: its key and its templates."""

import re
from dataclasses import dataclass, field
from importlib.util import find_spec

from mash_monitor.channels.endpoint import check_endpoint

_UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf"(?:.+-)?{_UUID}-{_UUID}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """The key of a service, and the ids of the templates that our messages are put into.

    The template for text messages has the placeholder ((body)), that for emails ((subject)) and ((body)).
    `base_url` replaces https://api.notifications.service.gov.uk: https, or http on this machine. `timeout`
    bounds the whole of one attempt, in seconds.
    Raises ValueError where they do not fit together or the client is not installed; no message repeats the key.
    """

    api_key: str = field(repr=False)
    sms_template: str | None = None
    email_template: str | None = None
    base_url: str | None = None
    timeout: float = 10

    def __post_init__(self) -> None:
        if find_spec("notifications_python_client") is None:
            raise ValueError(
                "channels.notify: found no package notifications-python-client, which this channel sends by; "
                'install it with pip install "mash-monitor[notify]"'
            )
        if _KEY.fullmatch(self.api_key) is None:
            raise ValueError(
                "channels.notify.api_key: expected a key as Notify shows it when it is made: "
                "its name, the id of the service and the secret, joined by hyphens"
            )
        if self.sms_template is None and self.email_template is None:
            raise ValueError("channels.notify: expected sms_template or email_template, or both")
        for place in ("sms_template", "email_template"):
            template = getattr(self, place)
            if template is not None and re.fullmatch(_UUID, template) is None:
                raise ValueError(
                    f"channels.notify.{place}: expected the id of a template, as its page in Notify has it"
                )
        if self.timeout <= 0:
            raise ValueError("channels.notify.timeout: expected more than 0 seconds")
        if self.base_url is not None:
            check_endpoint(self.base_url, "channels.notify.base_url")
