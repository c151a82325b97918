"""From a body's editorial boxes to blocks of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.extraction.inline import text_and_links
from crawler.extraction.outline import INLINE, Box
from storage.article import Block

HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
LISTS = frozenset(("ul", "ol", "menu"))
EDITORIAL = HEADINGS | LISTS | {"p", "dl", "blockquote", "figure", "table", "pre", "address"}
# Wrappers an editor makes on purpose.
_GROUPS = frozenset(("details", "summary"))
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


def drafts(boxes: Iterable[Box], base: str) -> Iterator[Draft]:
    for box in boxes:
        yield from _drafts(box, base)


def _drafts(box: Box, base: str, kind: str = "paragraph") -> Iterator[Draft]:
    if not box.chars or box.tag in ("figcaption", "caption", "nav", "aside", "form"):
        return
    if box.tag in HEADINGS or box.tag in ("h1", "summary"):
        yield from _whole(box, base, "heading")
    elif box.tag in LISTS or box.tag == "dl":
        for item in box.boxes:
            yield from _item(item, base, "list_item" if box.tag != "dl" else "paragraph")
    elif box.tag == "table":
        for row in box.descendants():
            if row.tag == "tr":
                yield from _row(row, base)
    elif box.tag == "blockquote":
        yield from _mixed(box, base, "quote")
    elif box.tag == "figure":
        for inner in box.boxes:
            if inner.tag in ("blockquote", "table"):
                yield from _drafts(inner, base)
    elif box.tag in ("p", "pre", "address") or not box.block_children:
        yield from _whole(box, base, kind)
    else:
        yield from _mixed(box, base, kind)


def _mixed(box: Box, base: str, kind: str) -> Iterator[Draft]:
    """Runs of loose text become blocks of their own between the inner blocks."""
    if not box.block_children:
        yield from _whole(box, base, kind)
        return
    run = _Run(box)
    for item in box.items:
        if isinstance(item, str) or (item.tag in INLINE and not item.block_children):
            run.add(item)
            continue
        yield from run.flush(base, kind)
        yield from _drafts(item, base, kind)
    yield from run.flush(base, kind)


class _Run:
    """Loose text between blocks, gathered into a box of its own."""

    def __init__(self, parent: Box) -> None:
        self.parent = parent
        self.box = self._fresh()

    def _fresh(self) -> Box:
        return Box("span", {}, self.parent, self.parent.order)

    def add(self, item: Box | str) -> None:
        self.box.items.append(item)
        if not isinstance(item, str):
            self.box.order = max(self.box.order, item.order)

    def flush(self, base: str, kind: str) -> Iterator[Draft]:
        box, self.box = self.box, self._fresh()
        yield from _whole(box, base, kind)


def _whole(box: Box, base: str, kind: str) -> Iterator[Draft]:
    for part in _paragraphs(box):
        text, links = text_and_links(part, base)
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


def _item(item: Box, base: str, kind: str) -> Iterator[Draft]:
    """A list item's own text, then the items of lists inside it."""
    inner = [box for box in item.descendants() if box.tag in LISTS]
    text, links = text_and_links(item, base, skip=lambda box: box.tag in LISTS)
    if text:
        yield Draft(Block(kind, text, links), item)
    for nested in inner:
        for entry in nested.boxes:
            yield from _item_own(entry, base, kind)


def _item_own(item: Box, base: str, kind: str) -> Iterator[Draft]:
    text, links = text_and_links(item, base, skip=lambda box: box.tag in LISTS)
    if text:
        yield Draft(Block(kind, text, links), item)


def _row(row: Box, base: str) -> Iterator[Draft]:
    cells = [text_and_links(cell, base) for cell in row.boxes if cell.tag in ("td", "th")]
    text = _CELL_GAP.join(text for text, _ in cells if text)
    if text:
        yield Draft(Block("paragraph", text, tuple(link for _, links in cells for link in links)), row)
