"""The article's own row: what later looks compare with, and when the next look is due."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article, title_key
from storage.revisit import next_due

_SITE_ZONE = ZoneInfo("Europe/Amsterdam")


class Standing(Protocol):
    """An article's row, or those of its columns that its timetable depends on."""

    id: Any
    first_seen: Any
    published_day: Any
    last_changed: Any


def describe(row: tables.Article, article: Article, extractor: str) -> None:
    """Copy onto the article's row what later looks and look-ups compare with."""
    for name, value in description(article, extractor).items():
        setattr(row, name, value)


def description(article: Article, extractor: str) -> dict[str, Any]:
    """By column, what the row of an article that says this holds."""
    return {
        "content_hash": article.content_hash(),
        "text_hash": article.text_hash(),
        "text_length": len(article.text),
        "extractor": extractor,
        "title": article.title,
        "title_key": title_key(article.title),
        "published_day": article.published[:10],
        "post_id": article.post_id,
    }


def looked(session: Session, known: tables.Article, now: datetime, crawl_id: int) -> bool:
    """The article is there, as it was; forget its misses and plan the next look. True when it had been gone."""
    for name, value in seen_again(known, now).items():
        setattr(known, name, value)
    if known.state != "gone":
        return False
    known.state, known.last_changed = "live", now
    session.add(
        tables.Change(article_id=known.id, kind="returned", crawl_id=crawl_id, detected=now, tellable=True,
                      from_id=known.current_id, to_id=known.current_id)
    )  # fmt: skip
    return True


def seen_again(known: Standing, now: datetime) -> dict[str, Any]:
    """By column, what a good look leaves on the article's row."""
    return {"last_checked": now, "misses": 0, "missed_since": None, "failures": 0, "next_due": _due(known, now)}


def plan(known: tables.Article, now: datetime) -> None:
    known.next_due = _due(known, now)


def _due(known: Standing, now: datetime) -> datetime:
    return next_due(
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
