"""Strings from a page, made safe and short enough to show. Markup is escaped by the template, not here."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from storage.article import normalise

_ENCODED_WORD = re.compile(r"=(?=\?)")
_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\x9f<>\"\\`{}|^\u2028\u2029\ud800-\udfff]")
_ACRONYMS = {"ai": "AI", "eu": "EU", "ict": "ICT", "nl": "NL", "it": "IT", "avg": "AVG", "ibestuur": "iBestuur"}


def clean(text: str) -> str:
    """One line without control characters, direction overrides or lone surrogates."""
    return normalise(text)


def header_text(text: str) -> str:
    """As `clean`, and never an RFC 2047 encoded word: decoding one can start a second header line."""
    return _ENCODED_WORD.sub("= ", clean(text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there is a space in the last half, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    if space >= limit // 2:
        cut = cut[:space]
    return cut.rstrip(" ,;:–-") + "…"


def web_link(url: str) -> str:
    """`url` when it is an absolute http(s) address every parser reads alike, else the empty string."""
    if _UNSAFE_IN_URL.search(url):
        return ""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return ""
    return url if usable and parts.scheme.lower() in ("http", "https") else ""


def mail_link(address: str) -> str:
    """A mailto: URL for an address or an existing mailto: URL, else the empty string."""
    url = address if address.lower().startswith("mailto:") else f"mailto:{address}"
    return "" if "@" not in url or _UNSAFE_IN_URL.search(url) else url


def slug_label(slug: str) -> str:
    """The words of a slug as a reader would write them: `data-en-ai` is "Data en AI"."""
    words = [_ACRONYMS.get(word, word) for word in clean(slug).replace("_", "-").split("-") if word]
    label = " ".join(words)
    return label if label.startswith("iBestuur") else label[:1].upper() + label[1:]
