"""Bring every article up to date with the present extractor, a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crawler.reading import extractor_id, reader
from crawler.seeds import Source
from storage import tables
from storage.boilerplate import known_boilerplate
from storage.database import Database
from storage.locks import crawling
from storage.rereading import reread
from storage.sources import source_row

_BATCH = 50


@dataclass
class Reread:
    read: int = 0
    changed: int = 0
    unreadable: int = 0


def reextract(database: Database, sources: Sequence[Source]) -> Reread:
    """Raises LockHeld while a crawl is at work. What was done before an interruption stays done."""
    done = Reread()
    for source in sources:
        with crawling(database, [source.name]):
            with database.write() as session:
                source_id = source_row(session, source.name).id
            _reextract_source(database, source, source_id, done)
    return done


def _reextract_source(database: Database, source: Source, source_id: int, done: Reread) -> None:
    extractor, read, last = extractor_id(source.rules), reader(source.rules), 0
    while True:
        with database.write() as session:
            boilerplate = known_boilerplate(session, source_id)
            batch = session.scalars(
                select(tables.Article)
                .where(tables.Article.source_id == source_id, tables.Article.id > last)
                .where(tables.Article.state.in_(("live", "gone")))
                .order_by(tables.Article.id)
                .limit(_BATCH)
            ).all()
            for article in batch:
                # Forget which extractor read it last, so that this one does so in any case.
                article.extractor = ""
                done.changed += reread(session, article, extractor, read, boilerplate)
                done.read += article.extractor == extractor
                done.unreadable += article.extractor != extractor
        if not batch:
            return
        last = batch[-1].id
