"""Finished mails: headers, one part or two, and a last look at the bytes before they may leave."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, Policy, compat32, default
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from alerts.headers import address
from alerts.render.body import Body, ForeignHeaderError, Links

ALLOWED_HEADERS = frozenset(
    {
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
        "content-language", "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted",
        "x-auto-response-suppress", "in-reply-to", "references",
    }
)  # fmt: skip
_OWN = ("To", "Message-ID", "List-Unsubscribe", "In-Reply-To", "References")  # no two mails have them alike
_PLAIN = {
    "To": re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"),
    "Message-ID": re.compile(r"<[A-Za-z0-9]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*>"),
}
_UNFOLDED = 78
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


class _AddressListHeader(UnstructuredHeader, BaseHeader):
    """`<url>, <url>`, each whole on a line of its own.

    The standard folding turns a long URL into encoded words, and a mail program then finds no address to unsubscribe.
    """

    def fold(self, *, policy: Policy[Any]) -> str:
        return f"{self.name}: " + str(self).replace(", ", f",{policy.linesep} ") + policy.linesep


class _SubjectHeader(UnstructuredHeader, BaseHeader):
    """The standard folding adds a space where plain and encoded words meet at a line end."""

    def fold(self, *, policy: Policy[Any]) -> str:
        value = str(self)
        encoded = (
            value if value.isascii() else Header(value, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        )
        return f"{self.name}: {encoded}{policy.linesep}"


_REGISTRY = HeaderRegistry()
_REGISTRY.map_to_type("subject", _SubjectHeader)
for _name in ("list-unsubscribe", "in-reply-to", "references"):
    _REGISTRY.map_to_type(_name, _AddressListHeader)
_POLICY = SMTP.clone(header_factory=_REGISTRY)


@dataclass(frozen=True)
class Envelope:
    """What a mail needs besides its words. `sender` and `recipient`: one address each, with or without a name.

    `message_id` and `thread_id` with their angle brackets; `date` aware. `thread_id` ties the mails about one article.
    """

    sender: str
    recipient: str
    message_id: str
    date: datetime
    thread_id: str = ""


def build(envelope: Envelope, subject: str, text: str, language: str) -> bytes:
    """A complete message of one part with CRLF line ends. Raises ForeignHeaderError."""
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(envelope, subject).items():
        message[name] = _one_line(name, value)
    message.set_content(text, cte="quoted-printable")
    message["Content-Language"] = language  # set_content clears every Content- header
    data = message.as_bytes()
    _inspect(data, message.keys(), envelope)
    return data


def build_both(envelope: Envelope, body: Body, links: Links, headers: dict[str, str], language: str) -> bytes:
    """A complete message of two parts, byte for byte as the standard library writes it. Raises ForeignHeaderError."""
    boundary = body.boundary(envelope.message_id, links)
    named = _headers(envelope, body.words.subject) | headers | {"MIME-Version": "1.0"}
    lines = [_own(name, value) if name in _OWN else _folded(name, value) for name, value in named.items()]
    lines.append(b'Content-Type: multipart/alternative; boundary="%s"\r\n' % boundary)
    lines.append(_folded("Content-Language", language))
    data = b"".join([*lines, b"\r\n", body.parts(boundary, links)])
    _inspect(data, [*named, "Content-Type", "Content-Language"], envelope)
    return data


def _headers(envelope: Envelope, subject: str) -> dict[str, str]:
    fixed = {
        "From": envelope.sender,
        "To": envelope.recipient,
        "Subject": subject,
        "Date": format_datetime(envelope.date),
        "Message-ID": envelope.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if envelope.thread_id:
        fixed |= {"In-Reply-To": envelope.thread_id, "References": envelope.thread_id}
    return fixed


def list_headers(name: str, title: str, sender: str, unsubscribe_url: str, unsubscribe_mailto: str) -> dict[str, str]:
    """RFC 2919, 2369 and 8058; one-click only where a POST over https can be answered."""
    domain = address(sender).rpartition("@")[2] or "localhost"
    label = re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip("-.") or "watch"
    phrase = re.sub(r"[^\w .-]", "", title, flags=re.ASCII).strip()
    headers = {"List-Id": f"{phrase} <{label}.{domain}>".strip()}
    targets = [f"<{target}>" for target in (unsubscribe_url, unsubscribe_mailto) if target]
    if targets:
        headers["List-Unsubscribe"] = ", ".join(targets)
    if unsubscribe_url.lower().startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


@lru_cache(maxsize=32)
def _folded(name: str, value: str) -> bytes:
    """The header as it is sent."""
    return _POLICY.fold_binary(*_POLICY.header_store_parse(name, _one_line(name, value)))


def _own(name: str, value: str) -> bytes:
    """As `_folded`, the short way where nothing has to be folded or encoded."""
    line = f"{name}: {_one_line(name, value)}\r\n"
    plain = _PLAIN.get(name)
    if plain is not None and len(line) <= _UNFOLDED and plain.fullmatch(value):
        return line.encode("ascii")
    return _folded.__wrapped__(name, value)


def _one_line(name: str, value: str) -> str:
    if _LINE_BREAKS.search(value):
        raise ForeignHeaderError(f"a line break or control character in {name}")
    return value


def _inspect(data: bytes, expected: Iterable[str], envelope: Envelope) -> None:
    """Read the bytes as a mail server will: the headers are those we set, each once, and there is one recipient."""
    parsed = BytesHeaderParser(policy=compat32).parsebytes(data.partition(b"\r\n\r\n")[0])
    names = [name.lower() for name in parsed]
    foreign = (set(names) - {name.lower() for name in expected}) | (set(names) - ALLOWED_HEADERS)
    if foreign or len(names) != len(set(names)):
        raise ForeignHeaderError(
            f"the finished mail has unexpected headers: {', '.join(sorted(foreign)) or 'repeated'}"
        )
    written = default.header_fetch_parse("To", parsed["To"]).addresses
    if len(written) != 1 or written[0].addr_spec != address(envelope.recipient):
        raise ForeignHeaderError("the finished mail is not to the one recipient it was made for")
