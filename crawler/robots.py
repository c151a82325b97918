"""robots.txt as RFC 9309 has it: forbidden is forbidden, and a file that cannot be read means "not now"."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.causes import FetchRefused

MAX_BYTES = 500_000


class PoliteRobotsMiddleware(RobotsTxtMiddleware):
    """Refuses a page with cause `robots`, and a whole host for this crawl with cause `robots_unavailable`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreadable: set[str] = set()

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        host = urlparse_cached(request).netloc
        if host in self._unreadable:
            raise FetchRefused("robots_unavailable", f"robots.txt of {host} could not be read")
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as refusal:
            raise FetchRefused("robots", f"robots.txt forbids {request.url}") from refusal

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        # A 4xx says that there are no rules; 429 and 5xx that the server cannot tell us now.
        if response.status == 429 or response.status >= 500:
            raise FetchRefused("robots_unavailable", f"robots.txt of {netloc} answered {response.status}")
        if response.status >= 400:
            response = response.replace(body=b"")
        await super()._parse_robots(response.replace(body=_whole_lines(response.body)), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._unreadable.add(netloc)
        super()._robots_error(exc, netloc)


def _whole_lines(body: bytes) -> bytes:
    """At most MAX_BYTES. Half a line could forbid more than the whole one: `/a` of `/archive`."""
    if len(body) <= MAX_BYTES:
        return body
    return body[: body.rfind(b"\n", 0, MAX_BYTES) + 1]
