"""The crawl of one source: seeds, their listings and feeds, the articles they name, and known articles that are due.

Each request ends in exactly one of `on_listing`, `on_article` and their errbacks, and each of these tells the ledger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.announcements import announcements
from crawler.asking import message, request_of
from crawler.causes import cause_of, explain
from crawler.extraction import Extraction, NotAnArticle, extract, links
from crawler.feeds import FeedRefused, looks_like_feed, read_feed
from crawler.listing import Candidate, candidates, may_be_article, next_pages
from crawler.reading import header, page_of, text_at
from crawler.retry import rest_asked
from crawler.urls import LISTING_KINDS
from crawler.visits import VisitingSpider
from storage.article import normalise, title_key
from storage.known import Known
from storage.teasers import wording
from storage.urls import url_key

if TYPE_CHECKING:
    from crawler.standalone import Standalone

# Listings are read on while they hold something unknown. When they are to be read whole, this many pages will do:
# what stands further down was read on the first crawl.
_WHOLE_LISTING = 10


class NewsSpider(VisitingSpider):
    name = "news"
    own: Standalone | None = None

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,
        source: str = "ibestuur",
        database: str = "sqlite:///nieuwswacht.db",
        **kwargs: Any,
    ) -> NewsSpider:
        """Without a plan, as `scrapy crawl news -a source=… -a database=…` makes it, the spider brings its own."""
        own = None
        if "plan" not in kwargs:
            from crawler.standalone import Standalone

            own = Standalone(source, database)
            kwargs["plan"] = own.plan
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.own = own
        crawler.signals.connect(spider.on_idle, signal=signals.spider_idle)
        crawler.signals.connect(spider.on_rest_asked, signal=rest_asked)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        # Scrapy takes an archive that fails in here for an empty list of requests.
        with self.archive_faults():
            for seed in self.plan.seeds:
                if self.rules.match("article", seed) is not None:
                    for request in self._article_seed(seed):
                        yield request
                elif self.first_time(seed):
                    yield self._listing(seed, seed, page=1)
            for known in self.plan.articles():
                if self.first_time(known.url):
                    yield self.article(known.url, known=known)

    def _article_seed(self, seed: str) -> Iterator[Request]:
        known = self.ledger.known([seed]).get(url_key(seed))
        if (known is None or known.due or self.plan.every) and self.first_time(seed):
            yield self.article(seed, known=known, seed=seed)
        elif known is not None:
            self.seed_read(seed, 1)

    # --- listings, feeds and sitemaps ---

    def _listing(self, url: str, seed: str, page: int) -> Request:
        return self.request(url, self.on_listing, self.on_listing_failure, {"seed": seed, "page": page}, priority=10)

    def on_listing(self, response: Response) -> list[Request]:
        with self.answering(response.request):
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
            except NotAnArticle as reason:
                if reason.cause == "wall":
                    raise
            else:
                if extraction.signals.article_typed:
                    self._read_as_article(response, extraction, seed)
                    return
        if page == 1 and pieces and not self.plan.is_news(seed):
            # A wall may show an article in the place of each page: such a listing is no starting point.
            self.plan.result(seed).shows = text_at(pieces[0].url, parsed, self.rules)
        self.seed_read(seed, len(pieces))
        fresh = yield from self._visit(pieces, seed)
        yield from self._follow(next_pages(response.url, found), seed, page, fresh)

    def _read_as_article(self, response: Response, extraction: Extraction, seed: str) -> None:
        if any(self.rules.match(kind, response.url) is not None for kind in LISTING_KINDS):
            raise NotAnArticle("wrong_article", "an article stands in the place of a listing")
        if not self.record(response, extraction, None, "", seed):
            raise NotAnArticle("incomplete", "the page was cut off")
        self.seed_read(seed, 1)

    def _is_listing(self, pieces: list[Candidate]) -> bool:
        return sum(self.rules.match("article", piece.url) is not None for piece in pieces) >= 3

    def _read_feed(self, response: Response, seed: str, page: int) -> Iterator[Request]:
        feed = read_feed(response.body, response.url, self.settings.getint("DOWNLOAD_MAXSIZE"))
        pages = [item for item in feed.pages if may_be_article(item.url, self.rules)]
        fitting = [item for item in pages if self.rules.match("article", item.url) is not None]
        pieces = [Candidate(item.url, item.title, wording(normalise(item.teaser))) for item in fitting or pages]
        self.seed_read(seed, len(pieces))
        yield from self._visit(pieces, seed)
        for url in feed.feeds:
            if page < self.source.max_pages and self.first_time(url):
                yield self._listing(url, seed, page + 1)

    def _visit(self, pieces: list[Candidate], seed: str) -> Generator[Request, None, int]:
        """Requests for what is new, due or announced differently; returns how many were unknown."""
        known = self.ledger.known([piece.url for piece in pieces])
        heard = announcements(pieces, known)
        self.ledger.heard.overheard |= heard.overheard
        fresh = 0
        for piece in pieces:
            key = url_key(piece.url)
            if self.plan.is_news(seed):
                self.ledger.news_keys.add(key)
            earlier = known.get(key)
            if earlier is None:
                fresh += 1
                if self.first_time(piece.url):
                    yield self.article(piece.url, piece=piece, seed=seed)
                continue
            if url_key(earlier.url) != key:
                self.listed_at[earlier.article_id] = piece.url
                if not _names(piece, earlier) and self.first_time(piece.url):
                    # Once an address of this one, it now seems to be listed as the address of another.
                    yield self.article(piece.url, piece=piece, seed=seed)
            announced = earlier.article_id in heard.worth_a_look
            if not (self.plan.every or earlier.due or announced):
                continue
            if announced:
                self.ledger.heard.announced.add(earlier.article_id)
            if self.first_time(earlier.url):
                yield self.article(earlier.url, known=earlier, piece=piece, seed=seed, whole=announced)
            else:
                self.ledger.heard.visiting(earlier.article_id, piece.teaser)
        return fresh

    def _follow(self, pages: list[str], seed: str, page: int, fresh: int) -> Iterator[Request]:
        upcoming = [url for url in pages if url_key(url) not in self.seen_keys]
        whole = (self.ledger.whole_listings or self.plan.targets is not None) and page < _WHOLE_LISTING
        wanted = fresh or whole or self.plan.every or not self.plan.is_news(seed)
        if not upcoming or not wanted:
            return
        if page >= self.source.max_pages:
            if fresh:
                self.ledger.fail(upcoming[0], "endless", f"after {page} pages")
            return
        if self.first_time(upcoming[0]):
            yield self._listing(upcoming[0], seed, page + 1)

    def on_listing_failure(self, failure: Failure) -> None:
        request = request_of(failure)
        with self.answering(request):
            self.seed_failed(
                request.url, request.meta["seed"], request.meta["page"], cause_of(failure), message(failure)
            )

    def seed_failed(self, url: str, seed: str, page: int, cause: str, detail: str) -> None:
        result = self.plan.result(seed)
        result.complete, result.cause = False, cause
        if page == 1:
            result.read = False
        self.ledger.fail(url, cause, detail)

    def not_handled(self, request: Request | None, url: str, detail: str) -> None:
        if request is not None and "page" in request.meta:
            self.seed_failed(url, request.meta["seed"], request.meta["page"], "error", detail)
        else:
            super().not_handled(request, url, detail)

    # --- before the end ---

    def closed(self, reason: str) -> None:
        """Scrapy drops some requests without a word; what was asked and never answered is named here."""
        if reason == "finished" and self.plan.fatal is None:
            for url in self.asked.values():
                self.ledger.fail(url, "error", "asked, and neither answered nor refused")
        if self.own is not None:
            report = self.own.finish(stopped=reason != "finished")
            self.logger.info("crawl %s: %s new, %s edited", report.crawl_id, report.new, report.edited)

    def on_idle(self) -> None:
        """Before the crawl ends: ask once more what needs a second look."""
        if self.plan.fatal is not None:
            return
        try:
            with self.archive_faults():
                further = self.ledger.followups(controls=self.plan.targets is None)
        except CloseSpider:
            return
        engine = self.crawler.engine
        if not further or engine is None:
            return
        for article_id, url in further:
            known = self.ledger.known([url]).get(url_key(url))
            request = self.article(url)
            request.meta["known"] = known.article_id if known else article_id
            engine.crawl(request)
        raise DontCloseSpider


def _names(piece: Candidate, known: Known) -> bool:
    """Whether what a listing says of the piece holds the known article's headline."""
    return bool(known.title_key) and known.title_key in title_key(piece.title)
