"""The article's lead, blocks, related list and caption, from its region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.extraction.blocks import HEADINGS, Draft, drafts, is_editorial, is_wordpress_block
from crawler.extraction.inline import bold_share, text_of
from crawler.extraction.landmarks import barred, ends_article, is_share_link, opens_reactions
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import (
    byline,
    is_caption,
    is_date_line,
    is_noise,
    is_update_line,
    opens_byline,
    opens_related,
    related_prefix,
)
from crawler.extraction.regions import Region, is_leaf, is_pure
from crawler.urls import UrlRules
from storage.article import Block, Link

_LEAD_MIN = 40
_LINE = 160
_LONG_HEADING = 100
_BOLD = 0.9
_FACETS = ("tag", "theme", "type", "author")
# A wrapper this large beside the paragraphs is no call-out.
_LARGE = 500
# Nor is this much text the few lines about an author below an article.
_LONG_RUN = 400


@dataclass
class Body:
    lead: str = ""
    blocks: list[Block] = field(default_factory=list)
    related: list[Link] = field(default_factory=list)

    @property
    def chars(self) -> int:
        return sum(map(len, self.texts))

    @property
    def texts(self) -> set[str]:
        return {self.lead, *(block.text for block in self.blocks)}

    def shared_with(self, other: Body) -> int:
        """Characters of the blocks that both hold."""
        return sum(map(len, self.texts & other.texts))


def read_body(page: Page, region: Region, rules: UrlRules) -> Body:
    above = [draft for draft in drafts(_above(region), page) if len(draft.block.text) >= _LEAD_MIN]
    return arrange([*above, *drafts(_until_end(region, rules), page)], rules)


def arrange(found: Iterable[Draft], rules: UrlRules) -> Body:
    """Drafts in reading order → lead, blocks and related links, without what is no text of the article."""
    body = Body()
    rest = _take_related([*_without_labels(found, rules)], body)
    rest = [draft for draft in rest if not is_noise(draft.block.text)]
    if rest and _is_lead(rest[0], rest[1:]):
        body.lead, rest = rest[0].block.text, rest[1:]
    body.blocks = [draft.block for draft in rest]
    while body.blocks and body.blocks[-1].kind == "heading":
        body.blocks.pop()  # a heading over what was left out
    return body


def _until_end(region: Region, rules: UrlRules) -> Iterator[Box]:
    """Editorial children of the sections, from below the headline to where the article ends."""
    runs: list[list[Box]] = [[]]
    for child in (child for section in region.sections for child in section.boxes if child.order > region.h1.end):
        reactions = opens_reactions(child) or any(inner.tag == "textarea" for inner in child.descendants())
        if reactions and any(runs):
            break
        if ends_article(child, rules):
            runs.append([])
        elif child.chars and _counts(child):
            runs[-1].append(child)
    for run in runs[: _last_run([sum(map(_plain, run)) for run in runs]) + 1]:
        yield from run


def _last_run(sizes: list[int]) -> int:
    """Share links and authors end an article; but they also stand above it, and in boxes within a long one."""
    enough = next((at for at, _ in enumerate(sizes) if 3 * sum(sizes[: at + 1]) > sum(sizes)), 0)
    return max([enough, *(at for at, size in enumerate(sizes) if size >= _LONG_RUN)])


def _plain(box: Box) -> int:
    return box.chars - box.link_chars


def _counts(box: Box) -> bool:
    if box.tag == "h1" or barred(box):
        return False
    if is_editorial(box) or is_leaf(box):
        return True
    if is_pure(box, nameless=True):
        return not any(is_noise(text_of(inner)) for inner in box.boxes)
    return _plain(box) >= _LARGE and is_pure(box, nameless=False)


def _above(region: Region) -> list[Box]:
    """Text between the headline and the sections: the lead often stands there."""
    found: list[Box] = []
    pictures = set(_captioned(region))
    stack = [region.scope]
    while stack:
        for box in stack.pop().boxes:
            if box.end <= region.h1.end or box.order >= region.start or barred(box) or not box.chars or box in pictures:
                continue
            if box.tag == "p" or box.tag in HEADINGS or (box.tag == "div" and not box.block_children):
                if _is_sentence(box) and _beside_headline(box, region):
                    found.append(box)
            elif box.tag in ("div", "section", "header", "main", "article", "hgroup") and box not in region.sections:
                stack.append(box)
    return sorted(found, key=lambda box: box.order)


def _is_sentence(box: Box) -> bool:
    return (
        box.chars >= _LEAD_MIN
        and box.chars > 2 * box.link_chars
        and not any(i.tag == "time" for i in box.descendants())
    )


def _beside_headline(box: Box, region: Region) -> bool:
    """Bold, or on the way from headline to text; anything in a box of its own may be a call-out."""
    if bold_share(box) >= _BOLD:
        return True
    parent = box.parent
    return parent is not None and (parent.contains(region.h1) or parent.contains(region.sections[0]))


def _without_labels(found: Iterable[Draft], rules: UrlRules) -> Iterator[Draft]:
    """Without what is told elsewhere: caption, facet links and, above the text, date and byline.

    Further down a date is an editor's: the heading of a timeline.
    """
    top = True
    for draft in found:
        if _is_label(draft, rules) or (top and _is_top_line(draft)):
            continue
        top = top and len(draft.block.text) < _LEAD_MIN
        yield draft


def _is_label(draft: Draft, rules: UrlRules) -> bool:
    text, links = draft.block.text, draft.block.links
    if is_caption(text) or is_update_line(text) or not any(char.isalnum() for char in text):
        return True
    if _only_links(text, links):
        return all(any(rules.match(kind, link.url) is not None for kind in _FACETS) for link in links)
    return any(is_share_link(box) for box in draft.box.descendants())


def _is_top_line(draft: Draft) -> bool:
    text = draft.block.text
    if is_date_line(text) or byline(text):
        return True
    return len(text) <= _LINE and any(is_date_line(bit) or is_noise(bit) for bit in _bits(draft.box))


def _bits(box: Box) -> list[str]:
    """What stands side by side in a row of labels, where only the style sheet keeps the words apart."""
    bits = [text_of(inner) for inner in box.boxes if inner.chars]
    return bits if sum(map(len, bits)) >= box.chars else []


def _only_links(text: str, links: tuple[Link, ...], prefix: int = 0) -> bool:
    return bool(links) and sum(len(link.text) + 3 for link in links) + prefix >= len(text)


def _take_related(found: list[Draft], body: Body) -> list[Draft]:
    """Moves "Lees ook:" and its links out of the blocks."""
    rest: list[Draft] = []
    opened: list[Draft] = []
    listing = False
    for draft in found:
        text, links = draft.block.text, draft.block.links
        prefix = related_prefix(text)
        if (opened or listing or prefix) and _only_links(text, links, len(prefix)):
            body.related += links
            listing = draft.block.kind == "list_item"
            opened = []
            continue
        rest += opened  # no links followed: it was a heading like any other
        listing, opened = False, [draft] if opens_related(text) and not links else []
        rest += [] if opened else [draft]
    return rest + opened


def _is_lead(draft: Draft, rest: list[Draft]) -> bool:
    text, paragraphs = draft.block.text, [other for other in rest if other.block.kind == "paragraph"]
    if draft.block.kind in ("list_item", "quote") or len(text) < _LEAD_MIN or not paragraphs:
        return False
    if draft.block.kind == "heading":
        return len(text) >= _LONG_HEADING or text.endswith((".", "!", "?", "’", "”", '"'))
    if bold_share(draft.box) >= _BOLD:
        return True
    parents = {id(other.box.parent) for other in paragraphs}
    classes = draft.box.attr("class")
    usual, times = Counter(other.box.attr("class") for other in paragraphs).most_common(1)[0]
    styled = bool(classes) and classes != usual and 2 * times > len(paragraphs) and not is_wordpress_block(draft.box)
    # In a box of its own, while the others share one.
    shared = Counter(id(other.box.parent) for other in paragraphs).most_common(1)[0]
    return styled or (shared[1] > 1 and shared[0] != id(draft.box.parent) and id(draft.box.parent) not in parents)


def caption(region: Region) -> str:
    """The text under the article's pictures."""
    found: list[str] = []
    boxes = set(_captioned(region))
    for box in region.scope.descendants():
        if box.order > region.end:
            break
        if box.chars and (box.tag == "figcaption" or box in boxes):
            text = text_of(box)
            if not any(text in other for other in found):
                found.append(text)
    return " / ".join(found)


def _captioned(region: Region) -> Iterator[Box]:
    """Texts between headline and body that belong to a picture: labelled as such, or alone with it in one box."""
    for box in region.scope.descendants():
        if box.order >= region.end:
            return
        if box.order <= region.h1.order:
            continue
        if box.tag in ("img", "picture") and box.order < region.start:
            around = next((outer for outer in box.ancestors() if outer.chars), None)
            if around is not None and _is_picture_box(around, region):
                yield around
        elif 0 < box.chars <= 440 and not box.block_children and box.tag != "figcaption" and is_caption(text_of(box)):
            yield box


def _is_picture_box(box: Box, region: Region) -> bool:
    return (
        box.chars <= 400
        and 3 * box.link_chars <= box.chars
        and not box.contains(region.h1)
        and not box.contains(region.sections[0])
        and not is_date_line(text_of(box))
        and not any(is_noise(text_of(inner)) or opens_byline(text_of(inner)) for inner in (box, *box.descendants()))
    )
