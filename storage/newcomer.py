"""A piece that nobody knew yet: its rows, written one after the other without asking what is there."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Insert, Table, bindparam, insert, update
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article
from storage.observation import Observation, Recorded
from storage.snapshots import pack
from storage.standing import description
from storage.teasers import remember

_articles = cast(Table, tables.Article.__table__)


def _into(table: Any) -> Insert:
    return insert(cast(Table, table.__table__))


_ARTICLE, _ADDRESSES = _into(tables.Article), _into(tables.ArticleUrl)
_SNAPSHOT, _VERSION = _into(tables.Snapshot), _into(tables.Version)
_LINK = (
    update(_articles)
    .where(_articles.c.id == bindparam("article"))
    .values(current_id=bindparam("version"), snapshot_id=bindparam("snapshot"))
)


def insert_newcomer(
    session: Session, crawl_id: int, seen: Observation, article: Article, keys: dict[str, str]
) -> Recorded:
    """Store a piece none of whose addresses (`keys`, by role) is anybody's."""
    connection = session.connection()

    def stored(statement: Insert, values: dict[str, Any]) -> int:
        key = connection.execute(statement, values).inserted_primary_key
        assert key is not None
        return int(key[0])

    url = seen.canonical if keys["canonical"] else seen.url
    row = {
        "source_id": seen.source_id, "url": url, "state": "pending", "first_seen": seen.fetched_at,
        "baseline": seen.baseline, "teaser": remember("", seen.teaser), **description(article, seen.extractor),
    }  # fmt: skip
    article_id = stored(_ARTICLE, row)
    urls = {keys["final"]: seen.url, keys["requested"]: seen.requested, keys["canonical"]: seen.canonical}
    addresses = {"article_id": article_id, "source_id": seen.source_id, "since": seen.fetched_at}
    connection.execute(_ADDRESSES, [{**addresses, "url_key": key, "url": url} for key, url in urls.items() if key])
    snapshot_id = stored(_SNAPSHOT, {"article_id": article_id, **snapshot_values(seen, *pack(seen.body))})
    version = version_values(seen, article, change="new", crawl_id=crawl_id)
    version_id = stored(_VERSION, {"article_id": article_id, "snapshot_id": snapshot_id, **version})
    connection.execute(_LINK, {"article": article_id, "version": version_id, "snapshot": snapshot_id})
    return Recorded("new", article_id)


def snapshot_values(seen: Observation, codec: str, packed: bytes) -> dict[str, Any]:
    """By column, what is kept of the page itself."""
    return {
        "url": seen.url, "fetched_at": seen.fetched_at, "status": seen.status, "headers": seen.headers,
        "codec": codec, "body": packed, "size": len(seen.body),
    }  # fmt: skip


def version_values(seen: Observation, article: Article, *, change: str, crawl_id: int) -> dict[str, Any]:
    """By column, a version that waits for the end of the crawl."""
    return {
        "status": "pending",
        "change": change,
        "crawl_id": crawl_id,
        "seen_at": seen.fetched_at,
        "extractor": seen.extractor,
        "content_hash": article.content_hash(),
        "hashes": article.facet_hashes(),
        "title": article.title,
        "text": article.text,
        "data": article.to_dict(),
    }
