"""Fetches URLs with the product's settings in a process of its own, since a Twisted reactor starts only once.

Reads {"urls", "allowed", "options", "public"} as JSON from stdin; prints {"results", "stats", "rests", "peak_mb"} on stdout.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler import safety
from crawler.causes import cause_of
from crawler.retry import rest_asked
from crawler.settings import FetchOptions, scrapy_settings


class Probe(Spider):
    """Writes down how each URL ended: once per callback or errback, so that a lost one is missed."""

    name = "probe"
    urls: tuple[str, ...] = ()
    results: list[dict[str, Any]]

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, self.page, errback=self.trouble, cb_kwargs={"asked": url}, meta={"asked": url})

    def page(self, response: Response, asked: str) -> None:
        text = response.text[:5000] if isinstance(response, TextResponse) else ""
        self.results.append(
            {
                "asked": asked,
                "cause": cause_of(response),
                "url": response.url,
                "text": text,
                "bytes": len(response.body),
            }
        )

    def trouble(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        self.results.append({"asked": request.meta["asked"], "cause": cause_of(failure), "error": repr(failure.value)})


def peak_mb() -> float:
    # Not getrusage: its peak is inherited from the process that started us.
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def main() -> None:
    task = json.load(sys.stdin)
    public = set(task["public"])
    if public:  # stands in for the public internet, which tests never touch
        really_public = safety.is_public
        safety.is_public = lambda address: address in public or really_public(address)
    settings = Settings(scrapy_settings(FetchOptions(**task["options"])) | {"LOG_LEVEL": "WARNING"})
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Probe)
    results: list[dict[str, Any]] = []
    rests: list[float] = []

    def note_rest(until: float) -> None:
        rests.append(until)

    crawler.signals.connect(note_rest, signal=rest_asked)
    process.crawl(crawler, urls=tuple(task["urls"]), allowed_domains=task["allowed"], results=results)
    process.start()
    assert crawler.stats
    seen = {"results": results, "stats": crawler.stats.get_stats(), "rests": rests, "peak_mb": peak_mb()}
    json.dump(seen, sys.stdout, default=str)


if __name__ == "__main__":
    main()
