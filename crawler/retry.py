"""Tries again what may pass, waits as long as a server asks, and leaves long waits to the next crawl."""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.response import response_status_message

from crawler.causes import FetchRefused, cause_of
from crawler.pace import Pace

logger = logging.getLogger(__name__)

# A signal, sent with `until`: epoch seconds before which a host of the crawl wants no further one.
rest_asked = object()
# Longer waits do not fit in a crawl: it gives up and leaves the host to the timetable.
LONGEST_WAIT = 30.0
# No server may silence the monitor for longer than this by one header.
LONGEST_REST = 86_400.0
# So many refusals of a host in a row, each after a longer pause, and it is left alone for the rest of the crawl.
REFUSED_AFTER = 5
# So many attempts in a row without one answer, and the host is taken for down: its other pages would only wait out
# their time limits one by one, and the crawl with them.
DOWN_AFTER = 10
_SILENT = frozenset({"refused", "reset", "dns", "timeout"})
_TRANSIENT = _SILENT | {"incomplete"}
_TOO_FAST = frozenset({429, 503})


def retry_after(response: Response, now: float) -> float | None:
    """Seconds the server asks us to wait (0 … LONGEST_REST), or None when it does not say, or not legibly.

    A date is read by the server's own clock where it tells its time, `now` (epoch seconds) otherwise.
    """
    asked = (response.headers.get(b"Retry-After") or b"").decode("latin-1").strip()
    if asked.isascii() and asked.isdigit():
        return LONGEST_REST if len(asked) > 9 else min(float(asked), LONGEST_REST)
    until = _epoch(asked)
    if until is None:
        return None
    said = _epoch((response.headers.get(b"Date") or b"").decode("latin-1"))
    return min(max(until - (now if said is None else said), 0.0), LONGEST_REST)


def _epoch(http_date: str) -> float | None:
    try:
        return parsedate_to_datetime(http_date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class PatientRetryMiddleware(RetryMiddleware):
    """Repeats transient network faults and 429/5xx at most RETRY_TIMES, each time later, holding back the whole host.

    When a host asks for a longer wait than LONGEST_WAIT, refuses REFUSED_AFTER times in a row, or is down, its
    remaining requests end at once, unsent, with the cause of the one that showed it.
    """

    clock: Callable[[], float] = staticmethod(time.time)

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._resting: dict[str, tuple[float, str]] = {}
        self._silences: Counter[str] = Counter()
        self._pace = Pace()

    def process_request(self, request: Request) -> None:
        until, cause = self._resting.get(_host(request), (0.0, ""))
        if until > self.clock():
            raise FetchRefused(cause, f"{_host(request)} is left alone for the rest of this crawl")

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002  (Scrapy's signature)
    ) -> Request | Response:
        self._silences.pop(_host(request), None)
        cause = cause_of(response)
        again_later = response.status in self.retry_http_codes
        asked = retry_after(response, self.clock()) if again_later else None
        if asked is not None:
            self._remember(request, response, asked)
        if asked is not None or cause == "blocked" or response.status in _TOO_FAST:
            self._slow_down(request, cause)
        elif response.status < 400 and (slot := self._slot(request)):
            self._pace.served(_host(request), slot)
        hopeless = cause == "blocked" or (asked or 0.0) > LONGEST_WAIT
        if not again_later or hopeless or request.meta.get("dont_retry", False):
            return response
        again = self._retry(request, response_status_message(response.status))
        if again is None:
            return response
        self._hold_back(request, self._backoff(again) if asked is None else asked)
        return again

    def process_exception(
        self,
        request: Request,
        exception: Exception,
        spider: Spider | None = None,  # noqa: ARG002  (Scrapy's signature)
    ) -> Request | Response | None:
        if isinstance(exception, FetchRefused):
            return None
        cause = cause_of(exception)
        if cause in _SILENT:
            self._note_silence(request, cause)
        else:
            self._silences.pop(_host(request), None)
        if cause not in _TRANSIENT or request.meta.get("dont_retry", False):
            return None
        again = self._retry(request, exception)
        if again is not None:
            self._hold_back(request, self._backoff(again))
        return again

    def _note_silence(self, request: Request, cause: str) -> None:
        host = _host(request)
        self._silences[host] += 1
        if self._silences[host] == DOWN_AFTER:
            self._resting[host] = (math.inf, cause)
            logger.warning("%s does not answer (%s); its remaining pages wait for a later crawl", host, cause)

    def _remember(self, request: Request, response: Response, asked: float) -> None:
        until = self.clock() + asked
        self.crawler.signals.send_catch_log(rest_asked, until=until)
        if asked > LONGEST_WAIT:
            host = _host(request)
            self._resting[host] = (until, cause_of(response))
            logger.warning("%s asks for %d s of rest; its remaining pages wait for a later crawl", host, asked)

    def _backoff(self, again: Request) -> float:
        """In proportion to the politeness delay: twice, then four times as long."""
        return self.crawler.settings.getfloat("DOWNLOAD_DELAY") * 2.0 ** int(again.meta["retry_times"])

    def _slot(self, request: Request) -> Slot | None:
        assert self.crawler.engine
        return self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))

    def _slow_down(self, request: Request, cause: str) -> None:
        host, slot = _host(request), self._slot(request)
        if slot is None:
            return
        refusals = self._pace.refused(host, slot, float(request.meta.get("download_latency", 0.0)))
        # A bot wall may stand before some pages only; a server that is overrun or closed is so for all of them.
        if refusals >= REFUSED_AFTER and cause != "blocked" and host not in self._resting:
            self._resting[host] = (math.inf, cause)
            logger.warning("%s refuses again and again; its remaining pages wait for a later crawl", host)

    def _hold_back(self, request: Request, seconds: float) -> None:
        """Sends nothing to the host for so long: Scrapy's slot counts its delay from when it was last seen."""
        slot = self._slot(request)
        if slot:
            slot.lastseen = max(slot.lastseen, time.monotonic() + seconds - slot.delay)


def _host(request: Request) -> str:
    return urlparse_cached(request).netloc
