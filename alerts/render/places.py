"""Where in an article a change is, as a reader counts."""

from __future__ import annotations

from alerts.diff import BlockChange
from alerts.render.phrases import Phrases
from storage.article import Article

_LEAD = -1


def place(phrases: Phrases, change: BlockChange, before: Article, article: Article) -> str:
    """ "alinea 6 van 7"; empty for a heading, which readers do not count."""
    if change.kind == "heading":
        return ""
    if change.op == "removed":
        if change.old_index == _LEAD:
            return phrases.facets["lead"]
        return phrases.place_was.format(n=_ordinal(before, change.old_index))
    if change.new_index == _LEAD:
        return phrases.facets["lead"]
    here = _ordinal(article, change.new_index)
    if change.op == "added":
        return phrases.place_after.format(n=here - 1) if here > 1 else phrases.place_first
    if change.op == "moved" and change.old_index != _LEAD:
        return phrases.place_moved.format(n=_ordinal(before, change.old_index), to=here)
    return phrases.place_of.format(n=here, total=_ordinal(article, len(article.blocks) - 1))


def _ordinal(article: Article, index: int | None) -> int:
    """How many paragraphs, list items and quotes a reader has begun at this block."""
    return sum(block.kind != "heading" for block in article.blocks[: (index or 0) + 1])
