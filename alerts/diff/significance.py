"""How much a change matters. It ranks, it never hides.

Major is the rule; minor is what can be shown to be small: typography, case, punctuation, or single words within two
letters of each other that are no number, date, negation, hedge, name or part of a quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from alerts.diff.model import BlockChange, Words, new_text, old_text
from alerts.diff.reasons import Side, judge_stretch
from alerts.diff.tokens import WORD, fold

Verdict = tuple[str, tuple[str, ...]]  # significance, reasons

# Most telling first. The last ones make a change minor.
REASONS = (
    "amount", "percentage", "date", "number", "negation", "hedge", "name", "quote",
    "title", "lead", "authors", "published", "added", "removed", "wording", "links", "caption", "type", "theme", "tags",
    "moved", "split", "merged", "spelling", "case", "punctuation", "typography",
)  # fmt: skip
_MINOR = frozenset({"moved", "split", "merged", "spelling", "case", "punctuation", "typography"})
_SURFACE = frozenset({"case", "punctuation", "typography"})
_QUOTED = re.compile(
    r"“[^“”\n]*”|„[^„”“\n]*[”“]|\"[^\"\n]*\"|«[^«»\n]*»|(?<!\w)‘[^‘\n]{1,400}?’(?!\w)|(?<!\w)'[^'\n]{1,400}?'(?!\w)"
)
_MOST_CHARACTERS = 1_000_000  # in which names are looked up
_INSIDE_SENTENCE = re.compile(r"[\w,;)] ['‘“\"„(]?$")
_ANYWHERE = re.compile(r"(?:^|\W)$")


class Judge:
    """Judges changes within one article; both whole texts tell which capitals are names."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._text = "\n".join(dict.fromkeys([*old, *new]))[:_MOST_CHARACTERS]
        self._names: dict[str, bool] = {}

    def block(self, change: BlockChange) -> Verdict:
        if change.op in ("added", "removed"):
            return ("major", (change.op,)) if WORD.search(change.old + change.new) else ("minor", ("punctuation",))
        reasons = self.words(change.words, quoted=change.kind == "quote")
        # A changed block without a reason: white space inside a line.
        return _verdict((reasons or {"typography"}) if change.op == "changed" else {change.op, *reasons})

    def field(self, name: str, words: Words) -> Verdict:
        """`words`: of a running text; other facets are judged by their name."""
        if name in ("tags", "theme", "type"):
            return "minor", (name,)
        if not words:
            return "major", (name,)
        reasons = self.words(words)
        # No word of a headline is a small one.
        weight = "major" if name == "title" and "spelling" in reasons else _verdict(reasons)[0]
        return weight, (name, *_ranked(reasons))

    def words(self, words: Words, quoted: bool = False) -> set[str]:
        """Why the words differ; nothing when only white space does."""
        old, new = old_text(words), new_text(words)
        if fold(old) == fold(new):
            return {"typography"} if old.split() != new.split() else set()
        quotes = [(0, len(old) + len(new))] if quoted else []
        old_quotes, new_quotes = quotes or _quotes(old), quotes or _quotes(new)
        reasons: set[str] = set()
        old_at = new_at = 0
        for kept, parts in groupby(words, key=lambda part: part[0] == "="):
            stretch = tuple(parts)
            left = Side(old, old_at, old_at + len(old_text(stretch)))
            right = Side(new, new_at, new_at + len(new_text(stretch)))
            old_at, new_at = left.end, right.end
            if kept:
                continue
            found = judge_stretch(left, right, self._is_name)
            if not found <= _SURFACE and (left.touches(old_quotes) or right.touches(new_quotes)):
                found.add("quote")
            reasons |= found
        return reasons

    def _is_name(self, word: str, opens_sentence: bool) -> bool:
        if not word[0].isupper():
            return False
        if not opens_sentence or (len(word) > 1 and not word[1:].islower()):
            return True
        # A capital that opens a sentence says nothing; the same word elsewhere does.
        known = self._names.get(word)
        if known is None:
            known = self._names[word] = _found(word, self._text, _INSIDE_SENTENCE) and not _found(
                word.lower(), self._text, _ANYWHERE
            )
        return known


def _found(word: str, text: str, before: re.Pattern[str]) -> bool:
    """Whether the whole word occurs after something that matches; `str.find` is what makes this cheap."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[end : end + 1].isalnum() and before.search(text[max(0, at - 4) : at]):
            return True
        at = text.find(word, end)
    return False


def strongest(verdicts: Sequence[Verdict]) -> Verdict:
    """Major when one is; all reasons, the most telling first."""
    weight = "major" if any(weight == "major" for weight, _ in verdicts) else "minor"
    return weight, _ranked({reason for _, reasons in verdicts for reason in reasons})


def _verdict(reasons: set[str]) -> Verdict:
    return ("minor" if reasons <= _MINOR else "major"), _ranked(reasons)


def _ranked(reasons: set[str]) -> tuple[str, ...]:
    return tuple(sorted(reasons, key=REASONS.index))


def _quotes(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _QUOTED.finditer(text)]
