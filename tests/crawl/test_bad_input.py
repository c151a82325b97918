"""Seeds that are something else than expected, and pages that fail for a while: named, and never taken for news."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from tests.crawl.monitor import Done, Monitor


@pytest.fixture
def replica() -> Replica:
    made = Replica(articles(14))
    made.set_noise(5)
    return made


@pytest.fixture
def site(replica: Replica) -> Iterator[str]:
    with serve(replica) as url:
        yield url


def _causes(done: Done) -> list[str]:
    return [failure["cause"] for failure in done.document["failures"]]


def _titles(found: list[dict[str, Any]]) -> set[str]:
    return {one["title"] for one in found}


def test_a_seed_that_is_missing_beside_a_good_one_is_named_and_stops_nothing(site: str, tmp_path: Path) -> None:
    done = Monitor(tmp_path, f"{site}/thema/verdwenen/", f"{site}/sitemap.xml").crawl()
    assert (done.code, done.document["outcome"], done.changes) == (4, "partial", {"new": 14, "failed": 1})
    assert done.document["failures"] == [{"url": f"{site}/thema/verdwenen/", "cause": "not_found"}]


def test_a_feed_and_an_article_are_seeds_like_any_other(replica: Replica, site: str, tmp_path: Path) -> None:
    replica.configure(feed_items=6)
    oldest = replica.articles()[-1]
    monitor = Monitor(tmp_path, f"{site}/feed/", replica.url(oldest.slug))
    done = monitor.crawl()
    assert (done.code, done.changes, done.document["baseline"]) == (0, {"new": 7}, True)
    assert _titles(monitor.articles()) == {article.title for article in replica.articles()[:6]} | {oldest.title}
    assert monitor.crawl().changes == {}


def test_r51_a_listing_that_shows_nothing_for_a_while_takes_no_article_away_and_brings_none(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/")
    assert monitor.crawl().code == 0
    replica.set_fault("empty", ["/thema/data-en-ai/"])
    dark = monitor.crawl()
    assert dark.code == 5
    assert set(dark.changes) == {"failed"}
    replica.clear_faults()
    assert (lit := monitor.crawl()).code == 0
    assert lit.document["articles"] == []


def test_r26_a_404_is_no_goodbye_while_it_is_younger_than_gone_after_hours(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/sitemap.xml", gone_after_hours=6)
    assert monitor.crawl().code == 0
    taken = replica.articles()[3].slug
    address = replica.url(taken)
    replica.remove(taken, 404)
    for _ in range(2):
        done = monitor.recrawl(address)
        assert (done.code, done.changes, _causes(done)) == (4, {"failed": 1}, ["not_found"])
    assert monitor.show(address)["state"] == "live"


def test_a_page_that_is_missing_once_and_back_at_the_second_asking_is_nothing(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/sitemap.xml")
    assert monitor.crawl().code == 0
    replica.set_fault("404", [replica.articles()[3].slug], times=1)
    replica.forget_requests()
    done = monitor.recrawl("--all")
    assert 404 in {request.status for request in replica.log}
    assert (done.code, done.changes) == (0, {})
