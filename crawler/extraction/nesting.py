"""Keeps pages nested beyond reason from the parser, whose time grows with the square of the depth."""

from __future__ import annotations

import re

from crawler.extraction.errors import NotAnArticle

# Browsers stop nesting near 512; a page beyond it is broken or hostile, and its text would come apart.
MAX_DEPTH = 500
# Templates inside scripts are counted too, so only an absurd depth is refused unparsed.
_ABSURD = 5 * MAX_DEPTH
_FEW_TAGS = 10_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
# These end by themselves or never hold anything.
_FLAT = frozenset(
    (
        "p", "li", "td", "th", "tr", "dt", "dd", "option", "br", "img", "input", "meta", "link", "hr", "source", "area",
        "base", "col", "embed", "param", "track", "wbr", "tbody", "thead", "path", "use",
    )
)  # fmt: skip


def refuse_bottomless(text: str) -> None:
    """Raises NotAnArticle `layout`."""
    if text.count("<") < _FEW_TAGS:
        return
    depth = 0
    for closing, name in _TAG.findall(text):
        if name.lower() in _FLAT:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > _ABSURD:
            raise too_deep()


def too_deep() -> NotAnArticle:
    return NotAnArticle("layout", f"elements are nested more than {MAX_DEPTH} deep")
