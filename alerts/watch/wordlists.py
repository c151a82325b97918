"""Lists of words that the phrases of a watch may name, as in "coalitie in {country}"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_NAMED = re.compile(r"\{([^{}]*)\}")


def spell_out(phrases: Sequence[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Each phrase once for each word of the list that it names. Raises ValueError for a list that is not there."""
    for phrase in phrases:
        named = _NAMED.search(phrase)
        if not named:
            yield phrase
        elif named[1] in lists:
            written = [phrase[: named.start()] + word + phrase[named.end() :] for word in lists[named[1]]]
            yield from spell_out(written, lists)
        else:
            raise ValueError(f"names the list {named[0]}; lists in `words`: {', '.join(lists) or 'none'}")
