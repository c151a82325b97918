"""Record one look at one page. What differs is kept as a pending version; the end of the crawl settles it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article, changed_facets
from storage.boilerplate import strip
from storage.health import doubt
from storage.identity import Owner, another_piece, keys_of, lookalike, owners, same_piece
from storage.observation import Observation, Recorded
from storage.rereading import Read, reread
from storage.shelf import store_snapshot
from storage.standing import describe, looked
from storage.urls import url_key


def record(
    session: Session, crawl_id: int, seen: Observation, boilerplate: frozenset[str], read: Read | None = None
) -> Recorded:
    """Store what this page says and report what that means. Runs inside the caller's transaction.

    `read` is the present extractor: an article last read by another one is read again by it before it is compared.
    """
    article = strip(seen.article, boilerplate)
    keys = keys_of(final=seen.url, canonical=seen.canonical, requested=seen.requested)
    owner = _choose(session, owners(session, keys), article)
    if owner is None or owner.article.state == "unread":
        twin = lookalike(session, seen.source_id, article)
        if twin is not None:
            return Recorded("claimed", twin.id)
        return record_new(session, crawl_id, seen, article, owner.article if owner else None)
    known = owner.article
    if read is not None and known.extractor != seen.extractor:
        reread(session, known, seen.extractor, read, boilerplate, crawl_id)
    current = session.get_one(tables.Version, known.current_id)
    reading = Article.from_dict(current.data)
    if another_piece(reading, article):
        twin = lookalike(session, seen.source_id, article, exclude=known.id)
        if twin is not None:
            return Recorded("claimed", twin.id)
    elif owner.by == "requested" and keys["final"] != keys["requested"]:
        moved = move(session, known, seen.url, seen.fetched_at, crawl_id)
        add_urls(session, known, seen, keys)
        return _compare(session, crawl_id, known, current, seen, article, moved=moved)
    add_urls(session, known, seen, keys)
    return _compare(session, crawl_id, known, current, seen, article)


def _choose(session: Session, held: list[Owner], article: Article) -> Owner | None:
    """The owner whose piece this is; a canonical link alone is believed only when the text agrees."""
    for owner in held:
        if owner.article.state == "unread" and len(held) > 1:
            continue
        if owner.by != "canonical":
            return owner
        version = session.get(tables.Version, owner.article.current_id) if owner.article.current_id else None
        if version is not None and same_piece(Article.from_dict(version.data), article):
            return owner
    return None


def adopt(session: Session, crawl_id: int, known: tables.Article, seen: Observation, article: Article) -> Recorded:
    """The page at `seen.url` is this known article's new home."""
    moved = move(session, known, seen.url, seen.fetched_at, crawl_id)
    current = session.get_one(tables.Version, known.current_id)
    return _compare(session, crawl_id, known, current, seen, article, moved=moved)


def record_new(
    session: Session,
    crawl_id: int,
    seen: Observation,
    article: Article,
    unread: tables.Article | None = None,
) -> Recorded:
    """A piece met for the first time; `unread` is its row when only its address was known."""
    keys = keys_of(final=seen.url, canonical=seen.canonical, requested=seen.requested)
    url = seen.canonical if keys["canonical"] else seen.url
    row = unread or tables.Article(
        source_id=seen.source_id, url=url, first_seen=seen.fetched_at, baseline=seen.baseline, teaser=seen.teaser
    )
    row.url, row.state = url, "pending"
    if unread is None:
        session.add(row)
    session.flush()
    add_urls(session, row, seen, keys)
    snapshot = store_snapshot(session, row, seen, keep=True)
    version = pending_version(row, seen, article, change="new", crawl_id=crawl_id, snapshot=snapshot)
    session.add(version)
    session.flush()
    row.current_id = version.id
    describe(row, article, seen.extractor)
    return Recorded("new", row.id)


