"""An archive as years of crawls would leave it, written in minutes: short texts, ten versions of each article.

The first versions are made here; the database itself makes all further ones of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text

from cli.demo.content import articles as demo_articles
from storage import tables
from storage.article import Article, Block
from storage.database import Database
from storage.snapshots import pack
from storage.standing import description
from storage.urls import url_key

VERSIONS = 10
WATCH = "alles"
_CHUNK = 2_000  # rows a statement
_TEXTS = 500  # at most: so many different ones
_CRAWLS = 5_000
_READERS, _DIGESTS, _TOLD = 20, 5_000, 300
_YEARS = timedelta(days=5 * 365)
_EXTRACTOR = "1.0"
_EDIT = "bijgewerkt voor de {}e keer"
Rows = Iterator[dict[str, Any]]

# Versions are numbered by edition: all first ones, then all second ones, each 1/_CRAWLS of them seen in one crawl.
_CRAWL_OF = "1 + {crawls} * (id + {shift} - 1) / {total}"
_FURTHER = (
    "INSERT INTO snapshots (id, article_id, url, fetched_at, status, headers, codec, base_id, size, body)"
    " SELECT id + {shift}, article_id, url, fetched_at, status, headers, 'zstd+base', id, size, substr(body, 1, 400)"
    " FROM snapshots WHERE id <= {articles}",
    "INSERT INTO versions (id, article_id, number, status, reason, change, cause, crawl_id, snapshot_id, seen_at,"
    " extractor, content_hash, hashes, fields, title, text, data)"
    " SELECT v.id + {shift}, article_id, {edition}, status, reason, 'edited', cause, c.id, v.id + {shift}, c.started,"
    " extractor, substr('{edition}' || content_hash, 1, 24), hashes, '[\"body\"]', title,"
    " replace(text, '{old}', '{new}'), {data} FROM (SELECT *, {crawl} AS seen FROM versions WHERE id <= {articles}) v"
    " JOIN crawls c ON c.id = v.seen",
)
_CHANGES = (
    "INSERT INTO changes (id, article_id, kind, crawl_id, from_id, to_id, detected, fields, significance, summary,"
    " former_url, tellable) SELECT v.id, article_id, v.change, crawl_id,"
    " CASE WHEN v.id > {articles} THEN v.id - {articles} END, v.id, c.started, fields, 'major',"
    " CASE WHEN v.id > {articles} THEN '1 zin gewijzigd' ELSE '' END, '', v.id > {articles}"
    " FROM versions v JOIN crawls c ON c.id = v.crawl_id ORDER BY v.id",
    "INSERT INTO judgements (watch, version_id, matches, because)"
    " SELECT '{watch}', id, id % 3 = 0, '[]' FROM versions ORDER BY id",
)


def fill(database: Database, base: str, articles: int, now: datetime) -> None:
    """`articles` resting articles of the source `site` at `base`, each with `VERSIONS` versions and their changes."""
    with database.engine.execution_options(relaxed=True).begin() as connection:
        resume = _pause_searching(connection)
        maker = _Maker(base, articles, now)
        for table, rows in maker.first_editions():
            _insert(connection, table, rows)
        for statement in _statements(connection, articles):
            connection.execute(text(statement))
        for table, rows in maker.deliveries():
            _insert(connection, table, rows)
        for statement in resume:
            connection.exec_driver_sql(statement)
    if database.path is None:
        _settle_down(database)


def _statements(connection: Connection, articles: int) -> Iterator[str]:
    data = "replace(data, '{old}', '{new}')"
    if connection.dialect.name == "postgresql":
        data = "replace(data::text, '{old}', '{new}')::json"
    fixed: dict[str, Any] = {"articles": articles, "watch": WATCH}
    for edition in range(2, VERSIONS + 1):
        shift = (edition - 1) * articles
        words = {"old": _EDIT.format(1), "new": _EDIT.format(edition)}
        crawl = _CRAWL_OF.format(crawls=_CRAWLS, shift=shift, total=articles * VERSIONS)
        for statement in _FURTHER:
            yield statement.format(
                **fixed, **words, shift=shift, edition=edition, crawl=crawl, data=data.format(**words)
            )
    for statement in _CHANGES:
        yield statement.format(**fixed)


class _Maker:
    def __init__(self, base: str, articles: int, now: datetime) -> None:
        self._base, self._articles, self._now = base, articles, now
        self._start = now - _YEARS
        self._texts = demo_articles(min(articles, _TEXTS))
        self._page = pack(random.Random(1).randbytes(2_000))[1]  # what a page of 60 kB shrinks to, or less
        self._numbers = range(1, articles + 1)

    def first_editions(self) -> Iterator[tuple[type[Any], Rows]]:
        seed = url_key(f"{self._base}/sitemap.xml")
        yield tables.Source, iter([{"id": 1, "name": "site", "last_good": self._now}])
        yield tables.Seed, iter([{"source_id": 1, "url_key": seed, "baseline_at": self._start}])
        yield tables.Crawl, map(self._crawl, range(1, _CRAWLS + 1))
        yield tables.Failure, map(self._failure, range(1, _CRAWLS + 1))
        yield tables.Article, map(self._article, self._numbers)
        yield tables.ArticleUrl, map(self._address, self._numbers)
        yield tables.Snapshot, map(self._snapshot, self._numbers)
        yield tables.Version, map(self._version, self._numbers)

    def deliveries(self) -> Iterator[tuple[type[Any], Rows]]:
        """Readers who have heard of everything since they came, and the digests of years."""
        total = self._articles * VERSIONS
        before = max(0, total - _TOLD)
        yield tables.Subscription, (self._reader(number, before) for number in range(1, _READERS + 1))
        yield tables.Digest, map(self._digest, range(1, _DIGESTS + 1))
        yield tables.Mail, map(self._mail, range(1, _DIGESTS + 1))
        heard = [n for n in range(before + 1, total + 1) if n % 3 == 0 or (n - self._articles) % 3 == 0]
        yield (
            tables.Told,
            (
                {"subscription_id": reader, "change_id": change, "digest_id": reader}
                for reader in range(1, _READERS + 1)
                for change in heard
            ),
        )
        reach = f'{{"change": {total}, "version": {total}, "floor": 0}}'
        yield (
            tables.Setting,
            iter([{"key": f"watch:{WATCH}", "value": reach}, {"key": "judged_change_id", "value": str(total)}]),
        )

    def _when(self, share: float) -> datetime:
        return self._start + _YEARS * share

    def _url(self, article: int) -> str:
        return f"{self._base}/artikel/oud-{article:06}/"

    def _said(self, article: int, edition: int) -> Article:
        source = self._texts[article % len(self._texts)]
        first = next(block.text for block in source.blocks if block.kind == "paragraph")
        blocks = (first, f"Dossier {article}, {_EDIT.format(edition)}.")
        return Article(
            url=self._url(article),
            title=f"{source.title} ({article})",
            lead=source.lead,
            blocks=tuple(Block("paragraph", block) for block in blocks),
            authors=tuple(source.authors),
            published=f"{self._start - timedelta(hours=article % 80_000):%Y-%m-%d}",
            theme=source.theme,
            type=source.type,
            language="nl",
        )

    def _crawl(self, number: int) -> dict[str, Any]:
        at = self._when(number / (_CRAWLS + 1))
        return {
            "id": number, "kind": "crawl", "started": at, "finished": at, "outcome": "finished",
            "report": {"requests": 300},
        }  # fmt: skip

    def _failure(self, number: int) -> dict[str, Any]:
        url = self._url(1 + number % self._articles)
        at = self._when(number / (_CRAWLS + 1))
        return {"crawl_id": number, "source_id": 1, "url": url, "cause": "timeout", "at": at}

    def _article(self, number: int) -> dict[str, Any]:
        current = (VERSIONS - 1) * self._articles + number
        looked = self._now - timedelta(hours=1) - timedelta(days=30) * (number % 1000) / 1000
        return {
            "id": number, "source_id": 1, "url": self._url(number), "state": "live", "baseline": True,
            "first_seen": self._start, "last_checked": looked, "last_changed": self._when(number / self._articles),
            "next_due": self._now + timedelta(days=1 + number % 30), "etag": f'"{number}"', "last_full": looked,
            "current_id": current, "snapshot_id": current, "versions_count": VERSIONS,
            **description(self._said(number, VERSIONS), _EXTRACTOR),
        }  # fmt: skip

    def _address(self, number: int) -> dict[str, Any]:
        url = self._url(number)
        return {"article_id": number, "source_id": 1, "url_key": url_key(url), "url": url, "since": self._start}

    def _snapshot(self, number: int) -> dict[str, Any]:
        return {
            "id": number, "article_id": number, "url": self._url(number), "fetched_at": self._start, "status": 200,
            "headers": {"Content-Type": "text/html"}, "codec": "zstd", "size": 60_000,
            "body": self._page,
        }  # fmt: skip

    def _version(self, number: int) -> dict[str, Any]:
        said = self._said(number, 1)
        return {
            "id": number, "article_id": number, "number": 1, "status": "accepted", "snapshot_id": number,
            "change": "new", "crawl_id": 1 + _CRAWLS * (number - 1) // (self._articles * VERSIONS),
            "seen_at": self._start, "extractor": _EXTRACTOR, "content_hash": said.content_hash(),
            "hashes": said.facet_hashes(), "title": said.title, "text": said.text, "data": said.to_dict(),
        }  # fmt: skip

    def _reader(self, number: int, before: int) -> dict[str, Any]:
        return {
            "id": number, "address": f"lezer{number}@example.org", "watch": WATCH, "rhythm": "immediately",
            "created": self._start, "welcomed": True, "start_change_id": 0, "settled_change_id": before,
            "last_digest": self._now - timedelta(hours=1),
        }  # fmt: skip

    def _digest(self, number: int) -> dict[str, Any]:
        return {
            "id": number, "subscription_id": 1 + number % _READERS, "kind": "digest", "window": f"old {number}",
            "created": self._when(number / (_DIGESTS + 1)), "entries": 20,
        }  # fmt: skip

    def _mail(self, number: int) -> dict[str, Any]:
        sent = self._when(number / (_DIGESTS + 1))
        return {
            "id": number, "digest_id": number, "message_id": f"<{number}@example.org>", "subject": "Dossier",
            "recipient": f"lezer{1 + number % _READERS}@example.org", "state": "sent", "created": sent,
            "next_attempt": sent, "sent_at": sent,
        }  # fmt: skip


def _insert(connection: Connection, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    statement, batch = insert(table), list[dict[str, Any]]()
    for row in rows:
        batch.append(row)
        if len(batch) == _CHUNK:
            connection.execute(statement, batch)
            batch = []
    if batch:
        connection.execute(statement, batch)


def _pause_searching(connection: Connection) -> list[str]:
    """Indexing all texts at the end takes a fraction of doing it row by row; the statements that do it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP INDEX ix_versions_search"))
        return ["CREATE INDEX ix_versions_search ON versions USING gin (search)"]
    triggers = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'versions'")
    ).all()
    for name, _ in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    return ["INSERT INTO version_search(version_search) VALUES ('rebuild')", *(sql for _, sql in triggers)]


def _settle_down(database: Database) -> None:
    """What a server has to be told after rows came with ids of their own."""
    with database.engine.begin() as connection:
        for table in tables.Base.metadata.sorted_tables:
            if "id" in table.columns:
                newest = f"coalesce((SELECT max(id) FROM {table.name}), 0) + 1"
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                connection.execute(text(f"SELECT setval({sequence}, {newest}, false)"))
        connection.execute(text("ANALYZE"))
