"""What any crawl of ours does with its requests: each address once, each answer accounted for, no fault lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.hosts import allowed_domains
from crawler.plan import SourcePlan
from crawler.reading import extractor_id
from storage.errors import DatabaseUnusable
from storage.urls import canonical_url, url_key

log = logging.getLogger(__name__)


class AccountingSpider(Spider):
    """Every request it makes ends in one callback or errback, inside `answering`."""

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

    def request(self, url: str, callback: Any, errback: Any, meta: dict[str, Any], priority: int = 0) -> Request:
        self.asked[url_key(url)] = url
        # Our own memory of what was asked decides on repeats: Scrapy's filter drops them without a word.
        return Request(url, callback=callback, errback=errback, meta=meta, priority=priority, dont_filter=True)

    def first_time(self, url: str) -> bool:
        key = url_key(canonical_url(url))
        if key in self.seen_keys:
            return False
        self.seen_keys.add(key)
        return True

    @contextmanager
    def answering(self, request: Request | None) -> Iterator[None]:
        """Around each answer: counted as answered, and a fault of ours named instead of lost in Scrapy's log."""
        if request is not None:
            self.asked.pop(url_key(requested(request)), None)
        self.done += 1
        self.plan.progress(self.done, self.done + len(self.asked))
        try:
            with self.archive_faults():
                yield
        except CloseSpider:
            raise
        except Exception as error:
            url = request.url if request else ""
            log.exception("a page could not be handled", extra={"url": url}, exc_info=error)
            self.not_handled(request, url, f"{type(error).__name__}: {error}")

    @contextmanager
    def archive_faults(self) -> Iterator[None]:
        """An archive that cannot be used ends the crawl, and the plan says why."""
        try:
            yield
        except DatabaseUnusable as error:
            self.plan.fatal = error
            raise CloseSpider("archive") from error

    def on_rest_asked(self, until: float) -> None:
        """A server wants to be left alone; kept at once, so that a crawl that is killed does not forget it."""
        with self.archive_faults():
            self.ledger.rest_until(datetime.fromtimestamp(until, UTC))

    def not_handled(self, request: Request | None, url: str, detail: str) -> None:
        """Record that this answer met a fault of ours."""
        known = request.meta.get("known") if request is not None else None
        self.ledger.fail(url, "error", detail, known)


def request_of(failure: Failure) -> Request:
    request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy on every errback
    return request


def requested(what: Response | Request) -> str:
    """Where the redirects began."""
    first = what.meta.get("redirect_urls")
    return str(first[0]) if first else what.url


def message(failure: Failure) -> str:
    return failure.getErrorMessage()[:300]
