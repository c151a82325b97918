"""What listings and feeds say of an article: each in its own words, so the last few wordings are remembered together.

With one only, an article that stands in a feed and on a theme page would look changed to each of them in turn.
A hash has two parts, one of the words and one of the figures: counters and ages are figures, but so are dates.
"""

from __future__ import annotations

import base64
import hashlib
import re

_WORDS, _SHORT, _KEPT = 4, 7, 4  # four short hashes fit the column
_FIGURES = re.compile(r"\d+")


def wording(text: str) -> str:
    """Equal while a listing says the same of an article; `text` is normalised."""
    return _hash(_FIGURES.sub("0", text))[:_WORDS] + _hash(text)[: _SHORT - _WORDS]


def is_new(known: str, teaser: str) -> bool:
    """Whether a listing says something of the article that none said before; False where nothing is known of it."""
    return bool(known and teaser) and teaser[:_WORDS] not in {said[:_WORDS] for said in known.split()}


def has_new_figures(known: str, teaser: str) -> bool:
    """Whether it says the same of the article but for figures: a date, an amount, or a mere counter."""
    return bool(known and teaser) and not is_new(known, teaser) and teaser[:_SHORT] not in known.split()


def remember(known: str, teaser: str) -> str:
    """`known` with this wording as the latest; other figures in the same words make way for it."""
    others = [said for said in known.split() if said[:_WORDS] != teaser[:_WORDS]]
    return " ".join([*others, teaser[:_SHORT]][-_KEPT:]) if teaser else known


def _hash(text: str) -> str:
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=5).digest()
    return base64.b32encode(digest).decode()
