"""The floor: Scrapy fetching a list of URLs and doing nothing with them. `python -m bench.floor default|ours FILE`"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response


class Floor(Spider):
    name = "floor"
    urls: list[str]

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        pass


def main() -> None:
    mode, urls = sys.argv[1], Path(sys.argv[2]).read_text().split()
    settings: dict[str, object] = {"LOG_LEVEL": "ERROR"}
    if mode == "ours":
        from crawler.settings import FetchOptions, scrapy_settings

        settings |= scrapy_settings(FetchOptions(delay=0, concurrency=8, allow_private_hosts=True))
        settings["LOG_INSTALL_ROOT_HANDLER"] = True
    process = AsyncCrawlerProcess(settings)
    process.crawl(Floor, urls=urls)
    process.start()


if __name__ == "__main__":
    main()
