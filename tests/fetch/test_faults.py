"""Each misbehaviour of a server ends in its named cause. The numbers are those of the fault table."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from packaging.version import Version

from crawler.settings import FetchOptions, scrapy_settings

from .child import Crawl, crawl
from .hostile import HostileServer

COMPRESSED = ["/gzip", "/gzip-members", "/deflate", "/deflate-raw", "/br", "/zstd"]
CUT = ["/gzip-cut", "/deflate-cut", "/br-cut", "/zstd-cut"]
FINE = ["/page", "/echo", "/reset-once", "/referrer-policy", "/meta-refresh", "/cookies", "/to?/page", *COMPRESSED]
PATHS = [
    *FINE,
    *["/reset", "/hang-up", "/hang", "/drip", "/short", "/bad-chunks", "/cut-chunks", "/not-http", "/long-header"],
    *["/many-headers", "/gzip-garbage", "/gzip-damaged", "/unknown-encoding", *CUT, "/loop", "/to?file:///etc/passwd"],
    *["/pdf", "/pdf-as-html", "/image-as-html", "/json", "/json-as-html", "/empty"],
    *["/not-found", "/gone", "/teapot", "/trouble"],
]

# A browser reads the first as one host, RFC 3986 as another; and so on.
AMBIGUOUS = [
    "http://127.0.0.1:{port}\\@localhost:{port}/secret",
    "http://localhost:{port}\\@127.0.0.1:{port}/secret",
    "http://127.0.0.1:{port}@localhost:{port}/secret",
    "http://localhost:{port}@127.0.0.1:{port}/secret",
    "http://127.0.0.1:{port}\t@localhost:{port}/secret",
    "http://127.0.0.1:{port}/\x01/secret",
    "//localhost:{port}/secret",
    "///localhost:{port}/secret",
    "http:\\\\localhost:{port}/secret",
    "http:\\\\127.0.0.1:{port}/secret",
    "http://127.0.0.1:99999/secret",
    "javascript:alert(1)",
]


class Faults:
    def __init__(self, server: HostileServer, dead: str) -> None:
        self.server, self.dead = server, dead
        paths = [*PATHS, f"/to?{server.elsewhere}/secret", *map(self.redirect, AMBIGUOUS)]
        self.crawl: Crawl = crawl([*map(server.url, paths), dead])

    def cause(self, path: str) -> str:
        return self.crawl.cause(self.server.url(path))

    def text(self, path: str) -> str:
        return self.crawl.text(self.server.url(path))

    def redirect(self, location: str) -> str:
        """The path that redirects there; in hexadecimal, since a URL could not carry it."""
        return "/to-raw?" + location.format(port=self.server.port).encode("latin-1").hex()

    def tries(self, path: str) -> int:
        return len(self.server.times(path))


@pytest.fixture(scope="module")
def faults(server: HostileServer, dead_port: int) -> Faults:
    return Faults(server, f"http://127.0.0.1:{dead_port}/page")


@pytest.mark.parametrize("path", FINE)
def test_a_page_served_well_is_read_whole(faults: Faults, path: str) -> None:
    assert faults.cause(path) == ""
    if path in COMPRESSED:
        assert faults.text(path) == faults.text("/page")


def test_r01_a_refused_connection_is_named(faults: Faults) -> None:
    assert faults.crawl.cause(faults.dead) == "refused"


@pytest.mark.parametrize("path", ["/reset", "/hang-up"])
def test_r02_a_reset_is_named_after_two_retries(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "reset"
    assert faults.tries(path) == 3


def test_r02_a_reset_that_passes_costs_nothing_but_a_retry(faults: Faults) -> None:
    assert faults.cause("/reset-once") == ""
    assert faults.tries("/reset-once") == 2


@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_r04_r05_a_server_that_keeps_us_waiting_times_out(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "timeout"


@pytest.mark.parametrize("path", ["/short", "/bad-chunks", "/cut-chunks", *CUT])
def test_r06_r07_half_a_page_is_never_a_page(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "incomplete"
    assert faults.tries(path) == 3


@pytest.mark.parametrize("path", ["/not-http", "/long-header"])
def test_r08_r09_what_is_not_http_is_named_and_not_repeated(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "protocol"
    assert faults.tries(path) == 1


def test_r10_twenty_thousand_headers_fit_in_memory(faults: Faults) -> None:
    assert faults.cause("/many-headers") in {"", "protocol"}
    assert faults.crawl.peak_mb < 150


def test_r11_cookies_are_not_sent_back(faults: Faults) -> None:
    assert "User-Agent: nieuwswacht" in faults.text("/cookies")
    assert "cookie" not in faults.text("/cookies").lower()


@pytest.mark.parametrize("path", ["/gzip-garbage", "/gzip-damaged", "/unknown-encoding"])
def test_r12_damaged_compression_is_named_and_not_repeated(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "encoding"
    assert faults.tries(path) == 1


def test_r17_a_redirect_loop_ends_after_five(faults: Faults) -> None:
    assert faults.cause("/loop") == "redirects"
    assert faults.tries("/loop") == 6


def test_r18_a_redirect_to_a_file_is_not_followed(faults: Faults) -> None:
    assert faults.cause("/to?file:///etc/passwd") == "offsite"


def test_r19_a_redirect_to_another_host_is_blocked_and_accounted_for(faults: Faults) -> None:
    assert faults.cause(f"/to?{faults.server.elsewhere}/secret") == "offsite"
    assert "/secret" not in faults.server.paths()


def test_a_redirect_to_a_page_already_read_is_answered_too(faults: Faults) -> None:
    assert faults.cause("/page") == ""
    assert faults.cause("/to?/page") == ""
    assert faults.tries("/page") == 2


@pytest.mark.parametrize("location", AMBIGUOUS)
def test_r21_an_address_that_parsers_read_differently_is_refused(faults: Faults, location: str) -> None:
    assert faults.cause(faults.redirect(location)) == "offsite"
    assert "/secret" not in faults.server.paths()


def test_r22_a_meta_refresh_is_not_followed(faults: Faults) -> None:
    assert "Raad kiest" in faults.text("/meta-refresh")
    assert "/secret" not in faults.server.paths()


@pytest.mark.parametrize(("path", "cause"), [("/not-found", "not_found"), ("/gone", "gone"), ("/teapot", "http_418")])
def test_a_page_that_is_not_there_is_asked_for_once(faults: Faults, path: str, cause: str) -> None:
    assert faults.cause(path) == cause
    assert faults.tries(path) == 1


def test_a_server_error_is_repeated_twice(faults: Faults) -> None:
    assert faults.cause("/trouble") == "unavailable"
    assert faults.tries("/trouble") == 3


@pytest.mark.parametrize("path", ["/pdf", "/pdf-as-html", "/image-as-html"])
def test_r42_a_pdf_or_image_is_not_a_page_whatever_its_label(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "type"


@pytest.mark.parametrize("path", ["/json", "/json-as-html"])
def test_r43_json_is_not_a_page_whatever_its_label(faults: Faults, path: str) -> None:
    assert faults.cause(path) == "type"


def test_an_empty_answer_labelled_gzip_is_not_a_fault(faults: Faults) -> None:
    assert faults.cause("/empty") == ""


def test_r55_no_header_names_code_to_run(faults: Faults) -> None:
    assert faults.cause("/referrer-policy") == ""
    assert "Referer" not in faults.text("/cookies")
    assert "Traceback" not in faults.crawl.log
    # The version that stopped calling what a header names.
    assert Version(version("scrapy")) >= Version("2.19")
    assert scrapy_settings(FetchOptions())["REFERER_ENABLED"] is False
