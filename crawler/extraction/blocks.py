"""From a body's editorial boxes to blocks of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.extraction.inline import text_and_links
from crawler.extraction.outline import INLINE, Box, Item
from crawler.extraction.page import Page
from storage.article import Block

HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
LISTS = frozenset(("ul", "ol", "menu"))
EDITORIAL = HEADINGS | LISTS | {"p", "dl", "blockquote", "figure", "table", "pre", "address"}
# Wrappers an editor makes on purpose.
_GROUPS = frozenset(("details", "summary"))
_NEVER = frozenset(("figcaption", "caption", "nav", "aside", "form"))
_CELL_GAP = " | "


@dataclass(frozen=True)
class Draft:
    block: Block
    box: Box


def is_editorial(box: Box) -> bool:
    """What an editor puts into a text, as against what a site puts around it."""
    return box.tag in EDITORIAL or box.tag in _GROUPS or is_wordpress_block(box)


def is_wordpress_block(box: Box) -> bool:
    return "wp-block-" in box.attr("class")


def drafts(boxes: Iterable[Box], page: Page) -> Iterator[Draft]:
    for box in boxes:
        yield from _drafts(box, page)


def children(box: Box) -> Iterator[Box]:
    """The blocks inside a box; a run of loose text between them counts as a paragraph of its own."""
    run: list[Item] = []
    for item in box.items:
        if isinstance(item, str) or (item.tag in INLINE and not item.block_children):
            run.append(item)
            continue
        if run:
            yield from _loose(box, run)
            run = []
        yield item
    if run:
        yield from _loose(box, run)


def _loose(parent: Box, run: list[Item]) -> Iterator[Box]:
    inner = [item for item in run if not isinstance(item, str)]
    box = Box("p", {}, parent, inner[0].order if inner else parent.order)
    box.items = run
    box.end = inner[-1].end if inner else parent.order
    box.chars = sum(len(item.strip()) if isinstance(item, str) else item.chars for item in run)
    box.link_chars = sum(item.link_chars for item in inner)
    if box.chars:
        yield box


def _drafts(box: Box, page: Page, kind: str = "paragraph") -> Iterator[Draft]:
    if not box.chars or box.tag in _NEVER:
        return
    if box.tag in HEADINGS or box.tag in ("h1", "summary"):
        yield from _whole(box, page, "heading")
    elif box.tag in LISTS or box.tag == "dl":
        for item in box.boxes:
            yield from _item(item, page, "list_item" if box.tag != "dl" else "paragraph")
    elif box.tag == "table":
        yield from _table(box, page)
    elif box.tag == "figure":
        for inner in box.boxes:
            if inner.tag in ("blockquote", "table"):
                yield from _drafts(inner, page)
    elif box.tag in ("p", "pre", "address") or not box.block_children:
        yield from _whole(box, page, "quote" if box.tag == "blockquote" else kind)
    else:
        for inner in children(box):
            yield from _drafts(inner, page, "quote" if box.tag == "blockquote" else kind)


def _table(box: Box, page: Page) -> Iterator[Draft]:
    for row in box.descendants():
        if row.tag == "tr":
            yield from _row(row, page)


def _whole(box: Box, page: Page, kind: str) -> Iterator[Draft]:
    for part in _paragraphs(box):
        text, links = text_and_links(part, page)
        if text:
            yield Draft(Block(kind, text, links), box)


def _paragraphs(box: Box) -> list[Box]:
    """A box split where two line breaks in a row make a new paragraph."""
    items, breaks, parts = box.items, 0, [[]]  # type: ignore[var-annotated]
    for item in items:
        if not isinstance(item, str) and item.tag == "br":
            breaks += 1
        elif not (isinstance(item, str) and not item.strip()):
            if breaks > 1 and parts[-1]:
                parts.append([])
            breaks = 0
        parts[-1].append(item)
    if len(parts) == 1:
        return [box]
    split = []
    for part in parts:
        piece = Box(box.tag, {}, box.parent, box.order)
        piece.items = part
        split.append(piece)
    return split


def _item(item: Box, page: Page, kind: str) -> Iterator[Draft]:
    """A list item's own text, then the items of lists inside it."""
    inner = [box for box in item.descendants() if box.tag in LISTS]
    text, links = text_and_links(item, page, skip=lambda box: box.tag in LISTS)
    if text:
        yield Draft(Block(kind, text, links), item)
    for nested in inner:
        for entry in nested.boxes:
            yield from _item_own(entry, page, kind)


def _item_own(item: Box, page: Page, kind: str) -> Iterator[Draft]:
    text, links = text_and_links(item, page, skip=lambda box: box.tag in LISTS)
    if text:
        yield Draft(Block(kind, text, links), item)


def _row(row: Box, page: Page) -> Iterator[Draft]:
    cells = [text_and_links(cell, page) for cell in row.boxes if cell.tag in ("td", "th")]
    text = _CELL_GAP.join(text for text, _ in cells if text)
    if text:
        yield Draft(Block("paragraph", text, tuple(link for _, links in cells for link in links)), row)
