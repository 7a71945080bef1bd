"""The ways out: each configured channel becomes the object that sends by it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from mash_monitor.config import ConfigError
from mash_monitor.config.channels import Channels, Notify

if TYPE_CHECKING:
    from mash_monitor.channels.base import Channel


def ways_out(
    given: Channels, now: Callable[[], int], console: TextIO, status_callback: str | None
) -> dict[str, "Channel"]:  # fmt: skip
    """The channels, by the name people are reached by. Raises ConfigError.

    `status_callback`: the address at which Twilio can tell us what became of a message, if there is one.
    """
    from mash_monitor.channels.apprise import AppriseChannel
    from mash_monitor.channels.console import ConsoleChannel
    from mash_monitor.channels.email import EmailChannel, EmailSettings
    from mash_monitor.channels.twilio import TwilioChannel, TwilioSettings

    built = dict[str, "Channel"]()
    try:
        if given.console is not None:
            built["console"] = ConsoleChannel(console)
        if given.twilio is not None:
            sms = given.twilio
            built["sms"] = TwilioChannel(TwilioSettings(
                account_sid=sms.account_sid, auth_token=sms.auth_token.reveal(),
                from_number=sms.sender, messaging_service_sid=sms.messaging_service_sid, base_url=sms.base_url,
                connect_timeout=min(5, sms.timeout), read_timeout=sms.timeout, total_timeout=sms.timeout,
                status_callback=status_callback if sms.status == "callback" else None,
                followed=sms.status != "off",
            ))  # fmt: skip
        if given.email is not None:
            mail = given.email
            built["email"] = EmailChannel(EmailSettings(
                host=mail.host, port=mail.port, sender=mail.sender, security=mail.security, user=mail.user,
                password=mail.password.reveal() if mail.password else None, timeout=mail.timeout,
            ), now)  # fmt: skip
        if given.apprise is not None:
            built["apprise"] = AppriseChannel(timeout=given.apprise.timeout)
        if given.notify is not None:
            built |= {channel.name: channel for channel in _notify(given.notify)}
    except ValueError as error:
        raise ConfigError([str(error)]) from None
    return built


def _notify(given: Notify) -> "Iterator[Channel]":
    """A channel for each template that there is. Raises ValueError."""
    from mash_monitor.channels.notify import NotifyChannel
    from mash_monitor.channels.notify_settings import NotifySettings

    settings = NotifySettings(
        api_key=given.api_key.reveal(), sms_template=given.sms_template,
        email_template=given.email_template, base_url=given.base_url, timeout=given.timeout,
    )  # fmt: skip
    if given.sms_template is not None:
        yield NotifyChannel(settings, "sms")
    if given.email_template is not None:
        yield NotifyChannel(settings, "email")
