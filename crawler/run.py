"""Run one crawl to its end: start Scrapy, wait, settle, and report."""

from __future__ import annotations

import gc
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from threading import Thread
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess

from crawler.plan import SourcePlan
from crawler.settings import FetchOptions, scrapy_settings
from crawler.spiders.news import NewsSpider


@dataclass
class Fetched:
    """What the network part of a crawl came to. `stopped_by`: the signal that ended it early, or 0."""

    requests: int = 0
    not_modified: int = 0
    stopped_by: int = 0


def fetch(plans: Sequence[SourcePlan], options: FetchOptions) -> Fetched:
    """Crawl all plans in this process; the reactor runs once, so this can be called once a process."""
    _import_downloader()
    process = _Process(scrapy_settings(options))
    crawlers = []
    for plan in plans:
        crawler = process.create_crawler(NewsSpider)
        crawlers.append(crawler)
        process.crawl(crawler, plan=plan)
    # What was imported is here to stay: looking through it for garbage over and over costs a tenth of a crawl's CPU.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    process.start()
    fetched = Fetched(stopped_by=process.stopped_by)
    for crawler in crawlers:
        stats: dict[str, Any] = crawler.stats.get_stats() if crawler.stats else {}
        fetched.requests += int(stats.get("downloader/request_count", 0))
        fetched.not_modified += int(stats.get("downloader/response_status_count/304", 0))
    for plan in plans:
        if plan.fatal is not None:
            raise plan.fatal
    return fetched


def _import_downloader() -> None:
    """Scrapy would, deep inside its reactor, where each name it deprecates looks at the source of all callers.

    A thread has few of them; that is a tenth of a second.
    """
    thread = Thread(target=import_module, args=("scrapy.core.downloader.contextfactory",))
    thread.start()
    thread.join()


class _Process(AsyncCrawlerProcess):
    """Remembers which signal stopped it: the exit code says so."""

    stopped_by = 0

    def _signal_shutdown(self, signum: int, frame: Any) -> None:
        self.stopped_by = self.stopped_by or int(signal.Signals(signum))
        super()._signal_shutdown(signum, frame)
