"""Which addresses count as the source's own."""

from __future__ import annotations

import pytest

from crawler.hosts import allowed_domains, site_of

from .child import crawl
from .hostile import HostileServer


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/nieuws",
        "http://www.site.example/",
        "https://SITE.example:443/",
        "http://site.example.:80/x?y#z",
        "https://www.site.example",
    ],
)
def test_scheme_case_www_and_default_port_make_no_other_site(url: str) -> None:
    assert site_of(url) == "site.example"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://site.example.evil.example/",
        "https://notsite.example/",
        "https://sub.site.example/",
        "https://site.example:8443/",
        "https://wwwsite.example/",
    ],
)
def test_another_host_or_port_is_another_site(url: str) -> None:
    assert site_of(url) != "site.example"


@pytest.mark.parametrize(
    "url",
    [
        "http://in.example@out.example/",
        "http://in.example:80@out.example/",
        "http://user:secret@in.example/",
        "http://in.example\\@out.example/",
        "http://in.example\t/",
        "http://in .example/",
        "http://in.example\x00.out.example/",
        "http://in.example/a\r\nb",
        "http:///nieuws",
        "ftp://in.example/",
        "javascript:alert(1)",
        "//in.example/",
        "",
    ],
)
def test_r21_an_address_that_programs_read_in_different_ways_belongs_to_no_site(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        site_of(url)


def test_what_a_spider_may_fetch_follows_from_where_it_starts() -> None:
    starts = [
        "https://www.site.example/thema/ai",
        "http://site.example/feed",
        "http://127.0.0.1:8000/",
        "http://[::1]:8/",
    ]
    assert allowed_domains(starts) == ["127.0.0.1:8000", "[::1]:8", "site.example"]


def test_a_spider_that_names_no_hosts_fetches_nothing(server: HostileServer) -> None:
    assert crawl([server.url("/page")], allowed=[]).cause(server.url("/page")) == "offsite"
    assert server.paths() == []
