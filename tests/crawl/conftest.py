"""A monitor of a replica in this process, without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from tests.crawl.offline import Offline
from tests.crawl.pages import Site
from tests.databases import SERVER

Watching = Callable[..., Offline]


@dataclass(frozen=True)
class Begun:
    """What a first crawl left: an archive, a time, and how often the site had been asked for each page."""

    archive: bytes
    now: datetime
    hits: Counter[str]


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watching:
    """`watching(40)`: a monitor that has had its first crawl of 40 articles on the theme page and in the sitemap."""

    def start(count: int, *seeds: str, first_crawl: bool = True, gone_after: float = 0, **switches: object) -> Offline:
        paths = seeds or ("/thema/data-en-ai/", "/sitemap.xml")
        wanted = (count, paths, tuple(sorted(switches.items())))
        begun = _BEGUN.get(wanted) if first_crawl else None
        if begun is not None:
            (tmp_path / "archive.db").write_bytes(begun.archive)
        monitor = Offline(tmp_path, _site(count, switches), monkeypatch, *paths, gone_after=gone_after)
        if begun is not None:
            monitor.now, monitor.replica.hits = begun.now, begun.hits.copy()
        elif first_crawl:
            crawled = monitor.crawl()
            assert crawled.report.baseline
            assert crawled.report.new == count
            assert not monitor.told()
            if not SERVER:
                monitor.database.close()
                archive = (tmp_path / "archive.db").read_bytes()
                _BEGUN[wanted] = Begun(archive, monitor.now, monitor.replica.hits.copy())
        return monitor

    return start


# Each first crawl is made once a process: on many a test's way it is the longest stretch.
_BEGUN: dict[tuple[object, ...], Begun] = {}


def _site(count: int, switches: dict[str, object]) -> Replica:
    replica = Replica(articles(count))
    replica.configure(noise=1, **switches)
    return replica


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
