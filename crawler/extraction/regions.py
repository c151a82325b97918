"""Where on the page the article is: its headline, the parts that hold its text, and where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.extraction.blocks import HEADINGS, is_editorial
from crawler.extraction.inline import text_of
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import is_comment_heading, opens_related
from crawler.urls import UrlRules
from storage.article import title_key

_BARRED_TAGS = frozenset(("nav", "aside", "footer"))
_BARRED_ROLES = frozenset(
    ("navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "banner")
)
_SHARE = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:linkedin\.com/share|linkedin\.com/sharing|(?:twitter|x)\.com/(?:intent|share)|facebook\.com/(?:sharer|share|dialog)"
    r"|wa\.me/|api\.whatsapp\.com/send|t\.me/share|bsky\.app/intent|reddit\.com/submit|pinterest\.[a-z]+/pin/create|telegram\.me/share)"
    r"|^mailto:\S*[?&](?:subject|body)=|^whatsapp://send",
    re.IGNORECASE,
)
_MIN_PARAGRAPH = 30


def barred(box: Box, inside: Box | None = None) -> bool:
    """Navigation, sidebars and the like, unless they turn out to hold `inside`, the headline."""
    return (
        (box.tag in _BARRED_TAGS or box.attr("role").lower() in _BARRED_ROLES)
        and not (inside is not None and box.contains(inside))
    )


def is_share_link(box: Box) -> bool:
    return box.tag == "a" and _SHARE.match(box.attr("href").strip()) is not None


def headline(page: Page) -> Box | None:
    """The h1 that names the article: the one the head agrees with, else the first outside navigation."""
    found = [box for box in page.outline.descendants() if box.tag == "h1" and box.chars]
    if len(found) < 2:
        return found[0] if found else None
    said = [title_key(title) for title in (*page.meta.get("og:title", ()), page.document_title) if title]
    for title in said:
        for box in found:
            key = title_key(text_of(box))
            if key and title.startswith(key):
                return box
    free = [box for box in found if not any(barred(outer) or outer.tag in ("header", "a") for outer in box.ancestors())]
    return (free or found)[0]


@dataclass
class Region:
    """`sections` hold the text as direct editorial children; `scope` is the smallest box around them and the headline."""

    h1: Box | None
    sections: list[Box]
    scope: Box

    @property
    def start(self) -> int:
        return self.sections[0].order


def signature(box: Box) -> tuple[str, str]:
    return box.tag, box.attr("class")


def find_region(page: Page) -> Region | None:
    """None when no box below the headline holds paragraphs of its own."""
    h1 = headline(page)
    if h1 is None:
        return None
    weights = paragraph_weights(page.outline, h1)
    if not weights:
        return None
    most = max(weights.values())
    # Readers' comments can outweigh a short article, but they come after it.
    best = next(box for box, weight in weights.items() if weight >= 0.35 * most)
    sections = sorted({best, *_continuations(best, weights, h1)}, key=lambda box: box.order)
    scope = next(box for box in [best, *best.ancestors()] if box.contains(h1))
    return Region(h1, sections, scope)


def paragraph_weights(root: Box, h1: Box) -> dict[Box, int]:
    """Boxes in reading order with how much plain text their own paragraphs hold, below the headline."""
    weights: dict[Box, int] = {}
    stack = [root]
    while stack:
        box = stack.pop()
        if box.end < h1.order or barred(box, h1):
            continue
        own = sum(_paragraph_chars(inner) for inner in box.boxes if inner.order > h1.order)
        if own:
            weights[box] = own
        stack.extend(reversed([inner for inner in box.boxes if inner.chars and inner.block_children]))
    return dict(sorted(weights.items(), key=lambda pair: pair[0].order))


def _paragraph_chars(box: Box) -> int:
    plain = box.chars - box.link_chars
    leaf = box.tag == "p" or (box.tag in ("div", "blockquote") and not box.block_children and plain >= 2 * _MIN_PARAGRAPH)
    return plain if leaf and plain >= _MIN_PARAGRAPH and plain > box.link_chars else 0


def _continuations(best: Box, weights: dict[Box, int], h1: Box) -> list[Box]:
    """Boxes built like `best`, beside it: a text that an advertisement cuts in two."""
    found: list[Box] = []
    box = best
    while box.parent is not None and not box.contains(h1) and not box.parent.contains(h1):
        _beside(box, best, weights, found)
        box = box.parent
    if box.parent is not None and not box.contains(h1):
        _beside(box, best, weights, found)
    return found


def _beside(box: Box, best: Box, weights: dict[Box, int], found: list[Box]) -> None:
    assert box.parent is not None
    for sibling in box.parent.boxes:
        if sibling is box or signature(sibling) != signature(box):
            continue
        found += [
            other for other in weights if sibling.contains(other) and signature(other) == signature(best)
        ]


def ends_article(box: Box, rules: UrlRules, base_host: str) -> bool:
    """A box with which the article is over: share links, the author's box, the comment form, cards."""
    if box.tag in HEADINGS or box.tag == "p":
        text = text_of(box)
        if is_comment_heading(text):
            return True
        if box.tag == "p" and not any(is_share_link(inner) for inner in box.descendants()):
            return False
    for inner in box.descendants():
        if is_share_link(inner) or inner.tag == "textarea":
            return True
        if inner.tag == "a" and 2 * box.link_chars >= box.chars and rules.match("author", inner.attr("href")) is not None:
            return True
    return False


def host_of(url: str) -> str:
    return urlsplit(url).netloc


__all__ = ["Region", "ends_article", "find_region", "headline", "is_editorial", "opens_related", "title_key"]
