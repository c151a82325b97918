"""The links of a page, for whoever decides what to fetch next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.extraction.blocks import HEADINGS
from crawler.extraction.inline import text_of
from crawler.extraction.outline import Box
from crawler.extraction.page import Page

_NAVIGATION_TAGS = frozenset(("header", "nav", "footer", "aside"))
_NAVIGATION_ROLES = frozenset(("navigation", "banner", "contentinfo", "complementary", "menu", "menubar", "search"))
_CARD_CHARS = 1000
# Narrower than what opens related links inside an article: "Meer over AI" may well stand above a theme's own list.
_ROTATING = re.compile(
    r"^(?:lees\s+ook|zie\s+ook|ook\s+interessant|(?:meest|best|veel)\s+gelezen|populair|aanbevolen"
    r"|read\s+also|most\s+(?:read|popular)|trending|recommended)\b.{0,20}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PageLink:
    """`in_navigation`: in the site's own frame, or in a strip that shows other pieces each time.

    `url` is absolute and canonical; `context` is the text of the card around the link, the link's text included."""

    url: str
    text: str
    in_navigation: bool
    rel: str
    context: str


def links(page: Page) -> list[PageLink]:
    """In reading order; links that are not http(s), or lead to a place on this very page, are left out."""
    anchors: list[tuple[Box, str, bool, bool]] = []
    stack: list[tuple[Box, bool, bool]] = [(page.outline, False, False)]
    while stack:
        box, navigation, rotating = stack.pop()
        if box.tag == "a" and (url := page.absolute(box.attr("href"))):
            anchors.append((box, url, navigation, rotating))
        navigation, rotating = navigation or is_navigation(box), rotating or _is_rotating(box)
        stack.extend((inner, navigation, rotating) for inner in reversed([*box.boxes]))
    targets: dict[Box, set[str]] = {}
    for box, url, navigation, _ in anchors:
        for outer in () if navigation else _around(box):
            targets.setdefault(outer, set()).add(url)
    return [
        PageLink(
            url,
            text_of(box),
            navigation or rotating,
            box.attr("rel").lower(),
            "" if navigation else text_of(_card(box, targets)),
        )
        for box, url, navigation, rotating in anchors
    ]


def is_navigation(box: Box) -> bool:
    return box.tag in _NAVIGATION_TAGS or box.attr("role").lower() in _NAVIGATION_ROLES


def _is_rotating(box: Box) -> bool:
    """A strip below "Lees ook" or "Meest gelezen": other pieces each time, and none of them new for standing there."""
    opening = next(iter(box.boxes), None)
    return opening is not None and opening.tag in HEADINGS and _ROTATING.match(text_of(opening).strip()) is not None


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
