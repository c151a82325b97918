"""What a mail says about our own eyes: how much was looked at, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import Article, ArticleUrl, Crawl, Failure, Source, Version


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
    looked_at = select(func.count()).select_from(Article).where(Article.last_checked >= since)
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
    last_crawl = select(func.max(Crawl.id)).where(Crawl.outcome.in_(("finished", "partial")), Crawl.kind == "crawl")
    rows = session.execute(
        select(Failure, Article.last_checked, last_crawl.scalar_subquery())
        .outerjoin(ArticleUrl, ArticleUrl.url == Failure.url)
        .outerjoin(Article, Article.id == ArticleUrl.article_id)
        .where(Failure.id.in_(latest))
        .order_by(Failure.id)
    )
    return [
        (failure.url, failure.cause, failure.at)
        for failure, last_checked, crawl_id in rows
        if (last_checked <= failure.at if last_checked else failure.crawl_id >= (crawl_id or 0))
    ]
