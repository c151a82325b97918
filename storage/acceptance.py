"""What becomes of a pending version: accepted and numbered, held in quarantine, or rejected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article
from storage.standing import describe, plan


def accept(
    session: Session, version: tables.Version, *, silent: bool = False, detected: datetime | None = None
) -> None:
    """Number the version, make it the article's present one, and record the change that readers may hear of.

    `silent`: the page or the extractor changed, not the text an editor wrote; kept in the history, never told.
    """
    article = session.get_one(tables.Article, version.article_id)
    article.versions_count += 1
    version.status, version.number, version.reason = "accepted", article.versions_count, ""
    if silent:
        version.cause = "extractor"
    when = detected or version.seen_at
    was_gone = article.state == "gone"
    # What was held may have been seen before the article went; then it is not there now.
    still_gone = was_gone and article.last_changed is not None and version.seen_at < article.last_changed
    session.add(
        tables.Change(
            article_id=article.id,
            kind=version.change,
            crawl_id=version.crawl_id,
            from_id=article.current_id if version.change != "new" else None,
            to_id=version.id,
            detected=when,
            fields=version.fields,
            tellable=not silent and not (version.change == "new" and article.baseline),
        )
    )
    article.current_id = version.id
    article.snapshot_id = version.snapshot_id or article.snapshot_id
    describe(article, Article.from_dict(version.data), version.extractor)
    if not still_gone:
        _there(article, version.seen_at, changed=not silent)
    session.flush()
    if was_gone and not still_gone:
        session.add(
            tables.Change(
                article_id=article.id,
                kind="returned",
                crawl_id=version.crawl_id,
                from_id=version.id,
                to_id=version.id,
                detected=when,
            )
        )
        session.flush()


def _there(article: tables.Article, seen_at: datetime, *, changed: bool) -> None:
    article.last_checked = seen_at
    article.state, article.misses, article.missed_since, article.failures = "live", 0, None, 0
    if changed:
        article.last_changed = seen_at
    plan(article, seen_at)


def quarantine(session: Session, version: tables.Version, reason: str) -> None:
    """Hold the version; an older one held for the same article is superseded."""
    session.execute(
        update(tables.Version)
        .where(
            tables.Version.article_id == version.article_id,
            tables.Version.status == "quarantined",
            tables.Version.id != version.id,
        )
        .values(status="rejected", reason="superseded by a later reading")
    )
    version.status, version.reason = "quarantined", reason
    session.flush()


def reject(version: tables.Version, reason: str) -> None:
    version.status, version.reason = "rejected", reason


def rewrite(version: tables.Version, article: Article, fields: list[str]) -> None:
    """Let a pending version say `article` instead of what was read first."""
    version.data, version.text, version.title = article.to_dict(), article.text, article.title
    version.hashes, version.content_hash = article.facet_hashes(), article.content_hash()
    version.fields = fields


def lift_quarantines(session: Session, crawl_id: int, source_id: int) -> None:
    """A held version is moot once the article was seen again as it was, or as something an editor made of it."""
    started = session.scalar(select(tables.Crawl.started).where(tables.Crawl.id == crawl_id))
    recovered = select(tables.Article.id).where(
        tables.Article.source_id == source_id, tables.Article.last_checked >= started
    )
    held = tables.Version.status == "quarantined"
    over = held & (tables.Version.seen_at < started) & tables.Version.article_id.in_(recovered)
    if session.scalar(select(tables.Version.id).where(over).limit(1)) is None:
        return
    rejected = {"status": "rejected", "reason": tables.Version.reason + " (over)"}
    session.execute(update(tables.Version).where(over).values(rejected).execution_options(synchronize_session=False))
    # Where one has recovered, the others may have: the next crawl looks.
    others = tables.Article.id.in_(select(tables.Version.article_id).where(held))
    waiting = update(tables.Article).where(tables.Article.source_id == source_id, others)
    session.execute(waiting.values(next_due=started).execution_options(synchronize_session=False))


def open_quarantine(session: Session) -> Sequence[tuple[tables.Version, tables.Article]]:
    """What waits for a person, oldest first."""
    rows = session.execute(
        select(tables.Version, tables.Article)
        .join(tables.Article, tables.Article.id == tables.Version.article_id)
        .where(tables.Version.status == "quarantined")
        .order_by(tables.Version.id)
    )
    return [(version, article) for version, article in rows]


def quarantined_sources(session: Session) -> Sequence[str]:
    """The names of the sources that something waits of."""
    names = select(tables.Source.name).join(tables.Article, tables.Article.source_id == tables.Source.id)
    names = names.join(tables.Version, tables.Version.article_id == tables.Article.id)
    return session.scalars(names.where(tables.Version.status == "quarantined").distinct()).all()


def count_open_quarantine(session: Session, source_id: int | None = None) -> int:
    """How many versions wait for a person, of one source or of all."""
    query = select(func.count()).select_from(tables.Version).where(tables.Version.status == "quarantined")
    if source_id is not None:
        query = query.join(tables.Article, tables.Article.id == tables.Version.article_id)
        query = query.where(tables.Article.source_id == source_id)
    return session.scalar(query) or 0
