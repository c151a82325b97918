"""Which seeds have had their first crawl: until then, what they list is a starting point and not news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import tables
from storage.revisit import listings_due
from storage.urls import url_key

# A seed of which some page fails for good must not stay silent for ever.
_ATTEMPTS = 5
_LISTINGS_WHOLE = "listings-whole/{}"  # a setting, by source: when its listings were last read to their end


@dataclass
class SeedResult:
    """How one start URL fared: whether it could be read, and whether all its pages could."""

    url: str
    read: bool = False
    complete: bool = True
    listed: int = 0
    cause: str = ""
    shows: str = ""  # the text hash of the article that its page reads as, if it does


def seeds_past_baseline(session: Session, source_id: int) -> set[str]:
    """The keys of the seeds whose first crawl is over: what they list now is news."""
    return set(
        session.scalars(
            select(tables.Seed.url_key).where(tables.Seed.source_id == source_id, tables.Seed.baseline_at.is_not(None))
        )
    )


def listings_are_due(session: Session, source_id: int, now: datetime) -> bool:
    """Whether this crawl reads listings to their end, and not only as far as they hold something unknown."""
    since = session.scalar(select(func.min(tables.Seed.baseline_at)).where(tables.Seed.source_id == source_id))
    whole = session.get(tables.Setting, _LISTINGS_WHOLE.format(source_id))
    return listings_due(now, since=since, whole=datetime.fromisoformat(whole.value) if whole else None)


def note_listings(session: Session, source_id: int, results: Iterable[SeedResult], now: datetime) -> None:
    """Remember that listings were read to their end, unless none could be."""
    if any(result.read and result.complete for result in results):
        session.merge(tables.Setting(key=_LISTINGS_WHOLE.format(source_id), value=now.isoformat()))


def finish_seeds(session: Session, source_id: int, results: Iterable[SeedResult], now: datetime) -> None:
    """A seed's first crawl is over once all its pages were read and listed something, a wall being no listing."""
    rows = {
        seed.url_key: seed for seed in session.scalars(select(tables.Seed).where(tables.Seed.source_id == source_id))
    }
    for result in results:
        if not (result.read and result.listed) or _is_an_article(session, source_id, result):
            continue
        key = url_key(result.url)
        seed = rows.get(key)
        if seed is None:
            seed = rows[key] = tables.Seed(source_id=source_id, url_key=key, attempts=0)
            session.add(seed)
        seed.attempts += 1
        if seed.baseline_at is None and (result.complete or seed.attempts >= _ATTEMPTS):
            seed.baseline_at = now


def _is_an_article(session: Session, source_id: int, result: SeedResult) -> bool:
    """Whether the page that came for this listing is one of the articles: then it listed that article's cards."""
    if not result.shows:
        return False
    same = select(tables.Article.id).where(
        tables.Article.source_id == source_id, tables.Article.text_hash == result.shows
    )
    return session.scalar(same.limit(1)) is not None


def unbaseline(session: Session, crawl_id: int, source_id: int, news_keys: set[str]) -> None:
    """A piece found on a first look at one seed is news all the same when a seed of old lists it too.

    Not so one that was listed in an earlier crawl and only could not be read then.
    """
    started = session.get_one(tables.Crawl, crawl_id).started
    rows = session.execute(
        select(tables.Article, tables.ArticleUrl.url_key)
        .join(tables.ArticleUrl, tables.ArticleUrl.article_id == tables.Article.id)
        .where(
            tables.Article.source_id == source_id,
            tables.Article.state == "pending",
            tables.Article.baseline.is_(True),
            tables.Article.first_seen >= started,
        )
    )
    for article, key in rows:
        if key in news_keys:
            article.baseline = False
