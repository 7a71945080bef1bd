"""A mail server of our own: aiosmtpd, with scripted refusals, that keeps what it really took."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, slots=True)
class Mail:
    """One message that was taken: the envelope's sender and recipients, and the message itself."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class _Controller(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]  # any free one
        super()._trigger_server()  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class FakeMail:
    """The server, while the `with` lasts.

    `replies` says what it answers at "MAIL", "RCPT" or "DATA" instead of taking it. `after_data` says what
    becomes of the connection once a message was taken: answered, closed or left hanging.
    """

    replies: dict[str, str] = field(default_factory=dict)
    after_data: Literal["answer", "close", "hang"] = "answer"
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    login: tuple[str, str] | None = None
    utf8: bool = True
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    _controller: _Controller = field(init=False)

    def __enter__(self) -> Self:
        options: dict[str, Any] = {"enable_SMTPUTF8": self.utf8, "auth_require_tls": False}
        if self.tls is not None:
            options |= {"ssl_context": self.tls} if self.implicit_tls else {"tls_context": self.tls}
        if self.login is not None:
            options |= {"authenticator": self._authenticate}
        self._controller = _Controller(self, "127.0.0.1", 0, **options)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        port: int = self._controller.port
        return port

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login.decode(), data.password.decode()) == self.login, handled=False)

    async def handle_MAIL(  # noqa: N802 - the names are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._reply("MAIL")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._reply("RCPT")

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" not in self.replies:
            content = envelope.original_content
            assert content is not None
            message = message_from_bytes(content, policy=POLICY)
            assert isinstance(message, EmailMessage)
            self.mails.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        if self.after_data == "close":
            assert server.transport is not None
            server.transport.close()
        elif self.after_data == "hang":
            await asyncio.Event().wait()
        return self._reply("DATA")

    def _reply(self, stage: str) -> str:
        self.commands.append(stage)
        return self.replies.get(stage, "250 OK")
