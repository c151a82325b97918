"""A recrawl on a copy of the archive, so that the archive itself cannot change."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import select

from alerts.diff import diff_articles
from storage import tables
from storage.article import Article
from storage.copying import copy_archive
from storage.crawls import Report
from storage.database import Database, open_database
from storage.history import find_article


@contextmanager
def rehearsal(database: Database) -> Iterator[Database]:
    """A throw-away copy of the archive as it is now, in a file whatever the archive is in."""
    with tempfile.TemporaryDirectory(prefix="nieuwswacht-") as folder:
        path = Path(folder) / "copy.db"
        if database.path is not None:
            address = f"{database.path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as original, closing(sqlite3.connect(path)) as copy:
                original.backup(copy)
        rehearsed = open_database(f"sqlite:///{path}")
        try:
            if database.path is None:
                with database.read() as session:
                    copy_archive(session, rehearsed)
            yield rehearsed
        finally:
            rehearsed.close()


def with_diffs(copy: Database, report: Report) -> None:
    """Add to each edited article of the report what is different."""
    with copy.read() as session:
        for entry in report.articles:
            if entry["change"] not in ("edited", "reverted"):
                continue
            article = find_article(session, entry["url"])
            change = session.scalars(
                select(tables.Change)
                .where(tables.Change.article_id == article.id, tables.Change.crawl_id == report.crawl_id)
                .where(tables.Change.kind.in_(("edited", "reverted")))
                .order_by(tables.Change.id.desc())
            ).first()
            if change is not None:
                old, new = (session.get_one(tables.Version, id_) for id_ in (change.from_id, change.to_id))
                entry["diff"] = diff_articles(Article.from_dict(old.data), Article.from_dict(new.data)).to_dict()
