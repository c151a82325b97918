"""Which old block became which new block: kept, changed, moved, split or merged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from alerts.diff.tokens import Tokens, Vocabulary, fold

PAIR = 0.4  # from here on two blocks in the same gap are one block, changed
MOVE = 0.65  # a block found again elsewhere must be more alike
MOVE_CHARACTERS = 20  # shorter texts resemble each other by chance
_SAME_CHARACTERS = 8  # but the very same heading is the same heading
_MAX_CELLS = 60_000  # comparisons of two blocks
_MOST_REPEATED = 8
_BLOCK = 30  # words that a block counts for beside its own: one long paragraph moved over ten lines, not ten lines
_FEW_WORDS = 4

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

    def settle(self, pairs: Sequence[Pair]) -> None:
        """These are no longer merely removed and added."""
        gone, came = {i for i, _ in pairs}, {j for _, j in pairs}
        self.removed = [i for i in self.removed if i not in gone]
        self.added = [j for j in self.added if j not in came]


def align(old: Sequence[Tokens], new: Sequence[Tokens]) -> Alignment:
    """The pairing that keeps most text in its order; then the same texts found elsewhere."""
    old_keys, new_keys = _keys([block.text for block in old], [block.text for block in new])
    start, end = common_ends(old_keys, new_keys)
    old_end, new_end = len(old) - end, len(new) - end
    result = Alignment()
    ends = [(i, i) for i in range(start)] + [(old_end + n, new_end + n) for n in range(end)]
    candidates = _same_text(old_keys, new_keys, range(start, old_end), range(start, new_end))
    weights = {(i, j): _BLOCK + 2.0 * len(old[i].words) for i, j in candidates}
    known = {i for i, _ in candidates}, {j for _, j in candidates}
    rows = [i for i in range(start, old_end) if i not in known[0]]
    columns = [j for j in range(start, new_end) if j not in known[1]]
    weights |= _alike(rows, columns, old, new)
    for i, j in ends + _heaviest_chain(weights, len(new)):
        (result.same if old[i].text == new[j].text else result.changed).append((i, j))
    paired = result.same + result.changed
    result.removed = sorted(set(range(len(old))) - {i for i, _ in paired})
    result.added = sorted(set(range(len(new))) - {j for _, j in paired})
    _find_same_elsewhere(result, old_keys, new_keys, old)
    return result


def common_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters are the same at the start, and at the end of what is left."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _keys(old: list[str], new: list[str]) -> tuple[str, str]:
    """Each block as one character; blocks that differ in typography alone share theirs."""
    # A text both sides have needs no folding, and most texts are such.
    both = set(old) & set(new)
    vocabulary = Vocabulary()

    def key(text: str) -> str:
        return vocabulary.exact_letter(text if text in both else fold(text))

    return "".join(map(key, old)), "".join(map(key, new))


def _same_text(old_keys: str, new_keys: str, rows: range, columns: range) -> list[Pair]:
    places: dict[str, list[int]] = defaultdict(list)
    for j in columns:
        places[new_keys[j]].append(j)
    seen: Counter[str] = Counter()
    pairs: list[Pair] = []
    for i in rows:
        key = old_keys[i]
        there = places.get(key, [])
        if len(there) > _MOST_REPEATED:  # a text repeated as often as this: the first with the first, and so on
            there = there[seen[key] : seen[key] + 1]
            seen[key] += 1
        pairs += [(i, j) for j in there]
    return pairs


def _alike(rows: list[int], columns: list[int], old: Sequence[Tokens], new: Sequence[Tokens]) -> dict[Pair, float]:
    """Pairs of blocks that may be one block, changed, and the words such a pair would keep."""
    # Where there are too many to compare all with all: a band around the diagonal.
    band = max(1, _MAX_CELLS // (2 * len(rows))) if rows else 0
    candidates = [(j, new[j].words) for j in columns]
    found: dict[Pair, float] = {}
    for r, i in enumerate(rows):
        middle, words = r * len(columns) // len(rows), old[i].words
        for j, other in candidates[max(0, middle - band) : middle + band]:
            alike = Indel.normalized_similarity(words, other, score_cutoff=PAIR)
            if not alike and min(len(words), len(other)) <= _FEW_WORDS:
                # Of a heading of a few words the letters decide, if they are very alike.
                alike = Indel.normalized_similarity(old[i].text, new[j].text, score_cutoff=0.75)
            if alike:
                found[i, j] = alike * alike * (_BLOCK + len(words) + len(other))
    return found


def _heaviest_chain(weights: dict[Pair, float], columns: int) -> list[Pair]:
    """Of weighted pairs the heaviest series in which both positions grow; a Fenwick tree over the columns."""
    links: list[tuple[float, Pair, int]] = [(0.0, (-1, -1), 0)]  # total weight, pair, link before it
    best = [0] * (columns + 1)

    def best_before(column: int) -> int:
        found = 0
        while column > 0:
            if links[best[column]][0] > links[found][0]:
                found = best[column]
            column -= column & -column
        return found

    # Within a row from right to left, so that no pair builds on another of its row.
    for (row, column), weight in sorted(weights.items(), key=lambda item: (item[0][0], -item[0][1])):
        before = best_before(column)
        links.append((links[before][0] + weight, (row, column), before))
        at = column + 1
        while at <= columns:
            if links[-1][0] > links[best[at]][0]:
                best[at] = len(links) - 1
            at += at & -at
    chain: list[Pair] = []
    link = best_before(columns)
    while link:
        _, pair, link = links[link]
        chain.append(pair)
    return chain[::-1]


def _find_same_elsewhere(result: Alignment, old_keys: str, new_keys: str, old: Sequence[Tokens]) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for j in reversed(result.added):
        places[new_keys[j]].append(j)
    for i in result.removed:
        if places.get(old_keys[i]) and len(old[i].text) >= _SAME_CHARACTERS:
            result.moved.append((i, places[old_keys[i]].pop()))
    result.settle(result.moved)


def find_moves(result: Alignment, old: Sequence[Tokens], new: Sequence[Tokens]) -> None:
    """Of what is left, blocks that are found again elsewhere, be it with a few other words."""
    left = [(i, old[i].words) for i in result.removed if len(old[i].text) >= MOVE_CHARACTERS]
    right = [(j, new[j].words) for j in result.added if len(new[j].text) >= MOVE_CHARACTERS]
    if len(left) * len(right) > _MAX_CELLS:
        return
    alike = [
        (score, i, j)
        for i, words in left
        for j, other in right
        if (score := Indel.normalized_similarity(words, other, score_cutoff=MOVE))
    ]
    taken: tuple[set[int], set[int]] = set(), set()
    for _, i, j in sorted(alike, key=lambda found: (-found[0], found[1], found[2])):
        if i not in taken[0] and j not in taken[1]:
            result.moved.append((i, j))
            taken[0].add(i)
            taken[1].add(j)
    result.settle(result.moved)
