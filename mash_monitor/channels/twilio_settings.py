"""A Twilio account and the sender that it speaks as."""

import re
from dataclasses import dataclass, field

from mash_monitor.channels.endpoint import check_endpoint

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{5,6}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """An account and its sender: a number (E.164), a short code, a name (11 characters), or a messaging service.

    `base_url` replaces https://api.twilio.com (a proxy, a test server), and `status_callback` is the address
    below which Twilio itself may tell what became of a message: https, or http on this machine. Unless
    `followed`, a message that was accepted is asked about no more. Timeouts are in seconds;
    `total_timeout` bounds the whole of one attempt, however the answer drips.
    Raises ValueError where they do not fit together; no message repeats a number or a secret.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    from_number: str | None = field(default=None, repr=False)
    messaging_service_sid: str | None = None
    base_url: str | None = None
    status_callback: str | None = None
    followed: bool = True
    connect_timeout: float = 5
    read_timeout: float = 10
    total_timeout: float = 10

    def __post_init__(self) -> None:
        if re.fullmatch(r"AC[0-9A-Za-z]+", self.account_sid) is None:
            raise ValueError('channels.twilio.account_sid: expected the id of the account, which begins with "AC"')
        if not self.auth_token:
            raise ValueError("channels.twilio.auth_token: found nothing, expected the account's token")
        if (self.from_number is None) == (self.messaging_service_sid is None):
            raise ValueError("channels.twilio: expected either from or messaging_service_sid, and not both")
        if self.from_number is not None and not any(
            kind.fullmatch(self.from_number) for kind in (_NUMBER, _SHORT_CODE, _NAME)
        ):
            raise ValueError(
                "channels.twilio.from: expected a number such as +447700900123, a short code, or a name of at most "
                "11 letters, digits and spaces"
            )
        if min(self.connect_timeout, self.read_timeout, self.total_timeout) <= 0:
            raise ValueError("channels.twilio.timeout: expected more than 0 seconds")
        if self.base_url is not None:
            check_endpoint(self.base_url, "channels.twilio.base_url")
        if self.status_callback is not None:
            check_endpoint(self.status_callback, "channels.twilio.status_callback")

    @property
    def can_receive(self) -> bool:
        """Whether people can surely reply to this sender, and so acknowledge.

        Nobody can reply to a name, and not every short code takes replies; a messaging service has numbers.
        """
        return self.from_number is None or _NUMBER.fullmatch(self.from_number) is not None
