"""Row 31: robots.txt forbids, is too large, or cannot be read now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from .child import Crawl, crawl
from .hostile import HostileServer

UNREADABLE = ["limit", "broken", "hang"]


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, HostileServer]]:
    with ExitStack() as stack:
        kinds = ["allow", "disallow", "missing", "huge", *UNREADABLE]
        # The one that asks for patience gets it, so it must not share a host with the others.
        hosts = {"limit": "127.0.0.2"}
        yield {
            kind: stack.enter_context(HostileServer(host=hosts.get(kind, "127.0.0.1"), robots=kind)) for kind in kinds
        }


@pytest.fixture(scope="module")
def visit(servers: dict[str, HostileServer]) -> Crawl:
    urls = [server.url(path) for server in servers.values() for path in ("/page", "/private", "/secret")]
    return crawl(urls)


def causes(visit: Crawl, server: HostileServer) -> list[str]:
    return [visit.cause(server.url(path)) for path in ("/page", "/private", "/secret")]


def test_r31_the_rules_for_our_name_are_obeyed(visit: Crawl, servers: dict[str, HostileServer]) -> None:
    assert causes(visit, servers["allow"]) == ["", "robots", ""]
    assert "/private" not in servers["allow"].paths()


def test_r31_a_site_that_forbids_everything_is_left_alone(visit: Crawl, servers: dict[str, HostileServer]) -> None:
    assert causes(visit, servers["disallow"]) == ["robots"] * 3
    assert set(servers["disallow"].paths()) == {"/robots.txt"}


def test_r31_no_robots_txt_means_no_rules(visit: Crawl, servers: dict[str, HostileServer]) -> None:
    assert causes(visit, servers["missing"]) == ["", "", ""]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_r31_rules_that_cannot_be_read_mean_not_now(visit: Crawl, servers: dict[str, HostileServer], kind: str) -> None:
    assert causes(visit, servers[kind]) == ["robots_unavailable"] * 3
    assert set(servers[kind].paths()) == {"/robots.txt"}


def test_r31_of_a_huge_robots_txt_the_first_500_kb_count_in_whole_lines(
    visit: Crawl, servers: dict[str, HostileServer]
) -> None:
    assert causes(visit, servers["huge"]) == ["", "", "robots"]


def test_r31_an_endless_robots_txt_is_cut_short() -> None:
    with HostileServer(robots="endless") as server:
        visit = crawl([server.url("/page")], timeout=10)
    assert visit.cause(server.url("/page")) == "robots_unavailable"
    assert visit.peak_mb < 150


def test_a_crawl_delay_in_robots_txt_is_kept() -> None:
    with HostileServer(robots="slow") as server:
        visit = crawl([server.url("/page"), server.url("/echo")])
        first, second = sorted(server.times("/page") + server.times("/echo"))
    assert set(visit.results) == {server.url("/page"), server.url("/echo")}
    assert second - first >= 0.9
