"""Pages that want our memory: refused, and cheaply."""

from __future__ import annotations

import pytest

from .child import Crawl, crawl
from .hostile import HostileServer

BOMBS = ["/bomb?gzip", "/bomb?deflate", "/bomb?br", "/bomb?zstd", "/stream", "/big"]


@pytest.fixture(scope="module")
def bombs(server: HostileServer) -> Crawl:
    return crawl([server.url(path) for path in BOMBS], timeout=20)


@pytest.mark.parametrize("path", BOMBS)
def test_r13_r14_r15_r16_what_is_too_large_is_refused(server: HostileServer, bombs: Crawl, path: str) -> None:
    assert bombs.cause(server.url(path)) == "too_large"
    assert len(server.times(path)) == 1


def test_r13_r14_r15_r16_all_of_them_together_fit_in_150_mb(bombs: Crawl) -> None:
    assert bombs.peak_mb < 150


def test_the_limit_is_the_operators(server: HostileServer) -> None:
    assert crawl([server.url("/gzip")], max_page_bytes=2000).cause(server.url("/gzip")) == "too_large"
