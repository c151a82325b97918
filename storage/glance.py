"""The look that shows nothing new, as nearly all do: one row read, one written, and no text loaded.

Whatever is not plainly that - another address, another extractor, a version that waits, an article that was gone -
is left to `storage.recorder`, which decides everything and would decide the same here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Update

from storage import tables
from storage.article import Article
from storage.identity import keys_of
from storage.observation import Observation, Recorded
from storage.shelf import store_snapshot
from storage.standing import seen_again
from storage.teasers import remember
from storage.urls import url_key

# A page that says the same is kept anew this often: a better extractor then has recent bytes to read again.
_KEEP_ANEW = timedelta(days=1)

_articles, _addresses = cast(Table, tables.Article.__table__), cast(Table, tables.ArticleUrl.__table__)
_versions, _snapshots = cast(Table, tables.Version.__table__), cast(Table, tables.Snapshot.__table__)
_others = _versions.alias()
_columns = [_articles.c[name] for name in ("id", "state", "first_seen", "published_day", "last_changed")]
_waits = select(_others.c.id).where(_others.c.article_id == _articles.c.id, _others.c.status == "pending").exists()
_HELD = (
    select(
        *_columns,
        *(_articles.c.url, _articles.c.extractor, _articles.c.teaser),
        _versions.c.content_hash,
        _snapshots.c.fetched_at.label("kept"),
        _waits.label("waits"),
    )
    .join_from(_addresses, _articles, _articles.c.id == _addresses.c.article_id)
    .join(_versions, _versions.c.id == _articles.c.current_id)
    .join(_snapshots, _snapshots.c.id == _articles.c.snapshot_id)
    .where(_addresses.c.url_key == bindparam("key"))
)
_BY_ID = select(*_columns).where(_articles.c.id == bindparam("id"))


def _update(*names: str) -> Update:
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(_articles).where(_articles.c.id == bindparam("article")).values(values)


_SEEN = ("last_checked", "misses", "missed_since", "failures", "next_due")
_NOTE_304, _NOTE_SAME = _update(*_SEEN), _update(*_SEEN, "etag", "last_full", "teaser")


def unchanged(session: Session, seen: Observation, article: Article, expected: int | None) -> Recorded | None:
    """Note that the known article at this address says what it said; None when there may be more to it."""
    keys = keys_of(final=seen.url, canonical=seen.canonical, requested=seen.requested)
    if set(keys.values()) - {keys["final"], ""}:
        return None
    row: Any = session.connection().execute(_HELD, {"key": keys["final"]}).one_or_none()
    if row is None or row.state != "live" or row.waits or row.extractor != seen.extractor:
        return None
    if row.content_hash != article.content_hash() or url_key(row.url) != keys["final"]:
        return None
    if expected not in (None, row.id):
        return None
    values = seen_again(row, seen.fetched_at)
    values |= {"etag": seen.etag, "last_full": seen.fetched_at, "teaser": remember(row.teaser, seen.teaser)}
    session.connection().execute(_NOTE_SAME, {"article": row.id, **values})
    if seen.fetched_at - row.kept >= _KEEP_ANEW:
        store_snapshot(session, session.get_one(tables.Article, row.id), seen, keep=False)
    return Recorded("unchanged", row.id)


def still_there(session: Session, article_id: int, now: datetime) -> bool:
    """Note a 304 for a live article; False, and nothing noted, for one that was gone."""
    row: Any = session.connection().execute(_BY_ID, {"id": article_id}).one_or_none()
    if row is None or row.state != "live":
        return False
    session.connection().execute(_NOTE_304, {"article": article_id, **seen_again(row, now)})
    return True
