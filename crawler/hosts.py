"""Keeps a crawl on the hosts of its source, redirects included, and leaves no request without an answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.web.client import URI

from crawler.causes import FetchRefused

_DEFAULT_PORTS = {"http": 80, "https": 443}


def allowed_domains(urls: Iterable[str]) -> list[str]:
    """What a spider that starts at `urls` may fetch: for its `allowed_domains`, ports included where not the default.

    Raises ValueError for a URL without a host.
    """
    return sorted({site_of(url) for url in urls})


def site_of(url: str) -> str:
    """`host` or `host:port`, the same for http and https and with and without `www.`. Raises ValueError.

    Every parser that handles a URL on its way to the socket must see the same host: where two disagree
    (`http://in@out/`), one of them guards the door while the other walks through.
    """
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an address on the web: {url!r}")
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise ValueError(f"an address that programs read in different ways: {url!r}")
    dialled = URI.fromBytes(url.encode("ascii", "backslashreplace"))  # type: ignore[no-untyped-call]
    if dialled.host.decode("ascii").lower() != parts.hostname:
        raise ValueError(f"an address that programs read in different ways: {url!r}")
    host = parts.hostname.rstrip(".").removeprefix("www.")
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


@lru_cache(maxsize=8)
def _sites(domains: tuple[str, ...]) -> frozenset[str]:
    return frozenset(site_of(f"http://{domain}/") for domain in domains)


class HostGuard:
    """Fetches only from the spider's `allowed_domains`; a spider that names none may fetch nothing.

    Unlike Scrapy's own filter it knows no exemption (`dont_filter`) and answers every refused request's errback.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostGuard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        allowed = _sites(tuple(getattr(self._crawler.spider, "allowed_domains", None) or ()))
        try:
            on_site = site_of(request.url) in allowed
        except ValueError as unreadable:
            raise FetchRefused("offsite", str(unreadable)) from unreadable
        if not on_site:
            raise FetchRefused("offsite", f"{request.url} is outside {', '.join(sorted(allowed)) or 'every source'}")


class AccountableRedirectMiddleware(RedirectMiddleware):
    """Follows redirects so that each request still ends in exactly one callback or errback."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AccountableRedirectMiddleware:
        # Scrapy's version would look for the Referer middleware, and warn about its absence in every crawl.
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002  (Scrapy's signature)
        request.headers.pop("Referer", None)

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002  (Scrapy's signature)
    ) -> Request | Response:
        location = response.headers.get(b"Location") or b""
        # Judged as sent: Scrapy's clean-up of a URL decides silently which of two readings it means.
        if 300 <= response.status < 400 and any(byte < 0x20 or byte in b"\\\x7f" for byte in location):
            raise FetchRefused("offsite", f"{request.url} redirects to an address that programs read in different ways")
        try:
            answer = super().process_response(request, response)
        except IgnoreRequest as refusal:
            raise FetchRefused("redirects", f"{request.url}: {refusal}") from refusal
        except ValueError as unreadable:
            raise FetchRefused("offsite", f"{request.url} redirects to no address: {unreadable}") from unreadable
        if isinstance(answer, Request):
            # The duplicates filter would drop a redirect to a page already seen, and nobody would hear of it.
            answer.dont_filter = True
        elif 300 <= response.status < 400 and location:
            raise FetchRefused("offsite", f"{request.url} redirects to an address that is not on the web")
        return answer
