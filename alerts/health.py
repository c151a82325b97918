"""What a mail says about our own eyes: how much was looked at, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Article, ArticleUrl, Crawl, Failure, Source, Version
from storage.urls import url_key

_BATCH = 500


@dataclass(frozen=True)
class Health:
    """`checked`: articles looked at since. `unreadable`: (url, cause) of pages that failed since and still do."""

    checked: int
    unreadable: tuple[tuple[str, str], ...]
    troubled_since: datetime | None
    quarantined: int


def health(session: Session, since: datetime) -> Health:
    failing = _failing(session, since)
    troubled = session.scalar(select(func.min(Source.state_since)).where(Source.state != "ok"))
    # Source by source, as the index has it.
    looked_at = (
        select(func.count())
        .select_from(Article)
        .where(Article.source_id.in_(select(Source.id)), Article.last_checked >= since)
    )
    suspect = select(func.count()).select_from(Version).where(Version.status == "quarantined")
    return Health(
        checked=session.scalar(looked_at) or 0,
        unreadable=tuple((url, cause) for url, cause, _ in failing),
        troubled_since=troubled or min((at for _, _, at in failing), default=None),
        quarantined=session.scalar(suspect) or 0,
    )


def _failing(session: Session, since: datetime) -> list[tuple[str, str, datetime]]:
    """(url, cause, when) of the latest failure of each page that still fails.

    An article is readable again once it was looked at; any other page once a later crawl did not fail on it.
    """
    latest = select(func.max(Failure.id)).where(Failure.at >= since).group_by(Failure.url)
    whole = (Crawl.outcome.in_(("finished", "partial")), Crawl.kind == "crawl")
    last_crawl = select(Crawl.id).where(*whole).order_by(Crawl.id.desc()).limit(1)
    crawl_id = session.scalar(last_crawl) or 0
    failures = session.scalars(select(Failure).where(Failure.id.in_(latest)).order_by(Failure.id)).all()
    looked = _looks(session, [url_key(failure.url) for failure in failures])
    return [
        (failure.url, failure.cause, failure.at)
        for failure in failures
        if (at <= failure.at if (at := looked.get(url_key(failure.url))) else failure.crawl_id >= crawl_id)
    ]


def _looks(session: Session, keys: Sequence[str]) -> dict[str, datetime | None]:
    """When the articles at these addresses were last looked at."""
    found: dict[str, datetime | None] = {}
    for start in range(0, len(keys), _BATCH):
        rows = select(ArticleUrl.url_key, Article.last_checked).join(Article, Article.id == ArticleUrl.article_id)
        batch = rows.where(ArticleUrl.url_key.in_(keys[start : start + _BATCH]))
        found |= dict(session.execute(batch).all())
    return found
