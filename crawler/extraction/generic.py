"""Finds the text of an article on a page of which nothing is known: the box with most prose, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.extraction.blocks import HEADINGS, LISTS, Draft, children, drafts
from crawler.extraction.hints import speaks_against, speaks_for
from crawler.extraction.landmarks import barred, headline, is_card, may_open_reactions
from crawler.extraction.outline import Box
from crawler.extraction.page import Page

_PROSE = 25
_LEAF_TAGS = frozenset(("div", "pre", "section", "td", "article", "blockquote", "center", "dd"))
# Below this a stricter reading has thrown the text away with the rest.
_ENOUGH = 250
_OWN = 400


def generic_drafts(page: Page) -> tuple[Box, list[Draft]] | None:
    """The box that holds the text, and the text in reading order; None when the page holds no prose."""
    readings = []
    for strict in (True, False):
        reading = _Reading(page.outline, page.marked_text, headline(page), strict=strict)
        found = reading.drafts(page)
        size = sum(len(draft.block.text) for draft in found)
        if reading.best is not None:
            readings.append((size, reading.best, found))
        if size >= _ENOUGH:
            break
    if not readings:
        return None
    _, best, found = max(readings, key=lambda each: each[0])
    return best, found


def _own_article(h1: Box | None) -> Box | None:
    """The `article` element around the headline, when the text is in it too; others may be teasers or reactions."""
    outer = next((box for box in h1.ancestors() if box.tag == "article"), None) if h1 else None
    return outer if outer and outer.chars - outer.link_chars >= _OWN else None


class _Reading:
    """One pass over the page; `strict` believes class names that speak against a box."""

    def __init__(self, page: Box, marked: Box | None, h1: Box | None, *, strict: bool) -> None:
        self.h1, self.strict = h1, strict
        self.prose: dict[Box, float] = {}
        self.scores: dict[Box, float] = {}
        for box in self._paragraphs(marked or _own_article(h1) or page):
            self._credit(box)
        self.best = marked or max(self.scores, key=self._worth, default=None)

    def drafts(self, page: Page) -> list[Draft]:
        return [*drafts(self._gather(self.best), page)] if self.best else []

    def _paragraphs(self, root: Box) -> Iterator[Box]:
        """Every paragraph-like box outside navigation and the like, up to what readers wrote below the text."""
        stack = [root]
        read = 0
        while stack:
            box = stack.pop()
            if may_open_reactions(box) and read > _ENOUGH:
                return
            if box.chars < _PROSE or box.tag == "a" or box.tag in HEADINGS or self._foreign(box):
                continue
            if box.tag == "p" or (not box.block_children and box.tag in _LEAF_TAGS):
                if box.chars > 2 * box.link_chars:
                    read += box.chars
                    yield box
            else:
                stack.extend(reversed([*children(box)]))

    def _credit(self, box: Box) -> None:
        plain = box.chars - box.link_chars
        weight, score = 1.0, min(plain / 100, 4.0) + 0.5
        for outer in box.ancestors():
            self.prose[outer] = self.prose.get(outer, 0) + plain
            if weight > 0.2:
                self.scores[outer] = self.scores.get(outer, 0.0) + weight * score
            weight *= 0.6

    def _worth(self, box: Box) -> float:
        unlinked = 1 - box.link_chars / max(box.chars, 1)
        return self.scores[box] * unlinked * (1.2 if speaks_for(box) else 1.0)

    def _foreign(self, box: Box) -> bool:
        if barred(box, self.h1):
            return True
        if not self.strict or (self.h1 is not None and box.contains(self.h1)):
            return False
        return speaks_against(box) and not speaks_for(box)

    def _gather(self, box: Box) -> Iterator[Box]:
        for inner in children(box):
            if not inner.chars or inner.tag in ("a", "figcaption", "h1") or barred(inner, self.h1):
                continue
            if inner.tag in ("p", "pre", "blockquote") or inner.tag in HEADINGS:
                yield inner
            elif inner.tag in LISTS or inner.tag in ("dl", "table", "figure"):
                if 2 * inner.link_chars < inner.chars:
                    yield inner
            elif self._holds_most(inner):
                yield from self._gather(inner)
            elif self._is_aside(inner):
                continue
            elif inner.block_children:
                yield from self._gather(inner)
            elif inner.chars >= 60:
                yield inner

    def _holds_most(self, box: Box) -> bool:
        return self.best is not None and 2 * self.prose.get(box, 0) > self.prose.get(self.best, 0)

    def _is_aside(self, box: Box) -> bool:
        return (
            box.tag == "form" or (self.strict and speaks_against(box)) or is_card(box) or 2 * box.link_chars > box.chars
        )
