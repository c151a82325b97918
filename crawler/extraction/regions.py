"""Where on the page the article is: its headline and the boxes that hold its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from crawler.extraction.blocks import HEADINGS, is_editorial
from crawler.extraction.inline import bold_share, text_of
from crawler.extraction.landmarks import (
    barred,
    headline,
    is_author_box,
    is_card,
    is_linked_heading,
    is_share_link,
    may_open_reactions,
)
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import is_noise, opens_related
from crawler.urls import UrlRules

_MIN_PARAGRAPH = 30
_BYLINE = 160
# Readers' reactions can outweigh a short article, but they come after it.
_EARLY_ENOUGH = 0.35
_BOLD = 0.9


@dataclass(frozen=True)
class Region:
    """`sections` hold the text as direct children; `scope` is the smallest box around them and the headline."""

    h1: Box
    sections: tuple[Box, ...]
    scope: Box

    @property
    def start(self) -> int:
        return self.sections[0].order

    @cached_property
    def end(self) -> int:
        return max(section.end for section in self.sections)


def find_region(page: Page, rules: UrlRules) -> Region | None:
    """None when no box below a headline holds paragraphs of its own."""
    h1 = headline(page)
    weights = _paragraph_weights(page.marked_text or page.outline, h1, rules) if h1 else {}
    if h1 is None or not weights:
        return None
    best = _heaviest(weights, h1)
    sections = tuple(sorted({best, *_continuations(best, h1)}, key=lambda box: box.order))
    scope = next(box for box in (best, *best.ancestors()) if box.contains(h1))
    return Region(h1, sections, scope)


def region_around(page: Page, box: Box) -> Region:
    """The region of a text found without its headline's help."""
    h1 = headline(page)
    if h1 is None or h1.order > box.end:
        return Region(box, (box,), box)
    scope = next(outer for outer in (box, *box.ancestors()) if outer.contains(h1))
    return Region(h1, (box,), scope)


def _heaviest(weights: dict[Box, int], h1: Box) -> Box:
    """The first box of the first family - boxes built and placed alike - that weighs enough."""
    families: dict[object, list[Box]] = {}
    for box in weights:
        parent = box.parent or box
        families.setdefault((_signature(box), _signature(parent), parent.parent), []).append(box)
    sums = {members[0]: sum(weights[member] for member in members) for members in families.values()}
    parts = {
        members[0]: sum(is_editorial(inner) for member in members for inner in member.boxes)
        for members in families.values()
    }
    most = max(sums.values())
    heavy = [box for box, total in sums.items() if total >= _EARLY_ENOUGH * most]
    # One block in a box of its own is a lead, and so may be what stands in the headline's own box.
    texts = [box for box in heavy if parts[box] > 1 and not box.contains(h1)]
    return texts[0] if texts else max(heavy, key=lambda box: (bold_share(box) < _BOLD, sums[box]))


def is_pure(box: Box, *, nameless: bool) -> bool:
    """A wrapper around nothing but text; `nameless` when it may carry no attributes itself."""
    if box.tag not in ("div", "section", "span") or (nameless and box.attrs) or 3 * box.link_chars > box.chars:
        return False
    return all(
        is_editorial(inner) or inner.tag in ("br", "hr") or is_pure(inner, nameless=nameless) for inner in box.boxes
    )


def is_leaf(box: Box) -> bool:
    """A div used as a paragraph."""
    return box.tag == "div" and not box.block_children and box.chars - box.link_chars >= 60 > 2 * box.link_chars


def _paragraph_weights(root: Box, h1: Box, rules: UrlRules) -> dict[Box, int]:
    """Boxes in reading order with how much plain text their own paragraphs hold, below the headline."""
    weights: dict[Box, int] = {}
    stack = [root]
    while stack:
        box = stack.pop()
        if box.end < h1.order or box.tag == "a" or barred(box, h1):
            continue
        if weights and may_open_reactions(box):
            break  # what readers wrote below it can outweigh the article
        own = _own_chars(box, h1)
        if own and not _stands_apart(box, h1, rules):
            weights[box] = own
        stack.extend(reversed([inner for inner in box.boxes if inner.block_children or inner.tag in HEADINGS]))
    return weights


def _stands_apart(box: Box, h1: Box, rules: UrlRules) -> bool:
    return box.tag == "header" or is_card(box) or (not box.contains(h1) and is_author_box(box, rules))


def _own_chars(box: Box, h1: Box) -> int:
    chars = 0
    for inner in box.boxes:
        if inner.order > h1.order:
            if may_open_reactions(inner):
                break
            chars += _paragraph_chars(inner)
    return chars


def _paragraph_chars(box: Box) -> int:
    plain = box.chars - box.link_chars
    if box.chars <= _BYLINE and any(inner.tag == "time" for inner in box.descendants()):
        return 0
    counts = box.tag == "p" or is_leaf(box) or box.tag in ("blockquote", "ul", "ol")
    return plain if counts and plain >= _MIN_PARAGRAPH and plain > box.link_chars else 0


def _continuations(best: Box, h1: Box) -> Iterator[Box]:
    """Boxes built like `best`, beside it: a text that headings or advertisements cut in pieces."""
    box = best
    while box.parent is not None and not box.contains(h1):
        for sibling in box.parent.boxes:
            if sibling is box or sibling.order < h1.order or _signature(sibling) != _signature(box):
                continue
            if not sibling.attrs and not _is_text(sibling):
                continue
            if sibling.chars and not any(is_linked_heading(inner) for inner in sibling.boxes):
                inner = [sibling] if box is best else sibling.descendants()
                yield from (other for other in inner if _signature(other) == _signature(best))
        box = box.parent


def _is_text(box: Box) -> bool:
    """Whether a box that nothing names is for reading: no form, not only links, no label for an advertisement."""
    if any(inner.tag in ("form", "input", "textarea") or is_share_link(inner) for inner in box.boxes):
        return False
    return any(is_editorial(inner) and _reads(inner) for inner in box.boxes)


def _reads(box: Box) -> bool:
    if not box.chars:
        return False
    text = text_of(box)
    return opens_related(text) or (2 * box.link_chars < box.chars and not is_noise(text))


def _signature(box: Box) -> tuple[str, str]:
    return box.tag, box.attr("class")
