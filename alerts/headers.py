"""Single headers of finished mails."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parseaddr
from functools import lru_cache

_BETWEEN_HEADERS = re.compile(rb"\r\n(?![ \t])")


def header_lines(message: bytes) -> list[bytes]:
    """Each header as it is sent, folded or not, in order."""
    return _BETWEEN_HEADERS.split(message.partition(b"\r\n\r\n")[0])


def header(message: bytes, name: str) -> str:
    """What a mail program reads there; empty where there is no such header."""
    start = f"{name.lower()}:".encode()
    return next((_read(name, line) for line in header_lines(message) if line.lower().startswith(start)), "")


@lru_cache(maxsize=16)
def address(value: str) -> str:
    """Of a sender or recipient with or without a name."""
    return parseaddr(value)[1]


@lru_cache(maxsize=16)  # mails one after the other have the same subject and sender
def _read(name: str, line: bytes) -> str:
    return str(BytesHeaderParser(policy=default).parsebytes(line)[name])
