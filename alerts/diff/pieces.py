"""Paragraphs cut in two, or joined: an editor's work on the layout, which must not look like text lost or gained."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from rapidfuzz.distance import Indel, LCSseq

from alerts.diff.align import Alignment
from alerts.diff.tokens import Tokens

_WHOLE = 0.65  # how alike the pieces together must be to the whole
_CONTAINED = 0.7  # share of a piece's words that must be in the whole
_GAIN = 0.6  # share of a piece's words that no other piece accounts for
_LEAST_WORDS = 3  # a shorter piece must be in the whole to the letter
_REACH = 3  # a heading or two may have come in between
_MAX_CELLS = 100_000


def find_splits_and_mergers(result: Alignment, old: Sequence[Tokens], new: Sequence[Tokens]) -> None:
    """Moves what is one of these from `changed`, `removed` and `added` to `split` and `merged`."""
    partner = dict(result.changed)
    for whole, pieces in _pieces([*partner, *result.removed], partner, result.added, old, new):
        result.split.append((whole, pieces))
        result.changed = [pair for pair in result.changed if pair[0] != whole]
        result.removed = [i for i in result.removed if i != whole]
        result.added = [j for j in result.added if j not in pieces]
    partner = {j: i for i, j in result.changed}
    for whole, pieces in _pieces([*partner, *result.added], partner, result.removed, new, old):
        result.merged.append((pieces, whole))
        result.changed = [pair for pair in result.changed if pair[1] != whole]
        result.added = [j for j in result.added if j != whole]
        result.removed = [i for i in result.removed if i not in pieces]


def _pieces(
    wholes: list[int],
    partner: dict[int, int],
    loose: list[int],
    whole_side: Sequence[Tokens],
    piece_side: Sequence[Tokens],
) -> list[tuple[int, tuple[int, ...]]]:
    """For each whole that fell apart: it and its pieces in order. No piece is used twice."""
    found: list[tuple[int, tuple[int, ...]]] = []
    free = [(q, piece_side[q].words) for q in loose if piece_side[q].words]
    if len(free) * len(wholes) > _MAX_CELLS:
        return found
    for whole in sorted(wholes):
        text = whole_side[whole].words
        parts = [partner[whole]] if whole in partner else []
        near = [(q, words) for q, words in free if not parts or abs(q - parts[0]) <= _REACH]
        contained = [(q, words) for q, words in near if _holds(whole_side[whole], piece_side[q])]
        for q, words in sorted(contained, key=lambda piece: (-len(piece[1]), piece[0])):
            if parts and min(abs(q - part) for part in parts) > _REACH:
                continue
            grown = sorted([*parts, q])
            gain = _shared(text, _joined(grown, piece_side)) - _shared(text, _joined(parts, piece_side))
            if gain >= _GAIN * len(words):
                parts = grown
        if len(parts) > 1 and Indel.normalized_similarity(text, _joined(parts, piece_side)) >= _WHOLE:
            found.append((whole, tuple(parts)))
            free = [(q, words) for q, words in free if q not in parts]
    return found


def _holds(whole: Tokens, piece: Tokens) -> bool:
    if len(piece.words) < _LEAST_WORDS:
        return piece.text in whole.text
    return len(piece.words) <= len(whole.words) and bool(
        _shared(whole.words, piece.words, _CONTAINED * len(piece.words))
    )


def _shared(a: str, b: str, least: float = 0) -> int:
    """Words in common, in order; 0 when there are fewer than `least`."""
    return int(LCSseq.similarity(a, b, score_cutoff=ceil(least)))


def _joined(parts: list[int], side: Sequence[Tokens]) -> str:
    return "".join(side[part].words for part in parts)
