"""The article's lead, blocks, related list and caption, from its region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.extraction.blocks import HEADINGS, LISTS, Draft, drafts, is_editorial
from crawler.extraction.inline import bold_share, text_of
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import byline, is_caption, is_date_line, is_noise, opens_related, related_prefix
from crawler.extraction.regions import Region, barred, ends_article, is_share_link
from crawler.urls import UrlRules
from storage.article import Block, Link

_LEAD_MIN = 40
_BOLD = 0.9


@dataclass
class Body:
    lead: str = ""
    blocks: list[Block] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def chars(self) -> int:
        return len(self.lead) + sum(len(block.text) for block in self.blocks)


def read_body(page: Page, region: Region, rules: UrlRules) -> Body:
    boxes = list(_until_end(region, rules))
    found = [draft for draft in drafts(boxes, page.base) if not _is_meta(draft, rules)]
    above = [draft for draft in drafts(_above(region), page.base) if not _is_meta(draft, rules)]
    above = [draft for draft in above if len(draft.block.text) >= _LEAD_MIN]
    body = Body(boxes=boxes)
    rest = _take_related([*above, *found], body)
    rest = [draft for draft in rest if not is_noise(draft.block.text)]
    if rest and _is_lead(rest[0], rest[1:]):
        # Links in the lead stay with the body's blocks only in the text: a lead has none of its own.
        body.lead, rest = rest[0].block.text, rest[1:]
    body.blocks = [draft.block for draft in rest]
    while body.blocks and body.blocks[-1].kind == "heading":
        body.blocks.pop()
    return body


def _until_end(region: Region, rules: UrlRules) -> Iterator[Box]:
    """Editorial children of the sections, from below the headline to the first thing that ends an article."""
    after = region.h1.end if region.h1 else -1
    children = [child for section in region.sections for child in section.boxes if child.order > after and child.chars]
    total = sum(child.chars - child.link_chars for child in children if is_editorial(child)) or 1
    read = 0
    for child in children:
        if ends_article(child, rules, ""):
            # Share links also stand above a text.
            if 3 * read > total:
                return
            continue
        if _counts(child, region):
            read += child.chars - child.link_chars
            yield child


def _counts(box: Box, region: Region) -> bool:
    if box.tag == "h1" or barred(box):
        return False
    return is_editorial(box) or _is_plain_wrapper(box) or _is_leaf(box)


def _is_leaf(box: Box) -> bool:
    return box.tag == "div" and not box.block_children and box.chars - box.link_chars >= 60 > 2 * box.link_chars


def _is_plain_wrapper(box: Box) -> bool:
    """A div that means nothing around nothing but text."""
    if box.tag not in ("div", "section", "span") or box.attrs or 3 * box.link_chars > box.chars:
        return False
    return all(
        is_editorial(inner) or inner.tag in ("br", "hr") or _is_plain_wrapper(inner) for inner in box.boxes
    )


def _above(region: Region) -> Iterator[Box]:
    """Text between the headline and the sections: the lead often stands there."""
    if region.h1 is None:
        return
    stack = [region.scope]
    found = []
    while stack:
        box = stack.pop()
        for inner in box.boxes:
            if inner.end <= region.h1.end or inner.order >= region.start or barred(inner) or not inner.chars:
                continue
            if inner.tag == "p" or inner.tag in HEADINGS or (inner.tag == "div" and not inner.block_children):
                if inner.chars > 2 * inner.link_chars and _LEAD_MIN <= inner.chars:
                    found.append(inner)
            elif inner.tag not in LISTS and inner.tag not in ("figure", "form", "blockquote", "a"):
                if not inner.contains(region.sections[0]) or inner is not region.sections[0]:
                    stack.append(inner)
    yield from sorted(found, key=lambda box: box.order)


def _is_meta(draft: Draft, rules: UrlRules) -> bool:
    """Date, caption, byline, facet links: told elsewhere, never in the body."""
    text, links = draft.block.text, draft.block.links
    if is_date_line(text) or is_caption(text) or byline(text):
        return True
    if not any(char.isalnum() for char in text):
        return True
    if links and sum(len(link.text) for link in links) + 3 * len(links) >= len(text):
        return all(any(rules.match(kind, link.url) is not None for kind in ("tag", "theme", "type", "author")) for link in links)
    return any(is_share_link(box) for box in draft.box.descendants())


def _take_related(found: list[Draft], body: Body) -> list[Draft]:
    """Moves "Lees ook:" and its links out of the blocks."""
    rest: list[Draft] = []
    opened = False
    for draft in found:
        text, links = draft.block.text, draft.block.links
        if opens_related(text):
            opened = True
            continue
        prefix = related_prefix(text)
        only_links = bool(links) and sum(len(link.text) for link in links) + 3 * len(links) + len(prefix) >= len(text)
        if (opened or prefix) and only_links:
            body.related += links
            continue
        opened = False
        rest.append(draft)
    return rest


def _is_lead(draft: Draft, rest: list[Draft]) -> bool:
    text = draft.block.text
    if draft.block.kind == "list_item" or len(text) < _LEAD_MIN or not any(d.block.kind == "paragraph" for d in rest):
        return False
    if draft.block.kind == "heading":
        return len(text) >= 100 or text.endswith((".", "!", "?", "’", "”"))
    if bold_share(draft.box) >= _BOLD:
        return True
    classes = draft.box.attr("class")
    others = {other.box.attr("class") for other in rest if other.block.kind == "paragraph"}
    parents = {id(other.box.parent) for other in rest if other.block.kind == "paragraph"}
    return (bool(classes) and classes not in others) or id(draft.box.parent) not in parents


def caption(page: Page, region: Region) -> str:
    """The text under the article's pictures."""
    first = region.h1.order if region.h1 else 0
    last = max(box.end for box in region.sections)
    found: list[str] = []
    for box in region.scope.descendants():
        if box.order > last:
            break
        if not box.chars or (box.order < first and box.tag != "figcaption"):
            continue
        if box.tag == "figcaption" or (box.tag in ("p", "div", "span", "small") and not box.block_children and is_caption(text_of(box))):
            text = text_of(box)
            if text and not any(text in other for other in found):
                found.append(text)
    return " / ".join(found)


def body_texts(body: Body) -> str:
    return text_of(body.boxes[0]) if body.boxes else ""
