"""A mail that was too large, made smaller without losing a word of it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

_BETWEEN_HEADERS = re.compile(rb"\r\n(?![ \t])")
_OF_THE_BODY = (b"content-type:", b"content-transfer-encoding:")


def text_only(message: bytes) -> bytes | None:
    """The same mail, same Message-ID, without its HTML part, which the text part repeats; None when it has none.

    The headers are kept byte for byte: folding them again would break long unsubscribe links.
    """
    parsed = message_from_bytes(message, policy=default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    if text is None or html is None:
        return None
    headers = [line for line in _BETWEEN_HEADERS.split(message.partition(b"\r\n\r\n")[0]) if not _describes_body(line)]
    body = EmailMessage(policy=SMTP)
    body.set_content(text.get_content(), cte="quoted-printable")
    described, _, content = body.as_bytes().partition(b"\r\n\r\n")
    headers += [line for line in _BETWEEN_HEADERS.split(described) if _describes_body(line)]
    return b"\r\n".join(headers) + b"\r\n\r\n" + content


def _describes_body(header: bytes) -> bool:
    return header.lower().startswith(_OF_THE_BODY)
