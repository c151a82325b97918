"""Two versions of an article, facet by facet."""

from __future__ import annotations

import re
from dataclasses import replace

from alerts.diff.blocks import diff_blocks
from alerts.diff.links import diff_links
from alerts.diff.model import BlockChange, Diff, Words
from alerts.diff.significance import Judge, Verdict, strongest
from alerts.diff.words import diff_words, replaced
from storage.article import FACETS, Article, Block, normalise

# Lines that are blocks of their own, blank lines around them or not.
_HEADING = re.compile(r"\s*#{1,6}\s")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")
_LEAD = -1


def diff_articles(old: Article, new: Article) -> Diff:
    """What a reader would call different; false when only the border between lead and body moved."""
    fields: dict[str, tuple[str, str]] = {}
    field_words: dict[str, Words] = {}
    judge = Judge(_texts(old), _texts(new))
    verdicts: list[Verdict] = []
    lead, body = _lead_and_body(old, new)
    if lead:
        fields["lead"], field_words["lead"] = (lead.old, lead.new), lead.words
    for name, before, after in _plain_facets(old, new):
        fields[name] = (before, after)
        if name in ("title", "caption"):
            field_words[name] = diff_words(before, after)
        verdicts.append(judge.field(name, field_words.get(name, ())))
    links = diff_links(old, new, text_changed=bool(lead or body))
    if links:
        fields["links"] = (links.old, links.new)
        verdicts.append((links.significance, ("links",)))
    verdicts += [(change.significance, change.reasons) for change in ([lead] if lead else []) + list(body)]
    return _diff(fields, field_words, body, verdicts, _size([*_running_text(old), *_running_text(new)]))


def diff_texts(old_text: str, new_text: str) -> Diff:
    """The same comparison on plain text, in which blank lines separate the blocks."""
    old, new = _blocks(old_text), _blocks(new_text)
    body = diff_blocks(old, new)
    return _diff({}, {}, body, [(change.significance, change.reasons) for change in body], _size([*old, *new]))


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _diff(
    fields: dict[str, tuple[str, str]],
    field_words: dict[str, Words],
    body: tuple[BlockChange, ...],
    verdicts: list[Verdict],
    size: int,
) -> Diff:
    facets = tuple(name for name in FACETS if name in fields or (name == "body" and body))
    significance, reasons = strongest(verdicts)
    ordered = {name: fields[name] for name in facets if name in fields}
    return Diff(ordered, field_words, body, facets, significance, reasons, size)


def _blocks(text: str) -> list[Block]:
    blocks: list[tuple[str, list[str]]] = []
    kind = ""  # of the block that the next line may still belong to
    for line in text.splitlines():
        if not line.strip():
            kind = ""
            continue
        starts = "heading" if _HEADING.match(line) else "list_item" if _LIST_ITEM.match(line) else ""
        if starts or kind in ("", "heading"):
            kind = starts or "paragraph"
            blocks.append((kind, []))
        blocks[-1][1].append(line)
    found = (Block(kind, normalise(" ".join(lines))) for kind, lines in blocks)
    return [block for block in found if block.text]


def _texts(article: Article) -> list[str]:
    return [article.title, article.lead, *[block.text for block in article.blocks], article.caption]


def _plain_facets(old: Article, new: Article) -> list[tuple[str, str, str]]:
    """(facet, old, new) of those that differ; the order of authors and tags, and the time of day, say nothing."""
    facets = [("title", old.title, new.title), ("caption", old.caption, new.caption)]
    facets += [("theme", old.theme, new.theme), ("type", old.type, new.type)]
    if sorted(old.authors) != sorted(new.authors):
        facets.append(("authors", ", ".join(old.authors), ", ".join(new.authors)))
    if sorted(old.tags) != sorted(new.tags):
        facets.append(("tags", ", ".join(sorted(old.tags)), ", ".join(sorted(new.tags))))
    if old.published[:10] != new.published[:10]:
        facets.append(("published", old.published, new.published))
    return [(name, before, after) for name, before, after in facets if before != after]


def _lead_and_body(old: Article, new: Article) -> tuple[BlockChange | None, tuple[BlockChange, ...]]:
    """The lead is compared as a first block, so that text which only went from lead to body is no change."""
    lead: list[BlockChange] = []
    body: list[BlockChange] = []
    for change in diff_blocks(_running_text(old), _running_text(new)):
        before = None if change.old_index is None else change.old_index - bool(old.lead)
        after = None if change.new_index is None else change.new_index - bool(new.lead)
        own = change.op in ("added", "removed", "changed") and {before, after} <= {_LEAD, None}
        (lead if own else body).append(replace(change, old_index=before, new_index=after))
    return _one_lead(lead), tuple(body)


def _one_lead(changes: list[BlockChange]) -> BlockChange | None:
    if len(changes) < 2:
        return changes[0] if changes else None
    # A lead rewritten altogether: one block removed, one added.
    before, after = "".join(change.old for change in changes), "".join(change.new for change in changes)
    significance, reasons = strongest([(change.significance, change.reasons) for change in changes])
    return BlockChange("changed", before, after, replaced(before, after), _LEAD, _LEAD, significance, reasons=reasons)


def _running_text(article: Article) -> list[Block]:
    return ([Block("paragraph", article.lead)] if article.lead else []) + list(article.blocks)
