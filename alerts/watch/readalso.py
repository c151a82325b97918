"""Leaves out "Lees ook": a pointer to other news is no news itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from storage.article import Block

_CUES = (
    "(?:lees|zie|bekijk|luister) (?:ook|verder|meer)",
    "lees eerder",
    "(?:read|see) also",
    # Prose begins with these as well ("Ook interessant is dat …"), so they count only before a colon or alone.
    r"(?:ook interessant|(?:meer|verder) lezen|gerelateerde? artikelen)(?=\s*:|\W*$)",
)
_CUE = "|".join(_CUES)
# One of these is in every cue, and looking for words is far cheaper than looking for a pattern.
_CUE_WORDS = (" ook", "ook ", " verder", " meer", " eerder", " lezen", " artikelen", " also")
_OPENING = re.compile(rf"[\W_]*(?:{_CUE})\b", re.IGNORECASE)
# A box's head stands alone: "Lees ook", "Lees ook:", "Lees ook deze artikelen:", but not a sentence.
_HEAD = re.compile(rf"[\W_]*(?:{_CUE})(?: [^\W\d_]+){{0,3}}\s*:?[\W_]*$", re.IGNORECASE)
_WITH_COLON = re.compile(rf"[\W_]*(?:{_CUE})(?: [^\W\d_]+){{0,3}}\s*:", re.IGNORECASE)
_IN_PASSING = re.compile(rf"\((?:{_CUE})\b[^)]*\)|\b(?:{_CUE})\s*:.*", re.IGNORECASE | re.DOTALL)
_NEXT_SENTENCE = re.compile(r"(?:^|(?<=[.!?…’”'\")]) )(?:Lees|Zie|Bekijk|Luister) ook\b[^.!?]*[.!?]?")
_PROSE_END = re.compile(r"[.!…][\W_]*$")
_LONGEST_HEADLINE = 150
_LONGEST_POINTER = 250


def opens_read_also(text: str) -> bool:
    """Whether this line or block begins by pointing elsewhere."""
    return bool(_OPENING.match(text))


def without_read_also(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks without pointers to other articles: whole boxes, single lines, and asides within a paragraph."""
    in_box = under_head = False
    for block in blocks:
        if opens_read_also(block.text) and (_WITH_COLON.match(block.text) or len(block.text) <= _LONGEST_POINTER):
            in_box, under_head = True, bool(_HEAD.match(block.text))
            continue
        if in_box and (block.kind == "list_item" or (under_head and _is_pointer(block))):
            continue
        in_box = False
        told = _NEXT_SENTENCE.sub("", _IN_PASSING.sub("", block.text)) if _mentions_cue(block.text) else block.text
        yield block if told == block.text else Block(block.kind, told)


def _is_pointer(block: Block) -> bool:
    if len(block.links) == 1 and block.links[0].text == block.text:
        return True
    return block.kind == "paragraph" and len(block.text) <= _LONGEST_HEADLINE and not _PROSE_END.search(block.text)


def _mentions_cue(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _CUE_WORDS)
