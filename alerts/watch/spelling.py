"""How a term may be spelled: case, hyphens, spaces, invisible characters, Dutch compounds.

Patterns are built from escaped literals with bounded gaps only, so no rule can make the search slow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

GAP = "…"
_TOKEN = re.compile(rf"[^\W\d_]+|\d+|{GAP}")
# Between two words of a name: nothing, a hyphen, a space, or a hyphen at the end of a line.
# Not " - ": that is a dash, and "strenger voor AI - coalitie verdeeld" names no coalition.
_JOINT = "(?:[-'] ?| )?"
_FEW_WORDS = r"(?: [^\s.,;:!?()]+){0,3} "
_END = r"(?![^\W_])"
# From this length on, a longer word that starts with the last word of a term is a compound of it
# ("coalitiepartners"); shorter words only take a plural, or "lab" would find "labyrint".
_COMPOUNDING_LENGTH = 5

_INVISIBLE = (
    "\u00ad\u034f\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
)
_SPACES = "\t\n\r\x0b\x0c\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u201b\u02bc\u00b4`"
_FOLDING = {
    char: plain
    for chars, plain in ((_INVISIBLE, ""), (_SPACES, " "), (_HYPHENS, "-"), (_APOSTROPHES, "'"))
    for char in chars
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with one kind of hyphen, apostrophe and space; `lower` is as long as `text`."""

    text: str
    lower: str


def fold(text: str) -> Folded:
    text = unicodedata.normalize("NFC", text)
    for char in _FOLDING.keys() & set(text):
        text = text.replace(char, _FOLDING[char])
    if "  " in text:
        text = re.sub(" {2,}", " ", text)
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return Folded(text, lower)


@dataclass(frozen=True, slots=True)
class Spellings:
    """All spellings of one phrase. Where one of `words` is missing, searching for the pattern is needless."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def find(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Start and end of each occurrence, left to right."""
        for found in self.pattern.finditer(folded.lower):
            start = found.start()
            # Glued on by a hyphen, a name keeps its capital: "oud-AiNed-directeur", but not "expl-ained".
            if not (folded.text[start].islower() and folded.text[max(start - 1, 0)] == "-"):
                yield found.span()


@cache
def spellings_of_term(name: str, exact: bool = False) -> Spellings:
    """`exact` leaves out compounds and plurals."""
    return _spellings(name, "" if exact else None)


@cache
def spellings_of_context(phrase: str) -> Spellings:
    """Word for word; `…` stands for at most three words within a sentence."""
    return _spellings(phrase.replace("...", GAP), "")


def has_words(phrase: str) -> bool:
    return any(token != GAP for token in _TOKEN.findall(phrase))


def _spellings(phrase: str, ending: str | None) -> Spellings:
    folded = fold(phrase).lower.strip(f" {GAP}")
    tokens = list(_TOKEN.finditer(folded))
    words = tuple({token[0] for token in tokens} - {GAP})
    first, last = tokens[0][0], tokens[-1][0]
    # The look-behind comes after the first word, so that the search can leap from one such word to the next.
    pattern = rf"{re.escape(first)}(?<![^\W_]{re.escape(first)})"
    for before, token in pairwise(tokens):
        if token[0] == GAP:
            continue
        pattern += _FEW_WORDS if before[0] == GAP else _joint(folded[before.end() : token.start()])
        pattern += re.escape(token[0])
    if ending is None:
        ending = "" if last.isdigit() else r"[^\W\d_]*" if len(last) >= _COMPOUNDING_LENGTH else "'?s?"
    return Spellings(words, re.compile(pattern + ending + _END))


def _joint(between: str) -> str:
    """What may stand between two words; a sign that the rule itself writes there, as in R&D, has to be there."""
    sign = between.strip(" -'")
    return f" ?{re.escape(sign)} ?" if sign else _JOINT
