"""An article as the crawler needs it to decide on a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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


@dataclass(frozen=True)
class Rest:
    """How many articles of a source are known, how many of them need no look yet, and when the first of these does."""

    known: int
    not_due: int
    next_due: datetime | None


def rest_of(session: Session, source_id: int, now: datetime) -> Rest:
    known = select(func.count()).where(
        tables.Article.source_id == source_id, tables.Article.state.in_(("live", "gone"))
    )
    resting = tables.Article.next_due > now
    first = select(func.min(tables.Article.next_due)).where(tables.Article.source_id == source_id, resting)
    return Rest(session.scalar(known) or 0, session.scalar(known.where(resting)) or 0, session.scalar(first))
