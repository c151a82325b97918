"""Changes as sentences: what a mail shows as "Was" and "Nu"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from alerts.diff.model import BlockChange, Words, new_text, old_text

_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'’”»)\]]*\s+(?=[\"'‘“„«(\[]*[^\W_a-z])|\n")
# A full stop after one of these, or after an initial, ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:\w|[a-z](?:\.[a-z])+|dhr|mevr|mw|mr|mrs|ms|dr|drs|ir|ing|prof|nr|nrs|art|ca|jl|bijv|bv|vgl|resp|incl"
    r"|excl|max|min|pag|blz|st|jr|sr|ltd|inc|vs|no|fig|hfst|par|lid|evt|zgn|zg|m\.n|[A-Z](?:\.[A-Z])+)\.$",
    re.IGNORECASE,
)
_ELLIPSIS = "…"
_LEAST_CONTEXT = 40  # characters beside a change, however long the change is


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole sentences around one change. `old_words` has "=" and "-" parts only, `new_words` "=" and "+" only.

    Either is empty where the other version has no such sentence. `clipped`: something longer than the limit was cut;
    "…" stands in the words where it was.
    """

    old_words: Words
    new_words: Words
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class SentenceCount:
    changed: int = 0
    added: int = 0
    removed: int = 0


def sentence_starts(text: str) -> list[int]:
    """Character positions; the first is 0."""
    starts = [0]
    for found in _END.finditer(text):
        stop = text[: found.start() + 1] if text[found.start()] == "." else ""
        if not _ABBREVIATION.search(stop[-12:]):
            starts.append(found.end())
    return starts


def excerpts(change: BlockChange, limit: int = 400) -> list[Excerpt]:
    """Was and Now of each changed stretch of sentences; `limit`: characters on either side."""
    found = []
    for segment in changed_segments(change.words):
        # Where a paragraph was cut or joined, no word changed.
        unmarked = "\n " if change.op in ("split", "merged") else ""
        old, old_clipped = _clip(_side(segment, "+", unmarked), limit)
        new, new_clipped = _clip(_side(segment, "-", unmarked), limit)
        if old or new:  # else only white space changed
            found.append(Excerpt(old, new, old_clipped or new_clipped))
    return found


def count_sentences(words: Words) -> SentenceCount:
    changed = added = removed = 0
    for segment in changed_segments(words):
        gone = _sentences(old_text(segment))
        came = _sentences(new_text(segment))
        changed += min(gone, came)
        # Where words were kept, one sentence more or less means: joined, or cut in two.
        if not any(op == "=" and text.strip() for op, text in segment):
            added += max(0, came - gone)
            removed += max(0, gone - came)
    return SentenceCount(changed, added, removed)


def _sentences(text: str) -> int:
    return len(sentence_starts(text.strip())) if text.strip() else 0


def changed_segments(words: Words) -> list[Words]:
    return [segment for segment in segments(words) if any(op != "=" for op, _ in segment)]


def segments(words: Words) -> list[Words]:
    """The words cut wherever a sentence ends in both texts."""
    found: list[Words] = []
    segment: list[tuple[str, str]] = []
    for piece in _cut_at_common_bounds(words):
        if piece is not None:
            segment.append(piece)
        elif segment:
            found.append(tuple(segment))
            segment = []
    return found


def _cut_at_common_bounds(words: Words) -> Iterator[tuple[str, str] | None]:
    """The words with None wherever both texts are between two sentences."""
    old_bounds, new_bounds = _bounds(old_text(words)), _bounds(new_text(words))
    old_at = new_at = 0
    for index, (op, text) in enumerate(words):
        if op == "=":
            common = [at for at in range(1, len(text)) if old_at + at in old_bounds and new_at + at in new_bounds]
            for start, end in pairwise([0, *common, len(text)]):
                yield op, text[start:end]
                if end < len(text):
                    yield None
        else:
            yield op, text
        old_at += len(text) if op != "+" else 0
        new_at += len(text) if op != "-" else 0
        replaced_next = op != "=" and index + 1 < len(words) and words[index + 1][0] != "="
        if old_at in old_bounds and new_at in new_bounds and not replaced_next:
            yield None
    yield None


def _bounds(text: str) -> set[int]:
    """Where sentences start and where they end: the white space between belongs to neither."""
    starts = sentence_starts(text)
    return {*starts, *(len(text[:start].rstrip()) for start in starts), len(text)}


def _side(segment: Words, without: str, unmarked: str) -> Words:
    """One version's words; an empty part stands where only the other has something."""
    parts = [(op, text if op != without else "") for op, text in segment]
    if not "".join(text for _, text in parts).strip():
        return ()
    parts = [("=" if text and text in unmarked else op, text) for op, text in parts]
    parts[0] = (parts[0][0], parts[0][1].lstrip())
    parts[-1] = (parts[-1][0], parts[-1][1].rstrip())
    return tuple(parts)


def _clip(words: Words, limit: int) -> tuple[Words, bool]:
    """Cut to `limit` characters, kept text far from the change first, and only between words."""
    if sum(len(text) for _, text in words) <= limit:
        return _merged(words), False
    marked = [index for index, (op, _) in enumerate(words) if op != "="]
    first, last = marked[0], marked[-1]
    room = max(_LEAST_CONTEXT, (limit - sum(len(text) for _, text in words[first : last + 1])) // 2)
    clipped: list[tuple[str, str]] = []
    left = limit
    for index, (op, text) in enumerate(words):
        if op == "=" and index < first:
            text = _tail(text, room)
        elif op == "=" and index > last:
            text = _head(text, room)
        elif op == "=" and len(text) > 2 * room:
            text = _head(text, room) + " " + _tail(text, room).removeprefix(_ELLIPSIS + " ")
        if len(text) > left:
            clipped.append((op, _head(text, left)))
            break
        clipped.append((op, text))
        left -= len(text)
    return _merged(tuple(clipped)), True


def _merged(words: Words) -> Words:
    """Without the empty parts, and neighbours of one kind as one."""
    parts = groupby((part for part in words if part[1]), key=lambda part: part[0])
    return tuple((op, "".join(text for _, text in run)) for op, run in parts)


def _head(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    cut = text[: room + 1]
    return cut[: max(cut.rfind(" "), 0)].rstrip() + " " + _ELLIPSIS


def _tail(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    cut = text[-room - 1 :]
    space = cut.find(" ")
    return _ELLIPSIS + " " + (cut[space + 1 :] if space >= 0 else "")
