"""The text of one block and the links in it."""

from __future__ import annotations

from collections.abc import Callable

from crawler.extraction.outline import INLINE, Box
from crawler.extraction.page import Page
from storage.article import Link, normalise

_BOLD = ("strong", "b")
_NO_GAP = INLINE - {"br", "img", "input", "textarea", "picture"}


def text_of(box: Box) -> str:
    """All of its text on one line."""
    if box.line is None:
        parts: list[str] = []
        _collect(box, parts, None, None)
        box.line = normalise("".join(parts))
    return box.line


def text_and_links(box: Box, page: Page, skip: Callable[[Box], bool] | None = None) -> tuple[str, tuple[Link, ...]]:
    """`skip` leaves inner boxes out. Links that lead nowhere a reader can go (mailto, scripts) are text only."""
    parts: list[str] = []
    anchors: list[Box] = []
    _collect(box, parts, anchors, skip)
    return normalise("".join(parts)), tuple(link for anchor in anchors if (link := link_of(anchor, page)))


def link_of(anchor: Box, page: Page) -> Link | None:
    url, text = page.absolute(anchor.attr("href")), text_of(anchor)
    return Link(text, url) if url and text else None


def bold_share(box: Box) -> float:
    """How much of the text is bold, 0 to 1."""
    if not box.chars:
        return 0.0
    if box.tag in _BOLD:
        return 1.0
    return sum(bold_share(inner) * inner.chars for inner in box.boxes) / box.chars


def _collect(box: Box, parts: list[str], anchors: list[Box] | None, skip: Callable[[Box], bool] | None) -> None:
    for item in box.items:
        if isinstance(item, str):
            parts.append(item)
            continue
        if skip is not None and skip(item):
            continue
        if item.tag == "a" and anchors is not None:
            anchors.append(item)
        gap = item.tag not in _NO_GAP
        if gap:
            parts.append(" ")
        _collect(item, parts, anchors, skip)
        if gap:
            parts.append(" ")
