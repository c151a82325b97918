"""The crawl of one source: seeds, their listings and feeds, the articles they name, and known articles that are due.

Each request ends in exactly one of `on_listing`, `on_article` and their errbacks, and each of these tells the ledger.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from datetime import timedelta
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.causes import cause_of, explain
from crawler.extraction import NotAnArticle, extract, links
from crawler.feeds import FeedRefused, looks_like_feed, read_feed
from crawler.hosts import allowed_domains
from crawler.listing import Candidate, candidates, may_be_article, next_pages, teaser_hash
from crawler.plan import SourcePlan
from crawler.reading import extractor_id, header, observation, page_of
from storage.errors import DatabaseUnusable
from storage.ledger import Known
from storage.urls import canonical_url, url_key

log = logging.getLogger(__name__)

# Listings this short are read whole in every crawl; longer ones only as far as they hold something new.
_SHORT_LISTING = 10
# However often a server says 304, the page itself is looked at this often: caches lie.
_FULL_FETCH_EVERY = timedelta(days=7)
_ARTICLE_STATUSES = (304, 404, 410)


class NewsSpider(Spider):
    name = "news"

    def __init__(self, plan: SourcePlan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.source = plan.source
        self.ledger = plan.ledger
        self.rules = plan.source.rules
        self.extractor = extractor_id(self.rules)
        self.allowed_domains = allowed_domains(self.source.start_urls)
        self.asked: dict[str, str] = {}  # URL key -> URL, answered ones removed at the end of each callback
        self.seen_keys: set[str] = set()
        self.done = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_idle, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for seed in self.plan.seeds:
            if self.rules.match("article", seed) is not None:
                for request in self._article_seed(seed):
                    yield request
            elif self._first_time(seed):
                yield self._listing(seed, seed, page=1)
        for known in self.plan.articles():
            if self._first_time(known.url):
                yield self._article(known.url, known=known)

    def _article_seed(self, seed: str) -> Iterator[Request]:
        known = self.ledger.known([seed]).get(url_key(seed))
        if (known is None or known.due or self.plan.every) and self._first_time(seed):
            yield self._article(seed, known=known, seed=seed)
        elif known is not None:
            result = self.plan.result(seed)
            result.read, result.listed = True, 1

    # --- listings, feeds and sitemaps ---

    def _listing(self, url: str, seed: str, page: int) -> Request:
        return self._request(url, self.on_listing, self.on_listing_failure, {"seed": seed, "page": page}, priority=10)

    def on_listing(self, response: Response) -> Iterable[Request]:
        with _Answered(self, response.request):
            seed, page = response.meta["seed"], response.meta["page"]
            try:
                return list(self._read_listing(response, seed, page))
            except (FeedRefused, NotAnArticle) as problem:
                cause = problem.cause if isinstance(problem, NotAnArticle) else "feed"
                self.seed_failed(response.url, seed, page, cause, str(problem))
        return []

    def _read_listing(self, response: Response, seed: str, page: int) -> Iterator[Request]:
        cause = cause_of(response)
        content_type = header(response, "content-type")
        if cause == "type" and not looks_like_feed(response.body, content_type):
            raise NotAnArticle("type", "neither a page nor a feed")
        if cause not in ("", "type"):
            self.seed_failed(response.url, seed, page, cause, explain(cause))
            return
        if looks_like_feed(response.body, content_type):
            yield from self._read_feed(response, seed, page)
            return
        parsed = page_of(response)
        found = links(parsed)
        pieces = candidates(response.url, found, self.rules)
        if page == 1 and not self._is_listing(pieces):
            try:
                extraction = extract(parsed, self.rules)
            except NotAnArticle:
                extraction = None
            if extraction is not None and extraction.signals.article_typed:
                self._record(response, extraction, None, "", [seed])
                self._seed_read(seed, 1)
                return
        self._seed_read(seed, len(pieces))
        fresh = yield from self._visit(pieces, seed)
        yield from self._follow(next_pages(response.url, found), seed, page, fresh)

    def _is_listing(self, pieces: list[Candidate]) -> bool:
        return sum(self.rules.match("article", piece.url) is not None for piece in pieces) >= 3

    def _read_feed(self, response: Response, seed: str, page: int) -> Iterator[Request]:
        feed = read_feed(response.body, response.url, self.settings.getint("DOWNLOAD_MAXSIZE"))
        pages = [item for item in feed.pages if may_be_article(item.url, self.rules)]
        fitting = [item for item in pages if self.rules.match("article", item.url) is not None]
        pieces = [Candidate(item.url, item.title, teaser_hash(item.teaser)) for item in fitting or pages]
        self._seed_read(seed, len(pieces) + len(feed.feeds))
        yield from self._visit(pieces, seed)
        for url in feed.feeds:
            if page < self.source.max_pages and self._first_time(url):
                yield self._listing(url, seed, page + 1)

    def _visit(self, pieces: list[Candidate], seed: str) -> Generator[Request, None, int]:
        """Requests for what is new, due or announced differently; returns how many were unknown."""
        known = self.ledger.known([piece.url for piece in pieces])
        fresh = 0
        for piece in pieces:
            key = url_key(piece.url)
            if self.plan.is_news(seed):
                self.ledger.news_keys.add(key)
            earlier = known.get(key)
            fresh += earlier is None
            if earlier is not None and not self._worth_a_look(earlier, piece):
                continue
            if self._first_time(piece.url):
                yield self._article(piece.url, known=earlier, piece=piece, seed=seed)
        return fresh

    def _worth_a_look(self, known: Known, piece: Candidate) -> bool:
        return self.plan.every or known.due or bool(known.teaser and known.teaser != piece.teaser)

    def _follow(self, pages: list[str], seed: str, page: int, fresh: int) -> Iterator[Request]:
        upcoming = [url for url in pages if url_key(url) not in self.seen_keys]
        wanted = fresh or page < _SHORT_LISTING or self.plan.every or not self.plan.is_news(seed)
        if not upcoming or not wanted:
            return
        if page >= self.source.max_pages:
            if fresh:
                self._failed(upcoming[0], "endless", f"after {page} pages")
            return
        if self._first_time(upcoming[0]):
            yield self._listing(upcoming[0], seed, page + 1)

    def on_listing_failure(self, failure: Failure) -> None:
        request = _request_of(failure)
        with _Answered(self, request):
            cause = cause_of(failure)
            self.seed_failed(request.url, request.meta["seed"], request.meta["page"], cause, _message(failure))

    def _seed_read(self, seed: str, listed: int) -> None:
        result = self.plan.result(seed)
        result.read = True
        result.listed += listed

    def seed_failed(self, url: str, seed: str, page: int, cause: str, detail: str) -> None:
        result = self.plan.result(seed)
        result.complete, result.cause = False, cause
        if page == 1:
            result.read = False
        self._failed(url, cause, detail)

    # --- articles ---

    def _article(
        self, url: str, *, known: Known | None = None, piece: Candidate | None = None, seed: str = ""
    ) -> Request:
        meta = {
            "known": known.article_id if known else None,
            "piece": piece,
            "seed": seed,
            "handle_httpstatus_list": list(_ARTICLE_STATUSES),
        }
        request = self._request(url, self.on_article, self.on_article_failure, meta)
        if known is not None and self._may_answer_304(known):
            request.headers["If-None-Match"] = known.etag
        return request

    def _may_answer_304(self, known: Known) -> bool:
        if not known.etag or known.extractor != self.extractor or known.last_full is None:
            return False
        return self.ledger.clock() - known.last_full < _FULL_FETCH_EVERY

    def on_article(self, response: Response) -> None:
        with _Answered(self, response.request):
            known: int | None = response.meta["known"]
            if response.status == 304 and known is not None:
                self.ledger.not_modified(known)
            elif response.status in (404, 410) and known is not None:
                self.ledger.miss(known, _requested(response), response.status)
            else:
                self._read_article(response, known)

    def _read_article(self, response: Response, known: int | None) -> None:
        piece: Candidate | None = response.meta["piece"]
        seed: str = response.meta["seed"]
        cause = cause_of(response)
        if cause:
            self._article_failed(response.url, cause, explain(cause), response.meta)
            return
        try:
            extraction = extract(page_of(response), self.rules)
        except NotAnArticle as reason:
            self._article_failed(_requested(response), reason.cause, reason.detail, response.meta)
            return
        self._record(response, extraction, known, piece.teaser if piece else "", [seed] if seed else [])
        if seed and self.rules.match("article", seed) is not None and url_key(seed) == url_key(_requested(response)):
            self._seed_read(seed, 1)

    def _record(self, response: Response, extraction: Any, known: int | None, teaser: str, seeds: list[str]) -> None:
        self.ledger.see(
            observation(
                response,
                extraction,
                source_id=self.ledger.source_id,
                requested=_requested(response),
                now=self.ledger.clock(),
                extractor=self.extractor,
                baseline=not any(self.plan.is_news(seed) for seed in seeds),
                teaser=teaser,
            ),
            known,
        )

    def on_article_failure(self, failure: Failure) -> None:
        request = _request_of(failure)
        with _Answered(self, request):
            self._article_failed(_requested(request), cause_of(failure), _message(failure), request.meta)

    def _article_failed(self, url: str, cause: str, detail: str, meta: dict[str, Any]) -> None:
        known, piece, seed = meta["known"], meta["piece"], meta["seed"]
        if seed and url_key(seed) == url_key(url):
            self.plan.result(seed).cause = cause
        self.ledger.fail(url, cause, detail, known, title=piece.title if piece else "")

    # --- bookkeeping ---

    def _request(self, url: str, callback: Any, errback: Any, meta: dict[str, Any], priority: int = 0) -> Request:
        self.asked[url_key(url)] = url
        # Our own memory of what was asked decides on repeats: Scrapy's filter drops them without a word.
        return Request(url, callback=callback, errback=errback, meta=meta, priority=priority, dont_filter=True)

    def _first_time(self, url: str) -> bool:
        key = url_key(canonical_url(url))
        if key in self.seen_keys:
            return False
        self.seen_keys.add(key)
        return True

    def _failed(self, url: str, cause: str, detail: str) -> None:
        self.ledger.fail(url, cause, detail)

    def answered(self, request: Request | None) -> None:
        if request is not None:
            self.asked.pop(url_key(_requested(request)), None)
        self.done += 1
        self.plan.progress(self.done, self.done + len(self.asked))

    def on_idle(self) -> None:
        """Before the crawl ends: ask once more what needs a second look."""
        if self.plan.fatal is not None:
            return
        try:
            further = self.ledger.followups()
        except DatabaseUnusable as error:
            self.plan.fatal = error
            return
        engine = self.crawler.engine
        if not further or engine is None:
            return
        for article_id, url in further:
            known = self.ledger.known([url]).get(url_key(url))
            request = self._article(url)
            request.meta["known"] = known.article_id if known else article_id
            engine.crawl(request)
        raise DontCloseSpider


class _Answered:
    """Around each answer: counted as answered, and a fault of ours named instead of lost in Scrapy's log."""

    def __init__(self, spider: NewsSpider, request: Request | None) -> None:
        self.spider, self.request = spider, request

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        self.spider.answered(self.request)
        if error is None:
            return False
        if isinstance(error, DatabaseUnusable):
            self.spider.plan.fatal = error
            raise CloseSpider("archive") from error
        if not isinstance(error, Exception):
            return False
        url = self.request.url if self.request else ""
        log.exception("a page could not be handled", extra={"url": url}, exc_info=error)
        detail = f"{type(error).__name__}: {error}"
        if self.request is not None and "page" in self.request.meta:
            self.spider.seed_failed(url, self.request.meta["seed"], self.request.meta["page"], "error", detail)
        else:
            self.spider.ledger.fail(url, "error", detail)
        return True


def _request_of(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy on every errback
    return request


def _requested(what: Response | Request) -> str:
    """Where the redirects began."""
    first = what.meta.get("redirect_urls")
    return str(first[0]) if first else what.url


def _message(failure: Failure) -> str:
    return failure.getErrorMessage()[:300]
