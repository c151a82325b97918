"""A real SMTP server on loopback that does what a test tells it to, command by command, and keeps what it accepted."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import smtplib
import ssl
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Accepted:
    sender: str
    recipient: str
    message: bytes
    encrypted: bool


class ScriptedServer:
    """`script` maps a command to what it answers, one item per use; when they run out all is well.

    Commands: CONNECT MAIL RCPT DATA (before the text) END (after the final dot).
    An item is a reply ("450 4.2.0 later"), or "drop", "store and drop", "store and hang", "drop inside" (DATA: after
    the go-ahead, before the final dot), or "ok".
    """

    def __init__(
        self,
        script: dict[str, list[str]] | None = None,
        *,
        tls: str = "none",
        certificate: Path | None = None,
        login: tuple[str, str] | None = None,
        seconds_before_answer: float = 0,
    ) -> None:
        self.script: defaultdict[str, deque[str]] = defaultdict(deque)
        for command, answers in (script or {}).items():
            self.script[command].extend(answers)
        self.accepted: list[Accepted] = []
        self.connections = 0
        self.commands: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self._tls, self._login = tls, login
        self.seconds_before_answer = seconds_before_answer
        self._context = _context(certificate) if certificate else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def next(self, command: str) -> str:
        self.commands.append(command)
        return self.script[command].popleft() if self.script[command] else "ok"

    @property
    def message_ids(self) -> list[str]:
        return [line.split(b":", 1)[1].strip().decode() for one in self.accepted for line in one.message.split(b"\r\n")
                if line.lower().startswith(b"message-id:")]  # fmt: skip

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def go_away(self) -> None:
        """Refuse connections from now on, until `come_back`."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)

    def come_back(self) -> None:
        """Listen again, at the same port."""
        self._server = asyncio.run_coroutine_threadsafe(self._listen(self.port), self._loop).result(5)

    def rest(self) -> None:
        """Come to the end of what clients said so far, also those that are gone, and forget the rest of the script."""
        self.script.clear()
        with smtplib.SMTP("127.0.0.1", self.port, "localhost", timeout=5) as client:
            client.noop()
        self.script.clear()

    async def _listen(self, port: int = 0) -> asyncio.Server:
        implicit = self._context if self._tls == "tls" else None
        return await self._loop.create_server(self._protocol, "127.0.0.1", port, ssl=implicit)

    async def _stop(self) -> None:
        self._server.close()
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _protocol(self) -> SMTP:
        options: dict[str, Any] = {"hostname": "localhost", "loop": self._loop, "enable_SMTPUTF8": True}
        if self._tls == "starttls":
            options["tls_context"] = self._context
        if self._login:
            options |= {
                "authenticator": self._authenticate,
                "auth_required": True,
                "auth_require_tls": self._tls == "starttls",
            }
        return _Scripted(self, _Handler(self), **options)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == self._login, handled=False)


class _Scripted(SMTP):
    def __init__(self, owner: ScriptedServer, handler: _Handler, **options: Any) -> None:
        super().__init__(handler, **options)
        self.owner = owner

    async def _handle_client(self) -> None:
        self.owner.connections += 1
        answer = self.owner.next("CONNECT")
        if answer == "ok":
            await super()._handle_client()
            return
        if answer != "drop":
            await self.push(answer)
        self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        answer = self.owner.next("DATA")
        if answer == "ok":
            await super().smtp_DATA(arg)
        elif answer == "drop inside":
            await self.push("354 go ahead")
            await self._reader.readline()
            self.transport.abort()
        elif answer == "drop":
            self.transport.abort()
        else:
            await self.push(answer)


class _Handler:
    def __init__(self, owner: ScriptedServer) -> None:
        self.owner = owner

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.owner.next("MAIL")
        if answer == "drop":
            server.transport.abort()
        if answer not in ("ok", "drop"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.owner.next("RCPT")
        if answer == "drop":
            server.transport.abort()
        if answer not in ("ok", "drop"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.owner.next("END")
        await asyncio.sleep(self.owner.seconds_before_answer)
        if answer == "ok" or answer.startswith("store"):
            assert isinstance(envelope.content, bytes)
            self.owner.accepted.append(
                Accepted(
                    envelope.mail_from or "",
                    envelope.rcpt_tos[0],
                    envelope.content,
                    server.transport.get_extra_info("ssl_object") is not None,
                )
            )
        if answer == "store and hang":
            await asyncio.sleep(60)
        if answer in ("drop", "store and drop"):
            server.transport.abort()
        return "250 kept" if answer == "ok" or "drop" in answer else answer


def self_signed(folder: Path, host: str = "127.0.0.1") -> Path:
    """A certificate nobody vouches for, with its key, in one PEM file; usable as its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
