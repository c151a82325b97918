"""A crawl without a network: the spider's own requests, answered by a replica in this process, at any time of day."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from sqlalchemy import select
from twisted.python.failure import Failure

from alerts.watch import Watch
from cli.demo.model import Replica
from cli.demo.site import respond
from cli.jobs import crawl as job
from cli.jobs.crawl import CrawlContext, Crawled, Task, crawl
from cli.jobs.targets import tasks_for
from crawler.causes import FetchRefused
from crawler.hosts import site_of
from crawler.plan import SourcePlan
from crawler.run import Fetched
from crawler.seeds import Source
from crawler.settings import FetchOptions
from crawler.spiders.news import NewsSpider
from crawler.urls import UrlRules
from storage import tables
from storage.article import Article
from storage.database import open_database
from storage.history import find_article
from tests.databases import fresh_url

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_HOPS = 5


class Offline:
    """A monitor of one replica. Each crawl takes place `hours` after the one before."""

    def __init__(
        self, folder: Path, replica: Replica, monkeypatch: pytest.MonkeyPatch, *seeds: str, gone_after: float = 0,
        max_pages: int = 50, templates: dict[str, list[str]] | None = None,
    ) -> None:  # fmt: skip
        self.replica = replica
        self.now = START
        self.database = open_database(fresh_url(folder))
        paths = seeds or ("/thema/data-en-ai/",)
        self.source = Source(
            "proef", "Proef", tuple(replica.base_url + path for path in paths), UrlRules.compile(templates or {}),
            max_pages=max_pages,
        )  # fmt: skip
        self.gone_after = timedelta(hours=gone_after)
        self.watches: Sequence[Watch] = ()
        self.min_free = 0
        self.stop_after: int | None = None  # answers, after which the crawl is stopped by a signal
        self.crash_after: int | None = None  # answers, after which the process dies
        # Instead of the replica: an answer, or how the network fails.
        self.intercept: Callable[[str], Response | Exception | None] = lambda _url: None
        monkeypatch.setattr(job, "fetch", self._fetch)

    # --- commands ---

    def crawl(self, *, hours: float = 1) -> Crawled:
        return self._run([Task(self.source, self.source.start_urls)], hours, "crawl")

    def recrawl(self, *targets: str, hours: float = 1) -> Crawled:
        return self._run(tasks_for(self.database, [self.source], targets), hours, "recrawl")

    def _run(self, tasks: Sequence[Task], hours: float, kind: str) -> Crawled:
        self.now += timedelta(hours=hours)
        context = CrawlContext(
            FetchOptions(), self.gone_after, self.watches, clock=lambda: self.now, min_free=self.min_free
        )
        return crawl(self.database, tasks, context, kind=kind)

    # --- what the archive holds ---

    def told(self, kind: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
        """(kind, slug, fields) of every change that readers may hear of, oldest first."""
        return [
            (change.kind, slug_of(change.article.url), tuple(change.fields))
            for change in self._changes()
            if change.tellable and kind in ("", change.kind)
        ]

    def untold(self) -> list[str]:
        """The kinds of the changes that are kept and not told, a first crawl's left out."""
        return [change.kind for change in self._changes() if not change.tellable and change.kind != "new"]

    def _changes(self) -> list[tables.Change]:
        with self.database.read() as session:
            changes = list(session.scalars(select(tables.Change).order_by(tables.Change.id)))
            for change in changes:
                assert change.article.url
            return changes

    def articles(self, state: str = "live") -> dict[str, tables.Article]:
        """By slug."""
        with self.database.read() as session:
            rows = session.scalars(select(tables.Article).where(tables.Article.state == state))
            return {slug_of(row.url): row for row in rows}

    def find(self, path: str) -> tables.Article:
        with self.database.read() as session:
            return find_article(session, self.replica.base_url + path)

    def content(self, slug: str) -> Article:
        with self.database.read() as session:
            row = self.articles()[slug]
            return Article.from_dict(session.get_one(tables.Version, row.current_id).data)

    def versions(self, status: str = "accepted") -> list[tables.Version]:
        with self.database.read() as session:
            query = select(tables.Version).where(tables.Version.status == status).order_by(tables.Version.id)
            return list(session.scalars(query))

    def source_state(self) -> str:
        with self.database.read() as session:
            return session.scalars(select(tables.Source.state)).one()

    def notices(self) -> list[str]:
        """Keys of what the operator was or is to be told, oldest first."""
        with self.database.read() as session:
            return [notice.key for notice in session.scalars(select(tables.Notice).order_by(tables.Notice.id))]

    def open_notices(self) -> dict[str, str]:
        """key → text of what the operator is being told of."""
        with self.database.read() as session:
            notices = session.scalars(select(tables.Notice).where(tables.Notice.closed_at.is_(None)))
            return {notice.key: notice.text for notice in notices}

    # --- the network's part ---

    def _fetch(self, plans: Sequence[SourcePlan], _options: FetchOptions) -> Fetched:
        fetched = Fetched()
        for plan in plans:
            engine = _Engine(self, NewsSpider(plan=plan))
            asyncio.run(engine.run())
            fetched.requests += engine.requests
            fetched.not_modified += engine.not_modified
            fetched.stopped_by = engine.stopped_by
            if plan.fatal is not None:
                raise plan.fatal
        return fetched


