"""Record one look at one page. What differs is kept as a pending version; the end of the crawl settles it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.addresses import add_urls, give_url, move
from storage.article import Article, changed_facets
from storage.boilerplate import strip
from storage.health import doubt
from storage.identity import Owner, another_piece, keys_of, lookalike, owners, same_piece
from storage.newcomer import insert_newcomer, version_values
from storage.observation import Observation, Recorded
from storage.rereading import Read, reread
from storage.revisit import while_held
from storage.shelf import drop_pending, store_snapshot, was_complete
from storage.standing import describe, looked
from storage.teasers import remember
from storage.urls import url_key

STANDING = "still as in quarantine"


def record(
    session: Session, crawl_id: int, seen: Observation, boilerplate: frozenset[str], read: Read | None = None
) -> Recorded:
    """Store what this page says and report what that means. Runs inside the caller's transaction.

    `read` is the present extractor: an article last read by another one is read again by it before it is compared.
    """
    article = strip(seen.article, boilerplate)
    keys = keys_of(final=seen.url, canonical=seen.canonical, requested=seen.requested)
    held = owners(session, keys)
    owner = _choose(session, held, article)
    if owner is None or owner.article.state == "unread":
        twin = lookalike(session, seen.source_id, article)
        if twin is not None:
            return Recorded("claimed", twin.id)
        if not seen.complete:
            return Recorded("refused", 0, "the page was cut off")
        if not held:
            return insert_newcomer(session, crawl_id, seen, article, keys)
        return record_new(session, crawl_id, seen, article, owner.article if owner else None)
    known = owner.article
    if read is not None and known.extractor != seen.extractor:
        reread(session, known, seen.extractor, read, boilerplate, crawl_id)
    current = session.get_one(tables.Version, known.current_id)
    comparable = read is None or known.state == "pending" or known.extractor == seen.extractor
    home, final = url_key(known.url), keys["final"]
    if another_piece(Article.from_dict(current.data), article):
        twin = lookalike(session, seen.source_id, article, exclude=known.id)
        if twin is not None:
            return Recorded("claimed", twin.id)
        if final != home:
            # Its address leads to a piece that nobody knows yet: that one is new, this one has not been seen.
            return record_new(session, crawl_id, seen, article)
        return _compare(session, crawl_id, known, current, seen, article, comparable=comparable)
    if home not in (final, keys["requested"]):
        # A second address of it, which may show it differently: only its home counts, while it has one.
        return Recorded("claimed", known.id)
    if known.state == "pending" and final != home:
        add_urls(session, known, seen, keys)
        return Recorded("alias", known.id)
    moved = final != home and move(session, known, seen.url, seen.fetched_at, crawl_id)
    add_urls(session, known, seen, keys)
    return _compare(session, crawl_id, known, current, seen, article, moved=moved, comparable=comparable)


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
    return next((owner for owner in held if owner.article.state == "unread" and owner.by != "canonical"), None)


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
    row = unread or tables.Article(source_id=seen.source_id, first_seen=seen.fetched_at, baseline=seen.baseline)
    row.url, row.state, row.teaser, row.failures = seen.url, "pending", remember("", seen.teaser), 0
    if unread is None:
        session.add(row)
    session.flush()
    give_url(session, row, seen.url, seen.fetched_at, take=True)
    add_urls(session, row, seen, keys)
    if keys["canonical"] and give_url(session, row, seen.canonical, seen.fetched_at):
        row.url = seen.canonical
    snapshot = store_snapshot(session, row, seen, keep=True)
    values = version_values(seen, article, change="new", crawl_id=crawl_id)
    version = tables.Version(article_id=row.id, snapshot_id=snapshot.id, **values)
    session.add(version)
    session.flush()
    row.current_id, row.snapshot_id = version.id, snapshot.id
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
    comparable: bool = True,
) -> Recorded:
    before = Article.from_dict(current.data)
    if before.published and not article.published:
        # Nobody takes a date off a page that stays; we did not find it, and unknown is no news.
        article = replace(article, published=before.published)
    fields = changed_facets(current.hashes, article.facet_hashes())
    if not fields:
        drop_pending(session, known, keep=current.id)
        returned = touch(session, known, seen, crawl_id)
        store_snapshot(session, known, seen, keep=False)
        return Recorded("unchanged", known.id, moved=moved, returned=returned)
    if known.state == "pending":
        # A second answer within the first crawl that differs from the first: the later crawl will compare.
        return Recorded("alias", known.id)
    content_hash = article.content_hash()
    held = _said(session, known, content_hash, "quarantined")
    if held is not None:
        drop_pending(session, known)
        known.next_due = while_held(seen.fetched_at, held)
        return Recorded("suspect", known.id, STANDING, moved=moved)
    reason = doubt(before, article, complete=seen.complete or not was_complete(session, known))
    if not (reason or comparable):
        reason = "the page stored before cannot be read by the present extractor"
    drop_pending(session, known)
    snapshot = store_snapshot(session, known, seen, keep=True)
    change = "edited" if _said(session, known, content_hash, "accepted") is None else "reverted"
    values = version_values(seen, article, change=change, crawl_id=crawl_id)
    version = tables.Version(article_id=known.id, snapshot_id=snapshot.id, **values)
    version.fields, version.reason, version.seen_after = fields, reason, known.last_checked
    session.add(version)
    known.etag = ""  # the next look must see the page itself, whatever becomes of this version
    return Recorded("suspect" if reason else "edited", known.id, reason, moved=moved)


def touch(session: Session, known: tables.Article, seen: Observation, crawl_id: int) -> bool:
    """A good look that showed nothing new; whether the article had been gone."""
    known.etag, known.last_full = seen.etag, seen.fetched_at
    known.teaser = remember(known.teaser, seen.teaser)
    return looked(session, known, seen.fetched_at, crawl_id)


def _said(session: Session, known: tables.Article, content_hash: str, status: str) -> datetime | None:
    """When the article first said exactly this, in a version of this status; None if it never did."""
    return session.scalar(
        select(tables.Version.seen_at)
        .where(
            tables.Version.article_id == known.id,
            tables.Version.content_hash == content_hash,
            tables.Version.status == status,
        )
        .order_by(tables.Version.id)
        .limit(1)
    )
