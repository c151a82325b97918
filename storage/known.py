"""An article as the crawler needs it to decide on a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import tables


@dataclass(frozen=True)
class Known:
    """`url` is its present home; `teaser` what listings last said of it, as `storage.teasers` keeps it."""

    article_id: int
    url: str
    etag: str
    due: bool
    teaser: str
    state: str
    last_full: datetime | None
    extractor: str
    title_key: str


def known_of(article: tables.Article, now: datetime | None = None) -> Known:
    """What the crawler needs of this row; without `now` it is due in any case."""
    due = now is None or article.state == "pending" or article.next_due is None or article.next_due <= now
    return Known(
        article.id,
        article.url,
        article.etag,
        due,
        article.teaser,
        article.state,
        article.last_full,
        article.extractor,
        article.title_key,
    )
