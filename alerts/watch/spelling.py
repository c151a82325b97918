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

_GAP = "…"
_STAR = "*"
_TOKEN = re.compile(rf"\*?[^\W\d_]+\*?|\d+|{_GAP}|\*")
# Between two words of a name: nothing, a hyphen, a space, or a hyphen at the end of a line.
# Not " - ": that is a dash, and "strenger voor AI - coalitie verdeeld" names no coalition.
_JOINT = "(?:[-'] ?| )?"
# In a phrase, words may stand in quotes: een 'AI-coalitie'.
_OPENED = "[\"'\u201c\u201e\u00ab]?"
_PHRASE_JOINT = "[\"'\u201d\u00bb]?(?:- ?| )?" + _OPENED
# Bounded, so that text without spaces cannot make a wildcard run on and on.
_LETTERS = r"[^\s.,;:!?()|]{0,50}"
_FEW_WORDS = rf"(?: {_LETTERS}){{0,3}} {_OPENED}"
# What parts of a word may be glued by: "(expl)ained", "…ained".
_GLUE = ("-", ")", "]", ".", "\u2026")
_END = r"(?![^\W_])"
# "een AI-coalitie" is not what "een AI-coalitie-partner" says.
_END_OF_CONTEXT = r"(?!-?[^\W_])"
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
    """A text with one kind of hyphen, apostrophe and space, nothing invisible; `lower` is as long as `text`."""

    text: str
    lower: str


def fold(text: str) -> Folded:
    text = unicodedata.normalize("NFC", text)
    for char in _FOLDING.keys() & set(text):
        text = text.replace(char, _FOLDING[char])
    if "A.I." in text:
        text = text.replace("A.I.", "AI")
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
    pattern: str

    def find(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Start and end of each occurrence, left to right."""
        return (found.span() for found in _compiled(self.pattern).finditer(folded.lower))


# Most phrases of a rule are never looked for, since one of their words is missing.
_compiled = cache(re.compile)


def is_name(found: str, before: str, capitals: str = "") -> bool:
    """Whether an occurrence is written as a name, given the character before it.

    Glued to something it keeps its capital: "oud-AiNed-directeur", but not "expl-ained" or "(expl)ained".
    With `capitals`, each word has one where it has one there.
    """
    if before in _GLUE and found[0].islower():
        return False
    if not capitals:
        return True
    pairs = zip(_TOKEN.findall(fold(capitals).text), _TOKEN.findall(found), strict=False)
    return all(word[0].isupper() or not model[0].isupper() for model, word in pairs)


@cache
def spellings_of_term(name: str, exact: bool = False) -> Spellings:
    """`exact` leaves out compounds and plurals."""
    last = _tokens(name)[-1]
    if exact or last.isdigit():
        return _spellings(name, _JOINT, _END)
    return _spellings(name, _JOINT, (r"[^\W\d_]*" if len(last) >= _COMPOUNDING_LENGTH else "'?s?") + _END)


@cache
def spellings_of_context(phrase: str) -> Spellings:
    """Word for word. `*` stands for a word or the rest of one, `…` for at most three words of a sentence."""
    return _spellings(phrase, _PHRASE_JOINT, _END_OF_CONTEXT)


def is_phrase(text: str) -> bool:
    """Whether it begins and ends with a word, or part of one."""
    tokens = _tokens(text)
    return bool(tokens) and not {tokens[0], tokens[-1]} & {_GAP, _STAR}


def has_wildcards(phrase: str) -> bool:
    return _STAR in phrase or _GAP in _plain(phrase)


def _plain(phrase: str) -> str:
    return fold(phrase.replace("...", _GAP)).lower


def _tokens(phrase: str) -> list[str]:
    return _TOKEN.findall(_plain(phrase))


def _spellings(phrase: str, joint: str, ending: str) -> Spellings:
    plain = _plain(phrase)
    tokens = list(_TOKEN.finditer(plain))
    pattern = _first_word(tokens[0][0])
    for before, token in pairwise(tokens):
        if token[0] == _GAP:
            continue
        if before[0] == _GAP:
            pattern += _FEW_WORDS
        else:
            between = plain[before.end() : token.start()]
            pattern += _starred(between) if _STAR in (before[0], token[0]) else _joint(between, joint)
        pattern += _word(token[0])
    words = {token[0].strip(_STAR) for token in tokens} - {_GAP, ""}
    # The longest is the rarest.
    return Spellings(tuple(sorted(words, key=len, reverse=True)), pattern + ending)


def _first_word(token: str) -> str:
    # The look-behind comes after the word, so that the search can leap from one such word to the next.
    word = re.escape(token.strip(_STAR))
    boundary = "" if token.startswith(_STAR) else rf"(?<![^\W_]{word})"
    return word + boundary + (_LETTERS if token.endswith(_STAR) else "")


def _word(token: str) -> str:
    return "".join(_LETTERS if part == _STAR else re.escape(part) for part in re.split(r"(\*)", token))


def _starred(between: str) -> str:
    return " " + _OPENED if " " in between else re.escape(between)


def _joint(between: str, joint: str) -> str:
    """What may stand between two words; a sign that the rule itself writes there, as in R&D, has to be there."""
    sign = between.strip(" -'")
    return f" ?{re.escape(sign)} ?" if sign else joint