class Crashed(BaseException):
    """As if the process had been killed: nothing after this point runs."""


class _Engine:
    """What Scrapy does for the spider: queue, redirects, statuses, callbacks."""

    def __init__(self, monitor: Offline, spider: NewsSpider) -> None:
        self.monitor, self.spider = monitor, spider
        self.queue: deque[Request] = deque()
        self.requests = self.not_modified = self.stopped_by = 0
        spider.crawler = SimpleNamespace(engine=self)  # type: ignore[assignment]
        spider.settings = Settings({"DOWNLOAD_MAXSIZE": 5_000_000})  # type: ignore[assignment]

    def crawl(self, request: Request) -> None:
        self.queue.append(request)

    async def run(self) -> None:
        try:
            async for request in self.spider.start():
                self.queue.append(request)
        except CloseSpider:
            return None
        while True:
            while self.queue:
                request = max(self.queue, key=lambda waiting: waiting.priority)
                self.queue.remove(request)
                if self._end_comes_early():
                    return None
                try:
                    self.queue.extend(self._answer(request) or ())
                except CloseSpider:
                    return None
            try:
                self.spider.on_idle()
            except DontCloseSpider:
                continue
            return self.spider.closed("finished")

    def _end_comes_early(self) -> bool:
        self.requests += 1
        if self.monitor.crash_after is not None and self.requests > self.monitor.crash_after:
            raise Crashed
        if self.monitor.stop_after is not None and self.requests > self.monitor.stop_after:
            self.stopped_by = 15
            return True
        return False

    def _answer(self, request: Request) -> Iterable[Request] | None:
        hops: list[str] = []
        while True:
            if site_of(request.url) not in self.spider.allowed_domains:
                return self._fail(request, FetchRefused("offsite", request.url))
            response = self._get(request)
            if isinstance(response, Exception):
                return self._fail(request, response)
            if response.status not in (301, 302, 307, 308):
                break
            hops.append(request.url)
            if len(hops) > _HOPS:
                return self._fail(request, FetchRefused("redirects", request.url))
            location = response.urljoin((response.headers[b"Location"] or b"").decode())
            request = request.replace(url=location, meta={**request.meta, "redirect_urls": list(hops)})
        self.not_modified += response.status == 304
        handled = request.meta.get("handle_httpstatus_list", ())
        if not 200 <= response.status < 300 and response.status not in handled:
            return self._fail(request, HttpError(response))
        assert request.callback is not None
        return request.callback(response)  # type: ignore[no-any-return]

    def _fail(self, request: Request, error: Exception) -> None:
        failure = Failure(error)
        failure.request = request  # type: ignore[attr-defined]
        assert request.errback is not None
        request.errback(failure)

    def _get(self, request: Request) -> Response | Exception:
        response = self.monitor.intercept(request.url)
        if isinstance(response, Exception):
            return response
        if response is None:
            parts = urlsplit(request.url)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            asked = {name.decode().lower(): values[0].decode() for name, values in request.headers.items()}
            response = answer(request.url, respond(self.monitor.replica, "GET", target, asked))
        response.request = request
        return response


def answer(url: str, served: Any) -> Response:
    """A Scrapy response of what a replica served, or of anything with `status`, `headers` and `body`."""
    headers = Headers(served.headers)
    kind = responsetypes.from_args(headers=headers, url=url, body=served.body)
    return kind(url, status=served.status, headers=headers, body=served.body)


def slug_of(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]
