"""What a listing says anew of articles we know: reason for a look, unless it is the listing that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.listing import Candidate
from storage.known import Known
from storage.teasers import has_new_figures, is_new
from storage.urls import url_key

# Other figures on this many cards, and on more than half of them, count readers or days and announce nothing.
_COUNTERS = 5


@dataclass
class Announcements:
    """By article id. `worth_a_look`: said anew; `overheard`: wordings to remember without a look."""

    worth_a_look: set[int] = field(default_factory=set)
    overheard: dict[int, str] = field(default_factory=dict)


def announcements(pieces: Sequence[Candidate], known: Mapping[str, Known]) -> Announcements:
    """`known` by URL key, as the ledger has it."""
    heard = Announcements()
    listed = [(piece.teaser, known[key]) for piece in pieces if (key := url_key(piece.url)) in known]
    heard.worth_a_look = {article.article_id for teaser, article in listed if is_new(article.teaser, teaser)}
    figures = {article.article_id: teaser for teaser, article in listed if has_new_figures(article.teaser, teaser)}
    if len(figures) >= _COUNTERS and 2 * len(figures) > len(listed):
        heard.overheard = figures
    else:
        heard.worth_a_look |= figures.keys()
    heard.overheard |= {article.article_id: teaser for teaser, article in listed if teaser and not article.teaser}
    return heard
