"""Things every article page has around its text, recognised by what they are, not by what they are called."""

from __future__ import annotations

import re

from crawler.extraction.blocks import HEADINGS
from crawler.extraction.inline import text_of
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import is_bare_comment_heading, is_comment_heading
from crawler.urls import UrlRules
from storage.article import title_key

_BARRED_TAGS = frozenset(("nav", "aside", "footer"))
_BARRED_ROLES = frozenset(
    [
        "navigation",
        "complementary",
        "contentinfo",
        "search",
        "dialog",
        "alertdialog",
        "alert",
        "menu",
        "menubar",
        "banner",
    ]
)
_SHARE = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:linkedin\.com/shar|(?:twitter|x)\.com/(?:intent|share)|facebook\.com/(?:sharer|share|dialog)"
    r"|wa\.me/|whatsapp\.com/send|(?:t|telegram)\.me/share|bsky\.app/intent|reddit\.com/submit|pinterest\.[a-z.]+/pin/create)"
    r"|^mailto:\S*[?&](?:subject|body)=|^whatsapp://send",
    re.IGNORECASE,
)
_CARD, _TEASER = 600, 250


def barred(box: Box, inside: Box | None = None) -> bool:
    """Navigation, sidebars and the like, unless they turn out to hold `inside`, the headline."""
    if box.tag not in _BARRED_TAGS and ("role" not in box.attrs or box.attr("role").lower() not in _BARRED_ROLES):
        return False
    return inside is None or not box.contains(inside)


def under_bar(box: Box, inside: Box | None) -> bool:
    """Whether the box stands in navigation; an article's own footer is part of the article."""
    for outer in box.ancestors():
        if outer.tag == "footer" and any(higher.tag == "article" for higher in outer.ancestors()):
            continue
        if barred(outer, inside):
            return True
    return False


def is_share_link(box: Box) -> bool:
    return box.tag == "a" and _SHARE.match(box.attr("href").strip()) is not None


def headline(page: Page) -> Box | None:
    """The h1 that names the article: the one the head agrees with, else the first that is no part of a header."""
    found = page.headlines
    if len(found) < 2:
        return found[0] if found else None
    for title in (*page.meta.get("og:title", ()), page.document_title):
        for box in found:
            key = title_key(text_of(box))
            if len(key) > 3 and title_key(title).startswith(key):
                return box
    free = [box for box in found if not any(barred(outer) or outer.tag in ("header", "a") for outer in box.ancestors())]
    return (free or found)[0]


def is_card(box: Box) -> bool:
    """A teaser: a linked heading over a few lines. A text with a teaser further down in it is none."""
    if box.chars > _CARD or sum(inner.chars for inner in box.boxes if inner.tag == "p") > _TEASER:
        return False
    first = next((inner.order for inner in box.boxes if inner.tag == "p" and inner.chars), box.end + 1)
    return any(is_linked_heading(inner) for inner in box.descendants() if inner.order < first)


def is_author_box(box: Box, rules: UrlRules) -> bool:
    """A few lines about a writer, with a link to everything they wrote."""
    if box.chars > _CARD:
        return False
    links = (
        inner
        for inner in box.descendants()
        if inner.tag == "a" and rules.match("author", inner.attr("href")) is not None
    )
    return any(link.parent is None or 2 * link.chars >= link.parent.chars or link.parent is box for link in links)


def is_linked_heading(box: Box) -> bool:
    return box.tag in HEADINGS and 5 * box.link_chars >= 4 * box.chars > 0


def ends_article(box: Box, rules: UrlRules) -> bool:
    """A box with which the article is over: share links, the author's box, the form for readers' reactions."""
    if box.tag in HEADINGS:
        return opens_reactions(box)
    if box.tag == "p" and 2 * box.link_chars < box.chars:
        return False
    return _holds_landmark(box, rules)


def opens_reactions(box: Box) -> bool:
    """A heading over what readers wrote, or may write."""
    return box.tag in HEADINGS and box.chars < 100 and is_comment_heading(text_of(box))


def may_open_reactions(box: Box) -> bool:
    """Such a heading, or the bare word, which an editor may use as well: enough to look for the text above it first."""
    return box.tag in HEADINGS and box.chars < 100 and (opens_reactions(box) or is_bare_comment_heading(text_of(box)))


def _holds_landmark(box: Box, rules: UrlRules) -> bool:
    for inner in box.descendants():
        if is_share_link(inner) or inner.tag == "textarea":
            return True
        if inner.tag == "a" and rules.match("author", inner.attr("href")) is not None and box.chars < 600:
            return True
    return False
