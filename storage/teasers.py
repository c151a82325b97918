"""What listings and feeds say of an article: each in its own words, so the last few wordings are remembered together.

With one only, an article that stands in a feed and on a theme page would look changed to each of them in turn.
"""

from __future__ import annotations

_SHORT, _KEPT = 7, 4  # four short hashes fit the column


def is_new(known: str, teaser: str) -> bool:
    """Whether a listing says something of the article that none said before; False where nothing is known of it."""
    return bool(known and teaser) and teaser[:_SHORT] not in known.split()


def remember(known: str, teaser: str) -> str:
    wordings = [wording for wording in known.split() if wording != teaser[:_SHORT]]
    return " ".join([*wordings, teaser[:_SHORT]][-_KEPT:]) if teaser else known
