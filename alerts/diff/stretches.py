"""Which stretches of tokens differ, in the way an editor would have made the change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from alerts.diff.align import common_ends
from alerts.diff.tokens import WORD, Tokens, Vocabulary

_MAX_CELLS = 36_000_000  # tokens × tokens; the comparison keeps a bit for each, so 4.5 MB
_REACH = 400  # tokens that a change may slide
_SENTENCE_END = re.compile(r"[.!?…:]")
_CLOSING = re.compile(r"[\"'’”»)\]]")

# Changed tokens: [old start, old end, new start, new end).
Stretch = tuple[int, int, int, int]


def changed_stretches(old: Tokens, new: Tokens) -> list[Stretch]:
    """In order, never touching one another."""
    return _slide_to_sentences(_absorb_islands(_differing(old, new), old), old, new)


def _differing(old: Tokens, new: Tokens) -> list[Stretch]:
    """By longest common subsequence between the common ends; of very long texts by sentence first."""
    start, end = common_ends(old.code, new.code)
    middle = (start, len(old.code) - end, start, len(new.code) - end)
    if _fits(middle):
        return _by_word(middle, old.code, new.code)
    stretches: list[Stretch] = []
    for gap in _by_sentence(middle, old, new):
        stretches += _by_word(gap, old.code, new.code) if _fits(gap) else [gap]
    return stretches


def _fits(stretch: Stretch) -> bool:
    return (stretch[1] - stretch[0]) * (stretch[3] - stretch[2]) <= _MAX_CELLS


def _by_word(within: Stretch, old: str, new: str) -> list[Stretch]:
    a, b, c, d = within
    return _joined(
        (step.src_start + a, step.src_end + a, step.dest_start + c, step.dest_end + c)
        for step in LCSseq.opcodes(old[a:b], new[c:d])
        if step.tag != "equal"
    )


def _by_sentence(within: Stretch, old: Tokens, new: Tokens) -> list[Stretch]:
    """What lies between the sentences that both have; all of it when even those are too many."""
    keys = Vocabulary()
    rows, left = _sentences(old, within[0], within[1], keys)
    columns, right = _sentences(new, within[2], within[3], keys)
    if len(left) * len(right) > _MAX_CELLS:
        return [within]
    return _joined(
        (rows[step.src_start], rows[step.src_end], columns[step.dest_start], columns[step.dest_end])
        for step in LCSseq.opcodes(left, right)
        if step.tag != "equal"
    )


def _sentences(side: Tokens, start: int, end: int, keys: Vocabulary) -> tuple[list[int], str]:
    """Where they start, with the end of the last; and one character for each."""
    stops = [at + 1 for at in range(start, end) if _SENTENCE_END.match(side.token(at))]
    starts = sorted({start, *stops, end})
    return starts, "".join(keys.exact_letter(side.code[a:b]) for a, b in pairwise(starts))


def _joined(steps: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that touch are one."""
    stretches: list[Stretch] = []
    for here in steps:
        if stretches and stretches[-1][1] == here[0] and stretches[-1][3] == here[2]:
            here = (stretches[-1][0], here[1], stretches.pop()[2], here[3])
        stretches.append(here)
    return stretches


def _absorb_islands(stretches: list[Stretch], old: Tokens) -> list[Stretch]:
    """One or two kept words between larger changes are chance, not something the editor kept."""
    joined: list[Stretch] = []
    for stretch in stretches:
        while joined and _is_island(joined[-1], stretch, old):
            before = joined.pop()
            stretch = (before[0], stretch[1], before[2], stretch[3])
        joined.append(stretch)
    return joined


def _is_island(before: Stretch, after: Stretch, old: Tokens) -> bool:
    first, last = before[1], after[0]
    if last - first > 4:
        return False
    tokens = [old.token(index) for index in range(first, last)]
    words = [token for token in tokens if WORD.match(token)]
    if not words:
        return not any(_SENTENCE_END.match(token) for token in tokens)
    return len(words) <= 2 and len(words) < min(_extent(before), _extent(after))


def _extent(stretch: Stretch) -> int:
    return max(stretch[1] - stretch[0], stretch[3] - stretch[2])


def _slide_to_sentences(stretches: list[Stretch], old: Tokens, new: Tokens) -> list[Stretch]:
    """A pure insertion or removal can often be told in several ways: choose whole sentences."""
    slid: list[Stretch] = []
    for index, (a, b, c, d) in enumerate(stretches):
        one_sided = (a == b) != (c == d)
        start, end, side = (c, d, new) if a == b else (a, b, old)
        if one_sided:
            lowest = slid[-1][3 if a == b else 1] + 1 if slid else 0
            following = stretches[index + 1] if index + 1 < len(stretches) else None
            highest = following[2 if a == b else 0] - 1 if following else len(side.code)
            shift = _best_shift(start, end, max(lowest, start - _REACH), min(highest, end + _REACH), side)
            a, b, c, d = a + shift, b + shift, c + shift, d + shift
        slid.append((a, b, c, d))
    return slid


def _best_shift(start: int, end: int, lowest: int, highest: int, side: Tokens) -> int:
    code = side.code
    first = start
    while first > lowest and code[first - 1] == code[first - 1 + end - start]:
        first -= 1
    last = start
    while last + end - start < highest and code[last] == code[last + end - start]:
        last += 1
    best = max(range(first, last + 1), key=lambda at: (_naturalness(at, at + end - start, side), -abs(at - start)))
    return best - start


def _naturalness(start: int, end: int, side: Tokens) -> int:
    """How much the tokens from `start` to `end` look like something one adds or takes out."""
    if _opens(start, side) and _opens(end, side):
        return 3
    if WORD.match(side.token(start)) and (start == 0 or not WORD.match(side.token(start - 1))):
        return 2
    return 1 if WORD.match(side.token(start)) else 0


def _opens(index: int, side: Tokens) -> bool:
    """Whether a sentence may start at this token, or the text ends."""
    before = index - 1
    while before >= max(0, index - 4) and _CLOSING.match(side.token(before)):
        before -= 1
    return before < 0 or bool(_SENTENCE_END.match(side.token(before)))
