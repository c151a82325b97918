"""Reading a stored page again with a better extractor. Whatever that changes is our doing, and never news."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from storage import tables
from storage.acceptance import accept
from storage.article import Article, changed_facets
from storage.boilerplate import strip
from storage.shelf import read_snapshot

# (page bytes, content type, url) -> the article, or None when this extractor finds none there.
Read = Callable[[bytes, str, str], Article | None]


def reread(
    session: Session,
    known: tables.Article,
    extractor: str,
    read: Read,
    boilerplate: frozenset[str],
    crawl_id: int | None = None,
) -> bool:
    """Bring a known article up to date with the extractor, from its latest snapshot; whether it reads differently."""
    snapshot = session.get(tables.Snapshot, known.snapshot_id) if known.snapshot_id else None
    if snapshot is None or known.state not in ("live", "gone"):
        return False
    found = read(read_snapshot(session, snapshot), snapshot.headers.get("content-type", ""), snapshot.url)
    if found is None:
        return False
    article = strip(found, boilerplate)
    current = session.get_one(tables.Version, known.current_id)
    fields = changed_facets(current.hashes, article.facet_hashes())
    known.extractor, known.etag = extractor, ""
    if not fields:
        return False
    state, changed = known.state, known.last_changed
    version = tables.Version(
        article_id=known.id,
        status="pending",
        change="edited",
        crawl_id=crawl_id,
        snapshot_id=snapshot.id,
        seen_after=current.seen_at,
        seen_at=snapshot.fetched_at,
        extractor=extractor,
        content_hash=article.content_hash(),
        hashes=article.facet_hashes(),
        fields=fields,
        title=article.title,
        text=article.text,
        data=article.to_dict(),
    )
    session.add(version)
    session.flush()
    checked = known.last_checked
    accept(session, version, silent=True)
    known.state, known.last_changed, known.last_checked = state, changed, checked
    session.flush()
    return True
