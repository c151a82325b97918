"""What an SMTP server's answer means for the mail at hand."""

from __future__ import annotations

import re

from alerts.channels.answers import ChannelError, Permanent, Temporary, TooLarge, UnknownRecipient, Unreachable
from storage.article import normalise

_CLOSING = 421
_TOO_LARGE = 552
# RFC 3463: no such mailbox, no such system, mailbox moved without a new address, null MX.
_NO_SUCH_MAILBOX = re.compile(r"\b5\.1\.(?:1|2|6|10)\b")


def told_us(code: int, answer: bytes | str) -> str:
    """A server's answer as one clean line."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {normalise(text)}"[:300]


def refused_recipient(code: int, answer: bytes) -> ChannelError:
    text = told_us(code, answer)
    if code == _CLOSING:
        return Unreachable(text)
    if code < 500:
        return Temporary(text)
    return UnknownRecipient(text) if _NO_SUCH_MAILBOX.search(text) else Permanent(text, address_refused=True)


def refused_sender(code: int, answer: bytes | str) -> ChannelError:
    """Refusing our address refuses every mail of ours, save where the announced size is the reason."""
    text = told_us(code, answer)
    if code == _TOO_LARGE:
        return TooLarge(text)
    return Unreachable(f"our sender address is refused: {text}", needs_person=code >= 500)


def refused_content(code: int, answer: bytes | str) -> ChannelError:
    text = told_us(code, answer)
    if code == _CLOSING:
        return Unreachable(text)
    if code < 500:
        return Temporary(text)
    return TooLarge(text) if code == _TOO_LARGE else Permanent(text)


def refused_log_in(server: str, code: int, answer: bytes | str) -> Unreachable:
    return Unreachable(f"{server} refuses the log-in: {told_us(code, answer)}", needs_person=code >= 500)
