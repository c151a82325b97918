"""The links of a page, for whoever decides what to fetch next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.extraction.inline import text_of
from crawler.extraction.outline import Box
from crawler.extraction.page import Page

_NAVIGATION_TAGS = frozenset(("header", "nav", "footer", "aside"))
_NAVIGATION_ROLES = frozenset(("navigation", "banner", "contentinfo", "complementary", "menu", "menubar", "search"))
_CARD_CHARS = 1000


@dataclass(frozen=True)
class PageLink:
    """`url` is absolute and canonical; `context` is the text of the card around the link, the link's text included."""

    url: str
    text: str
    in_navigation: bool
    rel: str
    context: str


def links(page: Page) -> list[PageLink]:
    """In reading order; links that are not http(s), or lead to a place on this very page, are left out."""
    anchors: list[tuple[Box, str, bool]] = []
    stack: list[tuple[Box, bool]] = [(page.outline, False)]
    while stack:
        box, in_navigation = stack.pop()
        if box.tag == "a" and (url := page.absolute(box.attr("href"))):
            anchors.append((box, url, in_navigation))
        in_navigation = in_navigation or is_navigation(box)
        stack.extend((inner, in_navigation) for inner in reversed([*box.boxes]))
    targets: dict[Box, set[str]] = {}
    for box, url, in_navigation in anchors:
        for outer in () if in_navigation else _around(box):
            targets.setdefault(outer, set()).add(url)
    return [
        PageLink(
            url,
            text_of(box),
            in_navigation,
            box.attr("rel").lower(),
            "" if in_navigation else text_of(_card(box, targets)),
        )
        for box, url, in_navigation in anchors
    ]


def is_navigation(box: Box) -> bool:
    return box.tag in _NAVIGATION_TAGS or box.attr("role").lower() in _NAVIGATION_ROLES


def _around(box: Box) -> Iterator[Box]:
    """Boxes that may be the link's card, from the inside out."""
    for outer in box.ancestors():
        if outer.chars > _CARD_CHARS or outer.tag in ("body", "html", "main"):
            return
        yield outer


def _card(box: Box, targets: dict[Box, set[str]]) -> Box:
    """The largest box around the link that leads to no other page."""
    card = box
    for outer in _around(box):
        if len(targets[outer]) > 1:
            break
        card = outer
    return card
