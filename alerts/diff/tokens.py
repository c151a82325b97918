"""Words as single characters: texts become short strings, which rapidfuzz compares a hundred times faster."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

from storage.article import normalise

# Marks that belong to the letter before them, and characters nobody sees: never a place to cut.
_GLUE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufe0f"
_WORD = rf"[\w{_GLUE}]+(?:['’.,\-‐‑]\w[\w{_GLUE}]*)*"
_TOKEN = re.compile(rf"{_WORD}|[^\s\w]")
WORD = re.compile(_WORD)

_QUOTES = "\"'`´‘’‚‛“”„‟′″«»‹›＂＇"
_DASHES = "‐‑‒–—―−"
_UNIFY = str.maketrans(dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-"))
# 10² is not 102: these lose their meaning when written on the line.
_RAISED = ("<super>", "<sub>", "<fraction>")


def fold(text: str) -> str:
    """What is left of a text when typography is taken away; letters, digits, case and punctuation stay."""
    text = normalise(text)
    if not text.isascii():
        text = text.translate(_UNIFY)
        if not text.isascii():
            text = "".join(_compatible(char) for char in text)
    return text.translate(_UNIFY)


def _compatible(char: str) -> str:
    if char.isascii() or unicodedata.decomposition(char).startswith(_RAISED):
        return char
    return unicodedata.normalize("NFKC", char)


class Vocabulary:
    """Gives every distinct word of one comparison a character of its own."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def letter(self, token: str) -> str:
        known = self._letters.get(token)
        if known is None:
            plain = token.isascii() and token.isalnum()
            known = self._letters[token] = self.exact_letter(token if plain else fold(token))
        return known

    def exact_letter(self, key: str) -> str:
        return self._keys.setdefault(key, _character(len(self._keys)))


def _character(number: int) -> str:
    # Surrogates are no characters; rapidfuzz would take them, an error message would not.
    number += 1
    return chr(number if number < 0xD800 else number + 0x800)


class Tokens:
    """A text cut into words and single marks; `code` has one character per token, white space is between them."""

    __slots__ = ("__dict__", "_vocabulary", "text")

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self._vocabulary = vocabulary

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        return [found.span() for found in _TOKEN.finditer(self.text)]

    @cached_property
    def code(self) -> str:
        letter = self._vocabulary.letter
        return "".join([letter(token) for token in _TOKEN.findall(self.text)])

    @cached_property
    def words(self) -> str:
        """The code without punctuation: what similarity is measured on."""
        letter = self._vocabulary.letter
        return "".join([letter(word) for word in WORD.findall(self.text)])

    def token(self, index: int) -> str:
        start, end = self.spans[index]
        return self.text[start:end]
