"""Why a page could not be read, in one word, and what that means to the person who has to do something about it."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL.SSL import Error as SSLError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet import error as network
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseNeverReceived

from crawler.content import is_markup

EXPLANATIONS = {
    "refused": "The server does not accept connections. It is probably down; the next crawl tries again.",
    "reset": "The server broke off before it answered. Usually passing; if it lasts, open the page in a browser.",
    "dns": "The host name cannot be found. Check its spelling in the source file and this machine's DNS.",
    "timeout": "The server took too long. The next crawl tries again; if it lasts, raise `crawl.timeout`.",
    "incomplete": "The page broke off halfway, so it was not read. The next crawl tries again.",
    "protocol": "What answers there does not speak HTTP as it should. Check the address and port in the source file.",
    "encoding": "The page's compression is damaged or unknown. If it lasts, tell the site's operator.",
    "too_large": "The page is larger than `crawl.max_page_bytes`. Raise it if this is a real article.",
    "redirects": "The page redirects in a circle or too often. Open it in a browser and correct the address.",
    "offsite": "The page leads to a host outside the source. If the site has moved, add the host to the source file.",
    "private_host": "The host's address is on a private network. Set `crawl.allow_private_hosts` if that is intended.",
    "tls": "The certificate is invalid, expired or of another host. Nothing was read; tell the site's operator.",
    "blocked": "The site refuses us or shows a bot wall. Ask the site's operator for access; raise `crawl.delay`.",
    "rate_limited": "The site says we ask too often. We wait as told; raise `crawl.delay` if it comes back.",
    "unavailable": "The site has trouble or is under maintenance. We wait as told; the next crawl tries again.",
    "not_found": "The page does not exist (any more). It counts as gone once a later crawl finds the same.",
    "gone": "The site says the page was removed for good.",
    "robots": "The site's robots.txt forbids this page, so it is not read. Ask the site's operator for permission.",
    "robots_unavailable": "robots.txt could not be read, so nothing was fetched there. The next crawl tries again.",
    "type": "This is not a web page (a PDF, an image, data). Exclude its address in the source file.",
    "feed": "The feed or sitemap is damaged or declares entities, so it was not read. Check its address in a browser.",
    "endless": "The listing goes on beyond `max_pages` of the source file. Raise it if these are real pages.",
    "empty": "The page is empty. The next crawl tries again; if it lasts, open it in a browser.",
    "no_article": "The page is no article: a listing, an error page or a wall. Try `nieuwswacht extract URL`.",
    "no_title": "No headline was found. Try `nieuwswacht extract URL`; the layout may have changed.",
    "no_body": "No text was found. Try `nieuwswacht extract URL`; the layout may have changed.",
    "wall": "The site shows a consent, log-in or bot wall instead of the page. Ask the site's operator for access.",
    "layout": "The page is nested or built in a way that cannot be read. Try `nieuwswacht extract URL`.",
    "wrong_article": "The address shows another article than it held. Its history is kept; look at it in a browser.",
    "error": "A fault of our own while fetching. The log has the details; please report it.",
}

_STATUS = {
    401: "blocked",
    403: "blocked",
    404: "not_found",
    408: "timeout",
    410: "gone",
    429: "rate_limited",
    999: "blocked",  # what some bot walls answer to anything that is not a browser
}

# The first that fits any layer of a failure: what broke off, before how the connection ended.
_EXCEPTIONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((SSLError, VerificationError), "tls"),
    ((ResponseDataLossError,), "incomplete"),
    ((CannotResolveHostError, network.DNSLookupError, UnicodeError), "dns"),
    ((DownloadConnectionRefusedError,), "refused"),
    ((DownloadTimeoutError, network.TimeoutError, network.TCPTimedOutError), "timeout"),
    ((DownloadCancelledError,), "too_large"),
    ((ParseError, NotSupported, UnsupportedURLSchemeError), "protocol"),
    ((network.ConnectionLost, network.ConnectionAborted), "reset"),
    ((network.ConnectError,), "refused"),
)


class FetchRefused(IgnoreRequest):
    """We decided not to fetch, or not to believe, this. Reaches the request's errback with its cause."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


def cause_of(what: Failure | BaseException | Response) -> str:
    """The cause in one word, a key of EXPLANATIONS or `http_<status>`; "" for a response that is a readable page.

    A Failure as an errback receives it, an exception, or a response of any status.
    """
    if isinstance(what, Response):
        return _response_cause(what)
    exception = what.value if isinstance(what, Failure) else what
    if isinstance(exception, FetchRefused):
        return exception.cause
    if isinstance(exception, HttpError):
        return _response_cause(exception.response)
    layers = list(_layers(exception)) if exception else []
    for kinds, cause in _EXCEPTIONS:
        if any(isinstance(layer, kinds) for layer in layers):
            return cause
    if any(isinstance(layer, network.ConnectionDone) for layer in layers):
        # Closed in good order: before a word it hung up; after the first it sent headers that we, or it, gave up on.
        return "reset" if any(isinstance(layer, ResponseNeverReceived) for layer in layers) else "protocol"
    return "error"


def explain(cause: str) -> str:
    """One line for a person: what happened, and the next step."""
    known = EXPLANATIONS.get(cause)
    if known:
        return known
    return f"The server answered with status {cause.removeprefix('http_')}. Open the page in a browser to see why."


def _response_cause(response: Response) -> str:
    status = response.status
    # Cloudflare names its bot wall in a header, under whatever status it shows it.
    if b"challenge" in (response.headers.get(b"cf-mitigated") or b""):
        return "blocked"
    if status in _STATUS:
        return _STATUS[status]
    if status >= 500:
        return "unavailable"
    if status == 304:
        return ""
    if not 200 <= status < 300:
        return f"http_{status}"
    return "" if is_markup(response) else "type"


def _layers(exception: BaseException) -> Iterator[BaseException]:
    """The exception and everything wrapped in it: a DownloadFailedError says less than the handshake inside."""
    reasons: list[Failure] = getattr(exception, "reasons", None) or []
    for reason in reasons:
        if reason.value is not None:
            yield from _layers(reason.value)
    if exception.__cause__ is not None:
        yield from _layers(exception.__cause__)
    yield exception
