"""A monitor of a replica in this process, without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from tests.crawl.offline import Offline
from tests.crawl.pages import Site

Watching = Callable[..., Offline]


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watching:
    """`watching(40)`: a monitor that has had its first crawl of 40 articles on the theme page and in the sitemap."""

    def start(count: int, *seeds: str, first_crawl: bool = True, gone_after: float = 0, **switches: object) -> Offline:
        replica = Replica(articles(count))
        replica.configure(noise=1, **switches)
        paths = seeds or ("/thema/data-en-ai/", "/sitemap.xml")
        monitor = Offline(tmp_path, replica, monkeypatch, *paths, gone_after=gone_after)
        if first_crawl:
            crawled = monitor.crawl()
            assert crawled.report.baseline
            assert crawled.report.new == count
            assert not monitor.told()
        return monitor

    return start


def slugs(monitor: Offline) -> list[str]:
    """Of what is published, newest first."""
    return [article.slug for article in monitor.replica.articles()]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`start(pages, *seeds)`: a monitor of these pages, and the site that serves them; nothing crawled yet."""

    def watch(pages: dict[str, Any], *seeds: str, **options: Any) -> tuple[Offline, Site]:
        site = Site(pages)
        monitor = Offline(tmp_path, Replica([]), monkeypatch, *seeds, **options)
        monitor.intercept = site
        return monitor, site

    return watch
