"""Rows 1 to 19, 23, 27, 31, 42 and 43 as their operator meets them: each cause in a crawl's report, nothing of it stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError
from twisted.internet.error import ConnectionLost

from cli.service.service import CRAWL_DEADLINE
from crawler.causes import FetchRefused
from crawler.settings import FetchOptions, scrapy_settings
from tests.crawl.conftest import Watching, slugs, watching
from tests.crawl.monitor import Done, Monitor
from tests.databases import answers
from tests.fetch.child import crawl
from tests.fetch.conftest import dead_port
from tests.fetch.hostile import HostileServer

__all__ = ["dead_port", "watching"]
LISTED = (
    "page", "reset", "hang", "short", "bad-chunks", "not-http", "long-header", "gzip-garbage", "stream", "big", "loop",
    "to-file", "to-elsewhere", "pdf", "json",
)  # fmt: skip


@dataclass
class Crawled:
    """A crawl of a site where one seed is refused and one article is well, among many that are not."""

    done: Done
    dead: str
    archive: str

    @property
    def causes(self) -> dict[str, str]:
        """By the name of the article."""
        failures = {failure["url"].rstrip("/"): failure["cause"] for failure in self.done.document["failures"]}
        return {url.rpartition("/")[2]: cause for url, cause in failures.items()}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, dead_port: int) -> Iterator[Crawled]:
    dead = f"http://127.0.0.1:{dead_port}/thema/weg/"
    with HostileServer(listed=LISTED) as server:
        monitor = Monitor(
            tmp_path_factory.mktemp("faults"), server.url("/thema/alles/"), dead, timeout=2, concurrency=16
        )
        yield Crawled(monitor.crawl(), dead, monitor.url)


def test_r02_a_reset_is_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["reset"] == "reset"


def test_r04_a_page_that_never_comes_is_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["hang"] == "timeout"


def test_r06_r07_pages_that_break_off_are_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["short"] == crawled.causes["bad-chunks"] == "incomplete"


def test_r08_r09_what_does_not_speak_http_is_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["not-http"] == crawled.causes["long-header"] == "protocol"


def test_r12_damaged_compression_is_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["gzip-garbage"] == "encoding"


def test_r15_r16_pages_that_are_too_large_are_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["stream"] == crawled.causes["big"] == "too_large"


def test_r17_a_redirect_loop_is_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["loop"] == "redirects"


def test_r18_r19_redirects_out_of_the_site_are_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["to-file"] == crawled.causes["to-elsewhere"] == "offsite"


def test_r42_r43_what_is_no_web_page_is_in_the_report(crawled: Crawled) -> None:
    assert crawled.causes["pdf"] == crawled.causes["json"] == "type"


def test_r01_a_refused_seed_is_in_the_report_and_in_the_archive_and_the_next_step_on_the_screen(
    crawled: Crawled,
) -> None:
    assert (crawled.done.code, crawled.done.document["outcome"]) == (4, "partial")
    assert {"url": crawled.dead, "cause": "refused"} in crawled.done.document["failures"]
    assert "the next crawl tries again" in crawled.done.stderr
    assert answers(crawled.archive, "SELECT count(*) FROM failures WHERE cause = 'refused'") == [(1,)]


@pytest.mark.parametrize(
    ("error", "cause"), [(DownloadConnectionRefusedError("no"), "refused"), (ConnectionLost(), "reset")]
)
def test_r01_r02_after_two_crawls_the_source_is_in_trouble_and_the_operator_hears_of_it(
    watching: Watching, error: Exception, cause: str
) -> None:
    monitor = watching(8)
    monitor.intercept = lambda url: error if "/thema/" in url else None
    for _ in range(2):
        assert monitor.open_notices() == {}
        crawled = monitor.crawl(hours=0.2)
        assert ([failure["cause"] for failure in crawled.report.failures], crawled.exit_code) == ([cause], 4)
    assert monitor.source_state() == "attention"
    assert f"could not be read ({cause})" in monitor.open_notices()["source proef"]
    monitor.intercept = lambda _url: None
    assert monitor.crawl(hours=0.2).exit_code == 0
    assert (monitor.open_notices(), monitor.told()) == ({}, [])


def test_r04_what_hangs_hinders_nothing_else_and_all_is_accounted_for(crawled: Crawled) -> None:
    assert crawled.done.document["new"] == 1
    assert len(crawled.done.document["failures"]) == len(LISTED), "all but the one that is well, and the seed"
    assert answers(crawled.archive, "SELECT title FROM articles WHERE state = 'live'") == [("Raad kiest",)]


def test_r06_r07_no_part_of_a_page_that_broke_off_became_a_version(crawled: Crawled) -> None:
    assert answers(crawled.archive, "SELECT count(*) FROM versions") == [(1,)]
    assert answers(crawled.archive, "SELECT count(*) FROM snapshots") == [(1,)]


def test_r01_a_refused_connection_is_tried_three_times(dead_port: int) -> None:
    visit = crawl([f"http://127.0.0.1:{dead_port}/page"])
    assert visit.stats["retry/count"] == 2


def test_r04_no_page_gets_more_than_thirty_seconds_and_no_crawl_more_than_its_deadline() -> None:
    assert scrapy_settings(FetchOptions())["DOWNLOAD_TIMEOUT"] == 30
    assert CRAWL_DEADLINE <= 6 * 3600


def test_r18_no_handler_for_files_is_there_at_all() -> None:
    assert scrapy_settings(FetchOptions())["DOWNLOAD_HANDLERS"] == {"data": None, "file": None, "ftp": None, "s3": None}


def test_r03_a_host_whose_name_is_not_found_for_days_has_lost_no_article(watching: Watching) -> None:
    monitor = watching(8)
    monitor.intercept = lambda _url: CannotResolveHostError("no such host")
    for _ in range(3):
        crawled = monitor.crawl(hours=30)
        assert {failure["cause"] for failure in crawled.report.failures} == {"dns"}
        assert (crawled.exit_code, monitor.source_state()) == (5, "broken")
    assert (monitor.told(), len(monitor.articles())) == ([], 8)
    monitor.intercept = lambda _url: None
    assert monitor.crawl().exit_code == 0
    assert monitor.told() == []


def test_r27_a_bot_wall_before_all_articles_reaches_the_operator_with_its_cause_and_no_reader(
    watching: Watching,
) -> None:
    monitor = watching(14)
    monitor.replica.set_fault("403", slugs(monitor))
    for _ in range(2):
        crawled = monitor.crawl(hours=0.2)
        assert {failure["cause"] for failure in crawled.report.failures} == {"blocked"}
    assert monitor.told() == []
    assert [
        text
        for key, text in monitor.open_notices().items()
        if key == "source proef" and "most of them: blocked" in text
    ]
    assert monitor.content(slugs(monitor)[0]).text


def test_r31_a_site_whose_robots_txt_now_forbids_us_is_left_alone(tmp_path: Path) -> None:
    with HostileServer(listed=("page",)) as server:
        monitor = Monitor(tmp_path, server.url("/thema/alles/"))
        assert (monitor.crawl().code, len(server.paths())) == (0, 3)
        server.robots = "disallow"
        server.requests.clear()
        done = monitor.crawl()
        assert (done.code, {failure["cause"] for failure in done.document["failures"]}) == (5, {"robots"})
        assert server.paths() == ["/robots.txt"]


def test_r31_the_operator_hears_what_robots_txt_forbids_and_no_article_is_lost_by_it(watching: Watching) -> None:
    monitor = watching(8)
    for cause in ("robots", "robots", "robots_unavailable"):
        monitor.intercept = lambda url, cause=cause: FetchRefused(cause, url)
        assert monitor.crawl(hours=30).exit_code == 5
    assert "(robots_unavailable)" in monitor.open_notices()["source proef"]
    monitor.intercept = lambda _url: None
    assert monitor.crawl(hours=30).exit_code == 0
    assert (monitor.open_notices(), monitor.told(), len(monitor.articles())) == ({}, [], 8)
