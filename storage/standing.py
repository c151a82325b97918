"""The article's own row: what later looks compare with, and when the next look is due."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article, title_key
from storage.revisit import next_due

_SITE_ZONE = ZoneInfo("Europe/Amsterdam")


def describe(row: tables.Article, article: Article, extractor: str) -> None:
    """Copy onto the article's row what later looks and look-ups compare with."""
    hashes = article.facet_hashes()
    row.content_hash, row.text_hash, row.extractor = article.content_hash(), hashes["text"], extractor
    row.text_length, row.title, row.title_key = len(article.text), article.title, title_key(article.title)
    row.published_day, row.post_id = article.published[:10], article.post_id


def looked(session: Session, known: tables.Article, now: datetime, crawl_id: int) -> bool:
    """The article is there, as it was; forget its misses and plan the next look. True when it had been gone."""
    known.last_checked, known.misses, known.missed_since, known.failures = now, 0, None, 0
    plan(known, now)
    if known.state != "gone":
        return False
    known.state, known.last_changed = "live", now
    session.add(
        tables.Change(article_id=known.id, kind="returned", crawl_id=crawl_id, detected=now, tellable=True,
                      from_id=known.current_id, to_id=known.current_id)
    )  # fmt: skip
    return True


def plan(known: tables.Article, now: datetime) -> None:
    known.next_due = next_due(
        now,
        first_seen=known.first_seen,
        published=_start_of(known.published_day),
        last_changed=known.last_changed,
        spread=known.id,
    )


def _start_of(day: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(), _SITE_ZONE) if day else None
    except ValueError:
        return None
