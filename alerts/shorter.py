"""A mail that was too large, made smaller without losing a word of it."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

from alerts.headers import header_lines

_OF_THE_BODY = (b"content-type:", b"content-transfer-encoding:")


def text_only(message: bytes) -> bytes | None:
    """The same mail, same Message-ID, without its HTML part, which the text part repeats; None when it has none.

    The headers are kept byte for byte: folding them again would break long unsubscribe links.
    """
    parsed = message_from_bytes(message, policy=default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    if text is None or html is None:
        return None
    headers = [line for line in header_lines(message) if not _describes_body(line)]
    body = EmailMessage(policy=SMTP)
    body.set_content(text.get_content(), cte="quoted-printable")
    described = body.as_bytes()
    headers += [line for line in header_lines(described) if _describes_body(line)]
    content = described.partition(b"\r\n\r\n")[2]
    return b"\r\n".join(headers) + b"\r\n\r\n" + content


def _describes_body(header: bytes) -> bool:
    return header.lower().startswith(_OF_THE_BODY)