def _compare(
    session: Session,
    crawl_id: int,
    known: tables.Article,
    current: tables.Version,
    seen: Observation,
    article: Article,
    *,
    moved: bool = False,
) -> Recorded:
    hashes = article.facet_hashes()
    fields = changed_facets(current.hashes, hashes)
    if not fields:
        _drop_pending(session, known, crawl_id, keep=current.id)
        returned = touch(session, known, seen, crawl_id)
        store_snapshot(session, known, seen, keep=False)
        return Recorded("unchanged", known.id, moved=moved, returned=returned)
    if known.state == "pending":
        # A second answer within the first crawl that differs from the first: the later crawl will compare.
        return Recorded("alias", known.id)
    content_hash = article.content_hash()
    if _standing_quarantine(session, known, content_hash):
        _drop_pending(session, known, crawl_id)
        return Recorded("suspect", known.id, "still as in quarantine", moved=moved)
    reason = doubt(Article.from_dict(current.data), article, complete=seen.complete)
    _drop_pending(session, known, crawl_id)
    snapshot = store_snapshot(session, known, seen, keep=True)
    change = "reverted" if _said_before(session, known, content_hash) else "edited"
    version = pending_version(known, seen, article, change=change, crawl_id=crawl_id, snapshot=snapshot)
    version.fields, version.reason, version.seen_after = fields, reason, known.last_checked
    session.add(version)
    known.etag = ""  # the next look must see the page itself, whatever becomes of this version
    return Recorded("suspect" if reason else "edited", known.id, reason, moved=moved)


def touch(session: Session, known: tables.Article, seen: Observation, crawl_id: int) -> bool:
    """A good look that showed nothing new; whether the article had been gone."""
    known.etag, known.last_full = seen.etag, seen.fetched_at
    known.teaser = seen.teaser or known.teaser
    return looked(session, known, seen.fetched_at, crawl_id)


def move(session: Session, known: tables.Article, url: str, now: datetime, crawl_id: int) -> bool:
    """The article is now at `url`; whether that is another address than before. Told or not is settled later."""
    if url_key(url) == url_key(known.url):
        return False
    session.add(
        tables.Change(article_id=known.id, kind="moved", crawl_id=crawl_id, detected=now, former_url=known.url,
                      from_id=known.current_id, to_id=known.current_id, tellable=None)
    )  # fmt: skip
    known.url = url
    return True


def add_urls(session: Session, row: tables.Article, seen: Observation, keys: dict[str, str]) -> None:
    """Remember every address under which this piece was met; an address that is another article's stays that one's."""
    urls = {"final": seen.url, "canonical": seen.canonical, "requested": seen.requested}
    wanted = {keys[role]: urls[role] for role in ("requested", "canonical", "final") if keys[role]}
    taken = set(session.scalars(select(tables.ArticleUrl.url_key).where(tables.ArticleUrl.url_key.in_(wanted))))
    for key, url in wanted.items():
        if key not in taken:
            session.add(
                tables.ArticleUrl(
                    article_id=row.id, source_id=seen.source_id, url_key=key, url=url, since=seen.fetched_at
                )
            )
    session.flush()


def pending_version(
    row: tables.Article, seen: Observation, article: Article, *, change: str, crawl_id: int, snapshot: tables.Snapshot
) -> tables.Version:
    return tables.Version(
        article_id=row.id,
        status="pending",
        change=change,
        crawl_id=crawl_id,
        snapshot_id=snapshot.id,
        seen_at=seen.fetched_at,
        extractor=seen.extractor,
        content_hash=article.content_hash(),
        hashes=article.facet_hashes(),
        title=article.title,
        text=article.text,
        data=article.to_dict(),
    )


def _drop_pending(session: Session, known: tables.Article, crawl_id: int, keep: int | None = None) -> None:
    session.execute(
        delete(tables.Version).where(
            tables.Version.article_id == known.id,
            tables.Version.status == "pending",
            tables.Version.crawl_id == crawl_id,
            tables.Version.id != (keep or 0),
        )
    )


def _standing_quarantine(session: Session, known: tables.Article, content_hash: str) -> bool:
    return (
        session.scalar(
            select(tables.Version.id).where(
                tables.Version.article_id == known.id,
                tables.Version.content_hash == content_hash,
                tables.Version.status == "quarantined",
            )
        )
        is not None
    )


def _said_before(session: Session, known: tables.Article, content_hash: str) -> bool:
    return (
        session.scalar(
            select(tables.Version.id)
            .where(
                tables.Version.article_id == known.id,
                tables.Version.content_hash == content_hash,
                tables.Version.status == "accepted",
            )
            .limit(1)
        )
        is not None
    )
