"""Mail by SMTP: never unencrypted unless that was asked for, never to a server whose certificate fails."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Any, Literal, Self

from alerts.channels.answers import ChannelError, Permanent, Uncertain, Unreachable
from alerts.channels.replies import refused_content, refused_log_in, refused_recipient, refused_sender, told_us
from alerts.headers import address, header

Security = Literal["starttls", "tls", "none"]


class _NotesText:
    """Notes when the text of a mail begins to leave: a lost answer before that is a no, after it a perhaps."""

    text_left = False

    def send(self, s: Any) -> None:
        # Commands are strings; only the text of a mail is sent as bytes.
        self.text_left = self.text_left or isinstance(s, bytes)
        super().send(s)  # type: ignore[misc]


class _Plain(_NotesText, smtplib.SMTP):
    pass


class _Tls(_NotesText, smtplib.SMTP_SSL):
    pass


class SmtpChannel:
    """One connection for many mails, opened at the first. `timeout` in seconds, for each wait.

    `context` replaces the default, which trusts what the machine trusts and checks the server's name.
    """

    name = "smtp"

    def __init__(
        self,
        host: str,
        port: int,
        security: Security = "starttls",
        username: str = "",
        password: str = "",
        timeout: float = 30,
        *,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.host, self.port, self.security = host, port, security
        self._username, self._password, self._timeout = username, password, timeout
        self._context = context
        self._client: _Plain | _Tls | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        client, self._client = self._client, None
        if client is not None and client.sock is not None:
            with suppress(smtplib.SMTPException, OSError):
                client.quit()

    def send(self, message: bytes, recipient: str) -> None:
        reused = self._client is not None
        try:
            self._send(message, recipient)
        except Unreachable:
            if not reused:
                raise
            # Servers end long or idle connections; that says nothing about this mail.
            self._drop()
            self._send(message, recipient)

    def check(self) -> None:
        with self:
            client = self._connected()
            try:
                client.noop()
            except (smtplib.SMTPException, OSError) as error:
                raise Unreachable(f"{self._server} hung up: {error}") from error

    @property
    def _server(self) -> str:
        return f"mail server {self.host}:{self.port}"

    def _send(self, message: bytes, recipient: str) -> None:
        client = self._connected()
        client.text_left = False
        sender = address(header(message, "From"))
        options = [] if recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        if options and not client.has_extn("smtputf8"):
            raise Permanent(f"{self._server} cannot take an address with accents", address_refused=True)
        try:
            client.sendmail(sender, [recipient], message, mail_options=options)
        except (smtplib.SMTPException, OSError) as error:
            raise self._meaning(error, client, recipient) from error
        finally:
            if client.sock is None:
                self._drop()

    def _meaning(self, error: Exception, client: _Plain | _Tls, recipient: str) -> ChannelError:
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return refused_recipient(*error.recipients[recipient])
        if isinstance(error, smtplib.SMTPSenderRefused):
            return refused_sender(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 400:
            return refused_content(error.smtp_code, error.smtp_error)
        self._drop()
        if client.text_left:
            return Uncertain(f"{self._server} was lost before it said whether it took the mail: {error}")
        return Unreachable(f"{self._server} was lost before the mail left: {error}")

    def _connected(self) -> _Plain | _Tls:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> _Plain | _Tls:
        client: _Plain | _Tls | None = None
        try:
            client = self._open()
            client.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                client.starttls(context=self._tls_context())
                client.ehlo()
            if self._username:
                client.login(self._username, self._password)
        except (smtplib.SMTPException, OSError) as error:
            if client is not None:
                client.close()
            refused = self._no_connection(error)
            if self._password:  # a server may say back what it was given, and answers are stored and shown
                refused.args = (str(refused).replace(self._password, "***"),)
            raise refused from error
        return client

    def _open(self) -> _Plain | _Tls:
        # Without a name of our own smtplib asks the DNS for one, which can take as long as a timeout.
        name = socket.gethostname()
        own = name if "." in name else "[127.0.0.1]"
        if self.security == "tls":
            return _Tls(self.host, self.port, own, timeout=self._timeout, context=self._tls_context())
        return _Plain(self.host, self.port, own, timeout=self._timeout)

    def _tls_context(self) -> ssl.SSLContext:
        # smtplib's own default accepts any certificate.
        return self._context or ssl.create_default_context()

    def _no_connection(self, error: Exception) -> Unreachable:
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Unreachable(f"{self._server} does not offer what is configured: {error}", needs_person=True)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return refused_log_in(self._server, error.smtp_code, error.smtp_error)
        if isinstance(error, ssl.SSLError):
            return Unreachable(f"{self._server} cannot be trusted: {error}", needs_person=True)
        if isinstance(error, smtplib.SMTPResponseException):
            text = f"{self._server} turns us away: {told_us(error.smtp_code, error.smtp_error)}"
            return Unreachable(text, needs_person=error.smtp_code >= 500)
        return Unreachable(f"{self._server} does not answer: {error}")

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
