"""The page as a reader's browser lays it out: one walk over the parsed tree, without what is never seen.

Every later step reads this outline instead of the parser's nodes: sizes and order are known, ancestry is two integers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Union

from selectolax.lexbor import LexborNode

from crawler.extraction.nesting import MAX_DEPTH, too_deep

UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "embed",
        "canvas",
        "video",
        "audio",
        "map",
        "math",
        "select",
        "option",
        "datalist",
        "button",
        "progress",
        "meter",
        "dialog",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "source",
        "track",
        "param",
        "-comment",
    ]
)
# Kept as empty boxes: they tell a log-in page, a comment form or a card from text.
EMPTY = frozenset(("img", "input", "textarea", "br", "hr", "picture"))
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "picture",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "amp-img",
        "textarea",
    ]
)
_HIDING = frozenset(("hidden", "aria-hidden", "style"))
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

Item = Union["Box", str]


class Box:
    """An element: `items` are texts and boxes in reading order; `order` to `end` spans all that is inside.

    `chars` counts visible characters, `link_chars` those inside links.
    """

    __slots__ = (
        "attrs", "block_children", "chars", "end", "items", "line", "link_chars", "order", "page", "parent", "tag",
    )  # fmt: skip

    def __init__(self, tag: str, attrs: dict[str, str | None], parent: Box | None, order: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.parent = parent
        self.order = self.end = order
        self.items: list[Item] = []
        # All boxes of the page by their order; empty for a box that was put together later.
        self.page: list[Box] = []
        self.chars = self.link_chars = 0
        self.block_children = 0
        self.line: str | None = None  # what `text_of` found: it is asked for over and over

    @property
    def boxes(self) -> Iterator[Box]:
        return (item for item in self.items if not isinstance(item, str))

    def contains(self, other: Box) -> bool:
        return self.order <= other.order <= self.end

    def attr(self, name: str) -> str:
        return self.attrs.get(name) or ""

    def descendants(self) -> list[Box]:
        """In reading order, without the box itself."""
        if self.page:
            return self.page[self.order + 1 : self.end + 1]
        return [inner for box in self.boxes for inner in (box, *box.descendants())]

    def ancestors(self) -> Iterator[Box]:
        box = self.parent
        while box is not None:
            yield box
            box = box.parent


def outline(root: LexborNode) -> Box:
    """Raises NotAnArticle `layout` when nested deeper than any browser shows."""
    top = Box("html", {}, None, 0)
    top.page = page = [top]
    stack = [(top, root.iter(include_text=True))]
    order = 0
    while stack:
        box, children = stack[-1]
        for child in children:
            tag = child.tag or "-"
            if tag == "-text":
                _add_text(box, child.text_content or "")
                continue
            if tag in UNSEEN or tag[0] == "-":
                continue
            attrs = child.attributes
            if attrs and not _HIDING.isdisjoint(attrs) and _hidden(tag, attrs, child):
                continue
            order += 1
            inner = Box(tag, attrs, box, order)
            inner.page = page
            page.append(inner)
            box.items.append(inner)
            if tag not in EMPTY:
                stack.append((inner, child.iter(include_text=True)))
                break
        else:
            stack.pop()
            _close(box, order)
        if len(stack) > MAX_DEPTH:
            raise too_deep()
    return top


def _close(box: Box, order: int) -> None:
    box.end = order
    if box.tag == "a":
        box.link_chars = box.chars
    parent = box.parent
    if parent is not None:
        parent.chars += box.chars
        parent.link_chars += box.link_chars
        if box.tag not in INLINE or box.block_children:
            parent.block_children += 1


def _add_text(box: Box, text: str) -> None:
    words = text.split()
    if words:
        box.chars += len("".join(words)) + len(words) - 1
        box.items.append(text)
    elif text:
        box.items.append(" ")


def _hidden(tag: str, attrs: dict[str, str | None], node: LexborNode) -> bool:
    hidden = (
        "hidden" in attrs
        or attrs.get("aria-hidden") == "true"
        or ("style" in attrs and _HIDING_STYLE.search(attrs["style"] or "") is not None)
    )
    # Pages that fade in, or lie under a cookie dialogue, hide everything until a script runs.
    return hidden and tag not in ("html", "body") and node.css_first("h1, main, article") is None
