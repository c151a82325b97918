"""Fetch one page, with the same hardening as a crawl, for a person who wants to see how it reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.causes import cause_of, explain
from crawler.hosts import allowed_domains
from crawler.settings import FetchOptions, scrapy_settings


class PageUnread(Exception):
    """The page could not be fetched; says why and what to do."""


class _OnePage(Spider):
    name = "page"

    def __init__(self, url: str, found: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.found, self.allowed_domains = url, found, allowed_domains([url])

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.url, callback=self.on_page, errback=self.on_failure)

    def on_page(self, response: Response) -> None:
        cause = cause_of(response)
        self.found.update(body=response.body, url=response.url, cause=cause)

    def on_failure(self, failure: Failure) -> None:
        self.found.update(cause=cause_of(failure))


def fetch_page(url: str, options: FetchOptions) -> tuple[bytes, str]:
    """`(bytes, final url)`. Once a process. Raises PageUnread."""
    found: dict[str, Any] = {}
    process = AsyncCrawlerProcess(scrapy_settings(options))
    process.crawl(_OnePage, url=url, found=found)
    process.start()
    if found.get("cause") or "body" not in found:
        cause = found.get("cause") or "error"
        raise PageUnread(f"{cause}. {explain(cause)}")
    return found["body"], found["url"]
