"""The life of a crawl's row: begun, ended with its report, or found lying after a crash and settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.clock import put_articles_right
from storage.database import Database
from storage.errors import LockHeld
from storage.locks import crawling
from storage.settlement import settle_interrupted

_COUNTED = ("new", "edited", "moved", "gone", "returned")


@dataclass
class Report:
    """What `crawl --json` prints; a promise of INTERFACE, so only ever added to."""

    crawl_id: int = 0
    outcome: str = "finished"  # finished | partial | failed | interrupted
    requests: int = 0
    not_modified: int = 0
    new: int = 0
    edited: int = 0
    unchanged: int = 0
    moved: int = 0
    gone: int = 0
    returned: int = 0
    quarantined: int = 0
    failed: int = 0
    baseline: bool = False
    articles: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)  # name, state and reasons, in words


def begin(database: Database, kind: str, now: datetime, pid: int, locked: Collection[str] = ()) -> int:
    """A new crawl's id. `locked`: the sources and hosts that the caller holds locked, by which the crawl is known to
    be alive.
    """
    settle_left_behind(database, now, locked)
    with database.write() as session:
        put_articles_right(session, now)
        crawl = tables.Crawl(kind=kind, started=now, pid=pid, report={"locked": sorted(locked)})
        session.add(crawl)
        session.flush()
        return crawl.id


def settle_left_behind(database: Database, now: datetime, locked: Collection[str] = ()) -> Sequence[int]:
    """Bring crawls that died to their end with what they had found; their ids. `locked`: what the caller holds.

    A crawl lives as long as its sources are locked; one that is at work is left alone.
    """
    with database.read() as session:
        # By the moment of its end, which has an index: years of crawls are not read for the one that may run.
        running = select(tables.Crawl.id, tables.Crawl.report).where(
            tables.Crawl.finished.is_(None), tables.Crawl.outcome == "running"
        )
        crawls = session.execute(running).all()
    settled = []
    for crawl_id, report in crawls:
        try:
            with crawling(database, report.get("locked", ()), besides=locked), database.write() as session:
                crawl = session.get_one(tables.Crawl, crawl_id)
                if crawl.outcome == "running":  # else it came to its end since we looked
                    settle_interrupted(session, crawl, now)
                    settled.append(crawl_id)
        except LockHeld:
            continue
    return settled


def end(database: Database, report: Report, now: datetime) -> None:
    with database.write() as session:
        crawl = session.get_one(tables.Crawl, report.crawl_id)
        crawl.finished, crawl.outcome = now, report.outcome
        # The long lists stand in `changes` and `failures`; the row keeps the figures.
        crawl.report = {name: value for name, value in vars(report).items() if name not in ("articles", "failures")}


def add_changes(session: Session, report: Report) -> None:
    """Fill in what the crawl changed, as its settlement recorded it."""
    rows = session.execute(
        select(tables.Change.kind, tables.Change.article_id, tables.Article.url, tables.Version.cause)
        .join(tables.Article, tables.Article.id == tables.Change.article_id)
        .outerjoin(tables.Version, tables.Version.id == tables.Change.to_id)
        .where(tables.Change.crawl_id == report.crawl_id)
        .order_by(tables.Change.id)
    ).all()
    told = [row for row in rows if not (row.kind in ("edited", "reverted") and row.cause == "extractor")]
    counts = Counter("edited" if row.kind == "reverted" else row.kind for row in told)
    for kind in _COUNTED:
        setattr(report, kind, counts[kind])
    report.articles = [{"url": row.url, "change": row.kind} for row in told]


def last_crawl(session: Session, *, finished: bool = True) -> tables.Crawl | None:
    query = select(tables.Crawl)
    if finished:
        query = query.where(tables.Crawl.outcome != "running")
    return session.scalars(query.order_by(tables.Crawl.id.desc()).limit(1)).first()


def last_scheduled(session: Session, *, good: bool = False) -> tables.Crawl | None:
    """The latest whole crawl that came to its end; with `good`, the latest that could read its sources."""
    outcomes = ("finished", "partial") if good else ("finished", "partial", "failed")
    query = select(tables.Crawl).where(tables.Crawl.kind == "crawl", tables.Crawl.outcome.in_(outcomes))
    return session.scalars(query.order_by(tables.Crawl.id.desc()).limit(1)).first()
