"""robots.txt as RFC 9309 has it: forbidden is forbidden, and a file that cannot be read means "not now".

Our own rather than a subclass of Scrapy's: of several requests waiting for the same robots.txt, Scrapy 2.19 tells only
the first what it says and lets the others pass. It also crawls on when the file cannot be read.
"""

from __future__ import annotations

import asyncio

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.causes import FetchRefused, cause_of

MAX_BYTES = 500_000
SLOWEST_DELAY = 60.0
# What keeps us from robots.txt keeps us from every page as well, and says more than "robots_unavailable".
_WHOLE_HOST = frozenset({"refused", "reset", "dns", "protocol", "tls", "private_host"})


class PoliteRobotsMiddleware:
    """Refuses a page with cause `robots`, and a whole host for this crawl when its robots.txt cannot be read.

    The cause is then `robots_unavailable`, or the network's own where no page could have been fetched either.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._name: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Protego | FetchRefused]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PoliteRobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        url = urlparse_cached(request)
        if url.netloc not in self._rules:
            self._rules[url.netloc] = asyncio.create_task(self._fetch(f"{url.scheme}://{url.netloc}/robots.txt"))
        # Shielded, since the task is everybody's: one request that is cancelled must not take it along.
        rules = await asyncio.shield(self._rules[url.netloc])
        if isinstance(rules, FetchRefused):
            raise FetchRefused(rules.cause, str(rules))
        if not rules.can_fetch(request.url, self._name):
            raise FetchRefused("robots", f"robots.txt forbids {request.url}")

    async def _fetch(self, url: str) -> Protego | FetchRefused:
        assert self._crawler.engine
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as trouble:  # whatever it was, it is every request's answer
            cause = cause_of(trouble)
            return FetchRefused(cause if cause in _WHOLE_HOST else "robots_unavailable", f"{url}: {trouble}")
        # A 4xx says that there are no rules; 429 and 5xx that the server cannot tell us now.
        if response.status == 429 or response.status >= 500:
            return FetchRefused("robots_unavailable", f"{url} answered {response.status}")
        rules = Protego.parse(_text(response) if response.status < 400 else "")
        self._slow_down(response.request or request, rules.crawl_delay(self._name) or 0.0)
        return rules

    def _slow_down(self, request: Request, delay: float) -> None:
        """Crawl-delay is no part of the RFC, but a wish that costs little to grant."""
        assert self._crawler.engine
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot:
            slot.delay = max(slot.delay, min(delay, SLOWEST_DELAY))


def _text(response: Response) -> str:
    """At most MAX_BYTES, in whole lines: half a line could forbid more than the whole, `/a` of `/archive`."""
    body = response.body
    if len(body) > MAX_BYTES:
        body = body[: body.rfind(b"\n", 0, MAX_BYTES) + 1]
    return body.decode("utf-8-sig", errors="ignore")
