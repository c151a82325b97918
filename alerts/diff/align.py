"""Which old block became which new block: kept, changed, moved, split or merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import Indel, LCSseq

from alerts.diff.tokens import Tokens, Vocabulary, fold

PAIR = 0.4  # from here on two blocks in the same gap are one block, changed
MOVE = 0.65  # a block found again elsewhere must be more alike
MOVE_CHARACTERS = 20
_MAX_CELLS = 100_000  # comparisons of two blocks within one gap

Pair = tuple[int, int]


@dataclass(slots=True)
class Alignment:
    """Positions of blocks. `same` and `changed` keep their order, `moved` do not; `split`: one old, several new."""

    same: list[Pair] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    split: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    merged: list[tuple[tuple[int, ...], int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)


def align(old: Sequence[Tokens], new: Sequence[Tokens]) -> Alignment:
    result = Alignment()
    old_keys, new_keys = _keys([block.text for block in old], [block.text for block in new])
    result.same = _same_in_order(old_keys, new_keys)
    gaps = _gaps(result.same, len(old), len(new))
    left = [i for rows, _ in gaps for i in rows]
    right = [j for _, columns in gaps for j in columns]
    result.moved = _same_elsewhere(left, right, old_keys, new_keys, old)
    away = {i for i, _ in result.moved}
    arrived = {j for _, j in result.moved}
    for rows, columns in gaps:
        here = [i for i in rows if i not in away]
        there = [j for j in columns if j not in arrived]
        result.changed += _pair_in_order(here, there, old, new)
    result.removed = sorted(set(left) - away - {i for i, _ in result.changed})
    result.added = sorted(set(right) - arrived - {j for _, j in result.changed})
    return result


def _keys(old: list[str], new: list[str]) -> tuple[str, str]:
    """Each block as one character; blocks that differ in typography alone share theirs."""
    # A text both sides have needs no folding, and most texts are such.
    both = set(old) & set(new)
    vocabulary = Vocabulary()

    def key(text: str) -> str:
        return vocabulary.exact_letter(text if text in both else fold(text))

    return "".join(map(key, old)), "".join(map(key, new))


def _same_in_order(old: str, new: str) -> list[Pair]:
    if len(old) * len(new) > 400 * _MAX_CELLS:
        shorter = min(len(old), len(new))
        return [(i, i) for i in range(shorter) if old[i] == new[i]]
    pairs: list[Pair] = []
    for step in LCSseq.opcodes(old, new):
        if step.tag == "equal":
            pairs += zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
    return pairs


def _gaps(pairs: list[Pair], rows: int, columns: int) -> list[tuple[range, range]]:
    bounds = [(-1, -1), *pairs, (rows, columns)]
    gaps = [(range(a + 1, b), range(c + 1, d)) for (a, c), (b, d) in pairwise(bounds)]
    return [(left, right) for left, right in gaps if left or right]


def _same_elsewhere(
    left: list[int], right: list[int], old_keys: str, new_keys: str, old: Sequence[Tokens]
) -> list[Pair]:
    places: dict[str, list[int]] = defaultdict(list)
    for j in reversed(right):
        places[new_keys[j]].append(j)
    return [
        (i, places[old_keys[i]].pop()) for i in left if places.get(old_keys[i]) and len(old[i].text) >= MOVE_CHARACTERS
    ]


def _pair_in_order(rows: list[int], columns: list[int], old: Sequence[Tokens], new: Sequence[Tokens]) -> list[Pair]:
    """The pairing of a gap's blocks that keeps their order and keeps most words."""
    if not rows or not columns:
        return []
    # Where a gap is too large to compare all with all: a band around its diagonal.
    band = max(1, _MAX_CELLS // (2 * len(rows)))
    slope = len(columns) / len(rows)
    chain = _HeaviestChain(len(columns))
    for r, i in enumerate(rows):
        middle = int(r * slope)
        found = []
        for c in range(max(0, middle - band), min(len(columns), middle + band)):
            alike = similarity(old[i], new[columns[c]])
            if alike >= PAIR:
                kept = alike * (len(old[i].words) + len(new[columns[c]].words))
                found.append((c, alike * kept))
        chain.add_row(r, found)
    return [(rows[r], columns[c]) for r, c in chain.pairs()]


def similarity(old: Tokens, new: Tokens) -> float:
    """Kept words as a share of all words; for a heading of a few words the letters decide, if they are very alike."""
    alike = Indel.normalized_similarity(old.words, new.words, score_cutoff=PAIR)
    if alike < PAIR and min(len(old.words), len(new.words)) <= 4:
        return Indel.normalized_similarity(old.text, new.text, score_cutoff=0.75)
    return alike


class _HeaviestChain:
    """Of weighted (row, column) pairs the heaviest series in which both grow; a Fenwick tree over the columns."""

    def __init__(self, columns: int) -> None:
        self._links: list[tuple[float, Pair, int]] = [(0.0, (-1, -1), 0)]  # total weight, pair, previous link
        self._best = [0] * (columns + 1)

    def add_row(self, row: int, candidates: list[tuple[int, float]]) -> None:
        started = [(self._best_before(column), column, weight) for column, weight in candidates]
        for before, column, weight in started:
            self._links.append((self._links[before][0] + weight, (row, column), before))
            self._note(column, len(self._links) - 1)

    def pairs(self) -> list[Pair]:
        link = self._best_before(len(self._best) - 1)
        found = []
        while link:
            _, pair, link = self._links[link]
            found.append(pair)
        return found[::-1]

    def _best_before(self, column: int) -> int:
        best = 0
        while column > 0:
            if self._links[self._best[column]][0] > self._links[best][0]:
                best = self._best[column]
            column -= column & -column
        return best

    def _note(self, column: int, link: int) -> None:
        column += 1
        while column < len(self._best):
            if self._links[link][0] > self._links[self._best[column]][0]:
                self._best[column] = link
            column += column & -column


def find_moves(result: Alignment, old: Sequence[Tokens], new: Sequence[Tokens]) -> None:
    """Of what is left, blocks that are found again elsewhere, be it with a few other words."""
    left = [i for i in result.removed if len(old[i].text) >= MOVE_CHARACTERS]
    right = [j for j in result.added if len(new[j].text) >= MOVE_CHARACTERS]
    if len(left) * len(right) > _MAX_CELLS:
        return
    alike = [
        (score, i, j)
        for i in left
        for j in right
        if (score := Indel.normalized_similarity(old[i].words, new[j].words, score_cutoff=MOVE)) >= MOVE
    ]
    for _, i, j in sorted(alike, key=lambda found: (-found[0], found[1], found[2])):
        if i in result.removed and j in result.added:
            result.moved.append((i, j))
            result.removed.remove(i)
            result.added.remove(j)
