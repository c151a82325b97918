"""Which words of a paragraph an editor took out and which came in."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel, LCSseq

from alerts.diff.align import common_ends
from alerts.diff.model import Words, new_text, old_text, touched_size
from alerts.diff.sentences import segments
from alerts.diff.tokens import WORD, Tokens, Vocabulary

CONFETTI = 0.35  # less alike than this is told as old and new, not word by word
_MAX_CELLS = 36_000_000  # tokens × tokens; the comparison keeps a bit for each, so 4.5 MB
_SENTENCE_END = re.compile(r"[.!?…:]")
_CLOSING = re.compile(r"[\"'’”»)\]]")

_REACH = 400  # tokens that a change may slide

# A stretch of changed tokens: [old start, old end, new start, new end).
Stretch = tuple[int, int, int, int]


def diff_words(old: str, new: str, vocabulary: Vocabulary | None = None) -> Words:
    """The words that differ between two running texts; whole texts replaced when they have little in common."""
    vocabulary = vocabulary or Vocabulary()
    return compare(Tokens(old, vocabulary), Tokens(new, vocabulary))


def compare(old: Tokens, new: Tokens) -> Words:
    if old.text == new.text:
        return (("=", old.text),) if old.text else ()
    if not old.code or not new.code or Indel.normalized_similarity(old.code, new.code) < CONFETTI:
        return replaced(old.text, new.text)
    stretches = _changed_stretches(old.code, new.code)
    stretches = _slide_to_sentences(_absorb_islands(stretches, old), old, new)
    return _replace_confetti(_spell_out(stretches, old, new))


def replaced(old: str, new: str) -> Words:
    return tuple((op, text) for op, text in (("-", old), ("+", new)) if text)


def _changed_stretches(old: str, new: str) -> list[Stretch]:
    """By longest common subsequence, between the common ends; one stretch for all when that would be too large."""
    start, end = common_ends(old, new)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if len(left) * len(right) > _MAX_CELLS:
        return [(start, len(old) - end, start, len(new) - end)]
    stretches: list[Stretch] = []
    for step in LCSseq.opcodes(left, right):
        if step.tag == "equal":
            continue
        here = (step.src_start + start, step.src_end + start, step.dest_start + start, step.dest_end + start)
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
    while before >= 0 and _CLOSING.match(side.token(before)):
        before -= 1
    return before < 0 or bool(_SENTENCE_END.match(side.token(before)))


def _spell_out(stretches: list[Stretch], old: Tokens, new: Tokens) -> Words:
    """Back from tokens to text. Tokens that are equal but for typography are told as replaced: texts stay exact."""
    parts: list[tuple[str, str]] = []

    def put(op: str, text: str) -> None:
        if text and parts and parts[-1][0] == op:
            parts[-1] = (op, parts[-1][1] + text)
        elif text:
            parts.append((op, text))

    def change(gone: str, came: str) -> None:
        if gone == came:
            put("=", gone)
            return
        lead, gone, came, tail = _common_space(gone, came)
        put("=", lead)
        put("-", gone)
        put("+", came)
        put("=", tail)

    old_at = new_at = 0  # how far both texts have been told, in characters
    i = j = 0
    end = (len(old.spans), len(old.spans), len(new.spans), len(new.spans))
    for stop_old, resume_old, _stop_new, resume_new in [*stretches, end]:
        while i < stop_old:
            (old_start, old_end), (new_start, new_end) = old.spans[i], new.spans[j]
            change(old.text[old_at:old_start], new.text[new_at:new_start])
            change(old.text[old_start:old_end], new.text[new_start:new_end])
            old_at, new_at, i, j = old_end, new_end, i + 1, j + 1
        i, j = resume_old, resume_new
        # Up to the next kept token: the change takes the white space around it along.
        old_next = old.spans[i][0] if i < len(old.spans) else len(old.text)
        new_next = new.spans[j][0] if j < len(new.spans) else len(new.text)
        change(old.text[old_at:old_next], new.text[new_at:new_next])
        old_at, new_at = old_next, new_next
    return tuple(parts)


def _replace_confetti(words: Words) -> Words:
    """Of a sentence that was rewritten, the few words that stayed are chance."""
    parts: list[tuple[str, str]] = []
    for segment in segments(words):
        kept = 2 * sum(len(text) for op, text in segment if op == "=")
        touched = touched_size([segment])
        if {op for op, _ in segment} >= {"-", "+"} and kept < CONFETTI * (kept + touched):
            lead, gone, came, tail = _common_space(old_text(segment), new_text(segment))
            segment = (("=", lead), ("-", gone), ("+", came), ("=", tail))
        for op, text in segment:
            if text and parts and parts[-1][0] == op:
                parts[-1] = (op, parts[-1][1] + text)
            elif text:
                parts.append((op, text))
    return tuple(parts)


def _common_space(gone: str, came: str) -> tuple[str, str, str, str]:
    start = 0
    while start < min(len(gone), len(came)) and gone[start] == came[start] and gone[start].isspace():
        start += 1
    lead, gone, came = gone[:start], gone[start:], came[start:]
    end = 0
    while end < min(len(gone), len(came)) and gone[-1 - end] == came[-1 - end] and gone[-1 - end].isspace():
        end += 1
    tail = gone[len(gone) - end :]
    return lead, gone[: len(gone) - end], came[: len(came) - end], tail
