"""Rows 27, 29 and 30: who asks us to wait is obeyed, briefly within the crawl, longer across crawls; who refuses is spared."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.causes import FetchRefused
from crawler.pace import SLOWEST_DELAY, TRUSTED_AFTER, Pace
from crawler.retry import DOWN_AFTER, LONGEST_REST, REFUSED_AFTER, PatientRetryMiddleware, retry_after
from crawler.settings import FetchOptions, scrapy_settings

from .child import crawl
from .hostile import HostileServer

NOW = 1_767_225_600.0  # 2026-01-01 00:00:00 UTC


@pytest.fixture
def fresh() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


def test_r29_a_short_wait_is_waited_and_the_host_spared_from_then_on(fresh: HostileServer) -> None:
    url, page = fresh.url("/limited-shortly"), fresh.url("/page")
    visit = crawl([url, page, fresh.url("/echo")], concurrency=1)
    assert [visit.cause(url), visit.cause(page)] == ["", ""]
    first, second = fresh.times("/limited-shortly")
    assert second - first >= 0.95
    # robots.txt and the refused page came at once; what followed the refusal kept the longer distance.
    after = sorted(seen.at for seen in fresh.requests if seen.at > first)
    assert all(later - earlier >= 0.9 for earlier, later in zip([first, *after], after, strict=False))


@pytest.mark.parametrize(
    ("path", "seconds", "cause"),
    [("/limited-for-long", 120, "rate_limited"), ("/closed-for-long", 3600, "unavailable")],
)
def test_r29_r30_a_long_wait_ends_the_hosts_crawl_and_is_left_to_the_timetable(
    fresh: HostileServer, path: str, seconds: int, cause: str
) -> None:
    before = time.time()
    visit = crawl([fresh.url(path), fresh.url("/page"), fresh.url("/echo")], concurrency=1)
    # One answer was enough: neither this page nor any other of the host is asked for again.
    assert {visit.cause(url) for url in visit.results} == {cause}
    assert len(fresh.paths()) == 2
    until = max(visit.rests)
    assert before + seconds <= until <= time.time() + seconds


@pytest.mark.parametrize("wall", ["/wall", "/wall-503"])
def test_r27_a_bot_wall_is_named_not_provoked_by_retries_and_slows_us_down(fresh: HostileServer, wall: str) -> None:
    url, page = fresh.url(wall), fresh.url("/page")
    visit = crawl([url, page], concurrency=1)
    assert [visit.cause(url), visit.cause(page)] == ["blocked", ""]
    (refused,), (served,) = fresh.times(wall), fresh.times("/page")
    assert served - refused >= 0.9


def test_r30_a_server_that_is_closed_and_says_not_for_how_long_is_left_alone_after_a_few_tries() -> None:
    pace, slot, clock = _paced(delay=1.0)
    delays = []
    for refusals in range(1, REFUSED_AFTER + 1):
        clock.now += 60
        assert pace.refused("site.example", slot, latency=0.2) == refusals
        delays.append(slot.delay)
    assert delays == [2, 4, 8, SLOWEST_DELAY, SLOWEST_DELAY]
    assert sum(delays) < 60, "all that a closed server costs a crawl is about half a minute"


def test_r30_a_server_that_serves_well_again_soon_gets_its_pace_back() -> None:
    pace, slot, clock = _paced(delay=1.0)
    for _ in range(3):
        clock.now += 60
        pace.refused("site.example", slot, latency=0.2)
    delays = []
    for _ in range(3):
        for _ in range(TRUSTED_AFTER):
            pace.served("site.example", slot)
        delays.append(slot.delay)
    assert delays == [4, 2, 1]
    clock.now += 60
    assert pace.refused("site.example", slot, latency=0.2) == 1


def test_r29_the_refusals_of_one_burst_are_one_message() -> None:
    pace, slot, clock = _paced(delay=0.0)
    clock.now += 60
    assert [pace.refused("site.example", slot, latency=0.5) for _ in range(8)] == [1] * 8
    assert slot.delay == 1.0


def test_r30_after_so_many_refusals_in_a_row_nothing_more_is_sent_to_the_host_and_the_cause_is_theirs() -> None:
    pace, slot, clock = _paced(delay=1.0)
    middleware = PatientRetryMiddleware(Settings(scrapy_settings(FetchOptions())))
    middleware._pace = pace
    middleware.crawler = SimpleNamespace(  # type: ignore[assignment]
        settings=Settings(scrapy_settings(FetchOptions())), stats=MemoryStatsCollector(SimpleNamespace(settings=Settings())),
        spider=Spider("proef"), engine=SimpleNamespace(downloader=SimpleNamespace(slots={"site.example": slot})),
    )  # fmt: skip
    middleware.crawler.spider.crawler = middleware.crawler  # type: ignore[union-attr]
    for number in range(REFUSED_AFTER):
        clock.now += 60
        asked = Request(f"http://site.example/{number}", meta={"download_slot": "site.example"})
        middleware.process_request(asked)
        middleware.process_response(asked, Response(asked.url, status=503, request=asked))
    with pytest.raises(FetchRefused) as refusal:
        middleware.process_request(Request("http://site.example/een-ander"))
    assert refusal.value.cause == "unavailable"


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _paced(delay: float) -> tuple[Pace, Slot, _Clock]:
    clock = _Clock()
    return Pace(clock), Slot(1, delay, jitter=0.0), clock


def test_a_host_that_stays_silent_is_left_alone_for_the_rest_of_the_crawl(fresh: HostileServer) -> None:
    urls = [fresh.url(f"/reset?{number}") for number in range(2 * DOWN_AFTER)]
    visit = crawl(urls, concurrency=1)
    assert {visit.cause(url) for url in urls} == {"reset"}
    assert len(fresh.paths()) == 1 + DOWN_AFTER


def test_one_answer_in_between_shows_that_a_host_is_not_down(fresh: HostileServer) -> None:
    silent = [fresh.url(f"/reset?{number}") for number in range(DOWN_AFTER)]
    visit = crawl([*silent[1:], fresh.url("/page"), silent[0], fresh.url("/echo")], concurrency=1)
    assert visit.cause(fresh.url("/echo")) == ""


def asked(retry: str, date: str = "") -> float | None:
    headers = {"Retry-After": retry} | ({"Date": date} if date else {})
    return retry_after(Response("http://site.example/", status=503, headers=headers), NOW)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("Thu, 01 Jan 2026 00:02:00 GMT", 120),
        ("Wed, 31 Dec 2025 23:00:00 GMT", 0),
        ("9" * 5000, LONGEST_REST),
        ("Fri, 01 Jan 2100 00:00:00 GMT", LONGEST_REST),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date_within_bounds(header: str, seconds: float) -> None:
    assert asked(header) == seconds


@pytest.mark.parametrize("header", ["", "soon", "-5", "1.5", "٣", "Thu, 99 Foo 2026", "Thu, 01 Jan 99999 00:00:00 GMT"])
def test_retry_after_that_cannot_be_read_is_no_wish(header: str) -> None:
    assert asked(header) is None


def test_a_date_is_read_by_the_clock_of_the_server_that_wrote_it() -> None:
    assert asked("Thu, 01 Jan 2026 05:01:00 GMT", date="Thu, 01 Jan 2026 05:00:00 GMT") == 60
