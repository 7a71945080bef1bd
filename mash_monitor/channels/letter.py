"""An envelope as an email: text and HTML in one message, with headers out of its content's reach."""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mash_monitor.channels.base import Envelope

_ATOMS = r"""[^\s<>()\[\]\\,;:"@]+"""
_MAILBOX = re.compile(rf'(?:"?(?P<name>[^<>"]*?)"? *<)?(?P<user>{_ATOMS})@(?P<domain>{_ATOMS})(?(name)>)')


def mailbox(written: str) -> Address:
    """An address, with or without a display name; its domain in the form that goes over the wire.

    Raises ValueError, without repeating the address.
    """
    found = _MAILBOX.fullmatch(written)
    if found is None or not written.isprintable():
        raise ValueError("expected an email address such as duty@example.org")
    try:
        return Address(found["name"] or "", found["user"], found["domain"].encode("idna").decode("ascii"))
    except UnicodeError:
        raise ValueError("expected an email address with a valid domain such as duty@example.org") from None


def letter(envelope: Envelope, sender: Address, recipient: Address, now: int) -> EmailMessage:
    """The email for an envelope, dated `now` (epoch seconds).

    Its Message-ID follows from the delivery: a repeat that arrives after all is known for the same message.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", envelope.subject).split())
    message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    message["Message-ID"] = message_id(envelope.delivery_id, sender)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # what Exchange asks before it says "out of office"
    message.set_content(envelope.text or envelope.body)
    if envelope.html is not None:
        message.add_alternative(envelope.html, subtype="html")
    return message


def message_id(delivery_id: int, sender: Address) -> str:
    """The Message-ID of a delivery."""
    return f"<mash-{delivery_id}@{sender.domain}>"
