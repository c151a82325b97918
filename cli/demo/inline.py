"""The little markup inside a block - `[text](address)` and `_emphasis_` - as HTML, as plain text, and its links."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_EMPHASIS = re.compile(r"(?<!\w)_([^_]+)_(?!\w)")


def to_html(text: str, href: Callable[[str], str]) -> str:
    """`href` gives the address to print for a stored one."""
    html = escape(text, quote=False)
    if "[" in html:
        html = _LINK.sub(lambda found: f'<a href="{escape(href(found[2]))}">{found[1]}</a>', html)
    return _EMPHASIS.sub(r"<em>\1</em>", html) if "_" in html else html


def to_text(text: str) -> str:
    return _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", text))


def links(text: str) -> list[tuple[str, str]]:
    """(text, stored address) of each link, in reading order."""
    return [(found[1], found[2]) for found in _LINK.finditer(text)]
