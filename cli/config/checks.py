"""Checks of single values. Each returns the value in its one spelling, or raises ValueError: `must be …`."""

from __future__ import annotations

import re
from email.utils import getaddresses
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from .errors import did_you_mean

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"]+@[^@\s<>()\[\],;:\".]+(\.[^@\s<>()\[\],;:\".]+)*")
_PASSWORD_IN_URL = re.compile(r"(://[^/@\s:]*):[^/@\s]*@|(://[^/\s:]*):[^\s]*@")

ADDRESS_ALLOWED = 'one e-mail address, such as "beheer@example.org"'
SENDER_ALLOWED = 'one e-mail address, with or without a name, such as "Nieuwswacht <nieuwswacht@example.org>"'
CONTACT_ALLOWED = "an e-mail address or an http(s) URL where the crawler's owner can be reached"
STORAGE_ALLOWED = '"sqlite:///file.db" or "postgresql+psycopg://user@host/database"'
WEB_ALLOWED = 'an http(s) URL such as "https://wacht.example.org", without user name, query or fragment'
HOST_ALLOWED = "the name or address of a mail server, without scheme or port"
ZONE_ALLOWED = 'a time zone such as "Europe/Amsterdam"'


def mask_url(text: str) -> str:
    """The text with any password inside a URL made unreadable."""
    return _PASSWORD_IN_URL.sub(lambda found: f"{found[1] or found[2]}:***@", text)


def line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must be one line without control characters")
    return text


def time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # not found, an absolute path, a folder of zones
        hint = did_you_mean(name, available_timezones())
        raise ValueError(f"must be {ZONE_ALLOWED}{hint.removesuffix('.')}") from None
    return name


def address(text: str) -> str:
    """Empty, or one bare e-mail address."""
    if text and not _ADDRESS.fullmatch(text):
        raise ValueError(f"must be {ADDRESS_ALLOWED}")
    return text


def sender(text: str) -> str:
    found = getaddresses([text]) if not _CONTROL.search(text) else []
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]):
        raise ValueError(f"must be {SENDER_ALLOWED}")
    return text


def contact(text: str) -> str:
    if text and not (_ADDRESS.fullmatch(text) or _http(text)):
        raise ValueError(f"must be {CONTACT_ALLOWED}")
    return text


def ping_url(text: str) -> str:
    if text and not _http(text):
        raise ValueError("must be an http(s) URL")
    return text


def base_url(text: str) -> str:
    parts = _http(text) if text else None
    if text and (not parts or parts.query or parts.fragment or "@" in parts.netloc):
        raise ValueError(f"must be {WEB_ALLOWED}")
    return text.rstrip("/")


def mail_host(text: str) -> str:
    if re.search(r"[\s/@\x00-\x1f\x7f]", text) or text.count(":") == 1:
        raise ValueError(f"must be {HOST_ALLOWED}")
    return text


def storage_url(text: str) -> str:
    """A URL SQLAlchemy can open; PostgreSQL always through psycopg, the one driver that is tested."""
    scheme, found, rest = text.partition("://")
    if _CONTROL.search(text) or not found:
        raise ValueError(f"must be {STORAGE_ALLOWED}")
    if scheme in {"postgresql", "postgresql+psycopg"} and re.fullmatch(r"[^/\s]*/[^/?\s]+(\?\S*)?", rest):
        return f"postgresql+psycopg://{rest}"
    database = rest.partition("?")[0].removeprefix("/")
    if scheme == "sqlite" and rest.startswith("/") and database not in {"", ":memory:"}:
        return text
    raise ValueError(f"must be {STORAGE_ALLOWED}")


def _http(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if usable and not re.search(r"[\s<>\"\x00-\x1f\x7f]", text) else None
