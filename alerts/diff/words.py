"""Which words of a paragraph an editor took out and which came in."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rapidfuzz.distance import Indel

from alerts.diff.model import Words, new_text, old_text, touched_size
from alerts.diff.sentences import segments
from alerts.diff.stretches import Stretch, changed_stretches
from alerts.diff.tokens import Tokens, Vocabulary

CONFETTI = 0.35  # less alike than this is told as old and new, not word by word


def diff_words(old: str, new: str) -> Words:
    """The words that differ between two running texts; whole texts replaced when they have little in common."""
    vocabulary = Vocabulary()
    return compare(Tokens(old, vocabulary), Tokens(new, vocabulary))


def compare(old: Tokens, new: Tokens) -> Words:
    if old.text == new.text:
        return (("=", old.text),) if old.text else ()
    if not old.code or not new.code or Indel.normalized_similarity(old.code, new.code) < CONFETTI:
        return replaced(old.text, new.text)
    return _without_confetti(_tidy(_spelled_out(changed_stretches(old, new), old, new)))


def replaced(old: str, new: str) -> Words:
    return tuple((op, text) for op, text in (("-", old), ("+", new)) if text)


def _spelled_out(stretches: list[Stretch], old: Tokens, new: Tokens) -> list[tuple[str, str]]:
    """Back from tokens to text. Tokens that are equal but for typography are told as replaced: texts stay exact."""
    parts: list[tuple[str, str]] = []
    old_at = new_at = 0  # how far both texts have been told, in characters
    i = j = 0  # and in tokens

    def tell(old_to: int, new_to: int) -> None:
        nonlocal old_at, new_at
        parts.extend(_change(old.text[old_at:old_to], new.text[new_at:new_to]))
        old_at, new_at = old_to, new_to

    end = (len(old.spans), len(old.spans), len(new.spans), len(new.spans))
    for stop, old_resume, new_stop, new_resume in [*stretches, end]:
        if stop > i and old.text[old_at : old.spans[stop - 1][1]] == new.text[new_at : new.spans[new_stop - 1][1]]:
            tell(old.spans[stop - 1][1], new.spans[new_stop - 1][1])
        else:
            for (old_start, old_end), (new_start, new_end) in zip(
                old.spans[i:stop], new.spans[j:new_stop], strict=True
            ):
                tell(old_start, new_start)
                tell(old_end, new_end)
        i, j = old_resume, new_resume
        # Up to the next kept token: the change takes the white space around it along.
        tell(
            old.spans[i][0] if i < len(old.spans) else len(old.text),
            new.spans[j][0] if j < len(new.spans) else len(new.text),
        )
    return parts


def _without_confetti(words: Words) -> Words:
    """Of a sentence that was rewritten, the few words that stayed are chance."""
    parts: list[tuple[str, str]] = []
    for segment in segments(words):
        kept = 2 * sum(len(text) for op, text in segment if op == "=")
        touched = touched_size([segment])
        if {op for op, _ in segment} >= {"-", "+"} and kept < CONFETTI * (kept + touched):
            parts += _change(old_text(segment), new_text(segment))
        else:
            parts += segment
    return _tidy(parts)


def _tidy(parts: Iterable[tuple[str, str]]) -> Words:
    """Kept text, then what was removed there, then what came in its place."""
    tidied: list[tuple[str, str]] = []
    for kept, run in groupby((part for part in parts if part[1]), key=lambda part: part[0] == "="):
        stretch = tuple(run)
        if kept:
            tidied.append(("=", old_text(stretch)))
        else:
            tidied += replaced(old_text(stretch), new_text(stretch))
    return tuple(tidied)


def _change(gone: str, came: str) -> Words:
    """White space that both begin or end with was kept."""
    if gone == came:
        return (("=", gone),)
    shorter = min(len(gone), len(came))
    start = 0
    while start < shorter and gone[start] == came[start] and gone[start].isspace():
        start += 1
    end = 0
    while end < shorter - start and gone[-1 - end] == came[-1 - end] and gone[-1 - end].isspace():
        end += 1
    old_end, new_end = len(gone) - end, len(came) - end
    return ("=", gone[:start]), ("-", gone[start:old_end]), ("+", came[start:new_end]), ("=", gone[old_end:])
