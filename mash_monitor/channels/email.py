"""Email by SMTP: certificates verified, one attempt, and an outcome by the stage that it reached."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, Literal

from mash_monitor.channels.attempt import Attempt
from mash_monitor.channels.base import Envelope, Outcome, Result
from mash_monitor.channels.letter import letter, mailbox, message_id
from mash_monitor.channels.loopback import is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSettings:
    """A mail server and the sender. `timeout` bounds the whole of one attempt, in seconds.

    Raises ValueError where they do not fit together; no message repeats an address or a secret.
    """

    host: str
    sender: str = field(repr=False)
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    timeout: float = 20

    def __post_init__(self) -> None:
        if not self.host:
            raise ValueError("channels.email.host: found nothing, expected the name of the mail server")
        if self.security not in ("starttls", "tls", "none"):
            raise ValueError('channels.email.security: expected "starttls", "tls" or "none"')
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                'channels.email.security: found "none", which is for a server on this machine only; '
                'expected "starttls" or "tls"'
            )
        if (self.user is None) != (self.password is None):
            raise ValueError("channels.email: expected user and password, or neither of them")
        if self.timeout <= 0:
            raise ValueError("channels.email.timeout: expected more than 0 seconds")
        try:
            sender = mailbox(self.sender)
        except ValueError as error:
            raise ValueError(f"channels.email.from: {error}") from None
        if not sender.addr_spec.isascii():
            raise ValueError("channels.email.from: expected letters of ASCII before the @, which every server takes")


class _Session(smtplib.SMTP):
    """Tells the attempt which connection it uses, and when the message leaves."""

    def __init__(self, attempt: Attempt, *args: Any, **kwargs: Any) -> None:
        self._attempt = attempt
        super().__init__(*args, **kwargs)  # connects

    def getreply(self) -> tuple[int, bytes]:
        self._attempt.uses(self.sock)
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        self._attempt.leaving()
        return super().data(msg)


class _SessionTLS(_Session, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


class EmailChannel:
    """Sends email through one mail server. `now` tells the time for the Date header, in epoch seconds."""

    name = "email"

    def __init__(self, settings: EmailSettings, now: Callable[[], int], tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._sender = mailbox(settings.sender)
        self._now = now
        self._tls = tls or ssl.create_default_context()

    def send(self, envelope: Envelope) -> Outcome:
        """Hand the message to the mail server once, within the timeout; its Message-ID is the evidence.

        ACCEPTED: the server took it. REJECTED: recipient or content refused for good, or no address at all.
        REFUSED: refused for now, not connected, or not let in. UNKNOWN: the message was on its way, and the
        server's answer is missing.
        """
        try:
            recipient = mailbox(envelope.address)
        except ValueError:
            return Outcome(Result.REJECTED, code="not-an-address")
        attempt = Attempt()
        try:
            message = letter(envelope, self._sender, recipient, self._now())
            attempt.run(self._settings.timeout, lambda: self._hand_over(message, recipient, attempt))
        except Exception as error:  # whatever it is, the stage that was reached decides
            return _judge(error, attempt)
        return Outcome(Result.ACCEPTED, evidence=message_id(envelope.delivery_id, self._sender))

    def _hand_over(self, message: EmailMessage, recipient: Address, attempt: Attempt) -> None:
        smtp = self._connect(attempt)
        try:
            if self._settings.security == "starttls":
                smtp.starttls(context=self._tls)
            if self._settings.user is not None and self._settings.password is not None:
                smtp.login(self._settings.user, self._settings.password)
            self._say(smtp, message, recipient.addr_spec)
            with suppress(OSError):
                smtp.putcmd("quit")  # its answer is not waited for: the message is the server's by now
        finally:
            smtp.close()

    def _say(self, smtp: _Session, message: EmailMessage, recipient: str) -> None:
        try:
            smtp.send_message(message, self._sender.addr_spec, [recipient])
        except smtplib.SMTPNotSupportedError:
            # An address beyond ASCII, and a server without SMTPUTF8: the code is the one of RFC 6531 for it.
            raise smtplib.SMTPRecipientsRefused({recipient: (553, b"")}) from None

    def _connect(self, attempt: Attempt) -> _Session:
        settings = self._settings
        if settings.security == "tls":
            return _SessionTLS(attempt, settings.host, settings.port, timeout=settings.timeout, context=self._tls)
        return _Session(attempt, settings.host, settings.port, timeout=settings.timeout)


def _judge(error: Exception, attempt: Attempt) -> Outcome:
    """What an error of smtplib says. Only codes are kept: the words of a server repeat addresses."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=answers):
            (code, _), *_ = answers.values()
            return _answered(code)
        case smtplib.SMTPDataError(smtp_code=code):
            return _answered(code)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            # Ours to put right and no fault of the address, so not REJECTED: once it is, the message can go.
            return Outcome(Result.REFUSED, code=f"login-{code}")
        case smtplib.SMTPSenderRefused(smtp_code=code):
            return Outcome(Result.REFUSED, code=f"sender-{code}")
        case smtplib.SMTPResponseException(smtp_code=code):
            return Outcome(Result.REFUSED, code=f"smtp-{code}")
        case smtplib.SMTPNotSupportedError():
            return Outcome(Result.REFUSED, code="not-supported")
        case _:
            return attempt.failed(error)


def _answered(code: int) -> Outcome:
    """5xx is for good, anything else for the time being."""
    return Outcome(Result.REJECTED if 500 <= code < 600 else Result.REFUSED, code=f"smtp-{code}")
