"""The dead-man's switch: an address elsewhere that hears of each crawl, and raises the alarm when it hears nothing."""

from __future__ import annotations

import http.client
import logging
import threading
import urllib.error
import urllib.request
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

log = logging.getLogger(__name__)

Signal = Literal["start", "success", "fail"]
TIMEOUT = 3.0


def ping(url: str, signal: Signal) -> None:
    """Ask for the address that means `signal`. Never raises, and never holds a job up for longer than TIMEOUT.

    In a thread of its own: looking up a name knows no time limit.
    """
    if url:
        thread = threading.Thread(target=_ask, args=(ping_address(url, signal), signal), daemon=True, name="ping")
        thread.start()
        thread.join(TIMEOUT)


def ping_address(url: str, signal: Signal) -> str:
    """As healthchecks.io has it: the bare address is success, /start and /fail come behind its path."""
    if signal == "success":
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{signal}"))


def _ask(address: str, signal: Signal) -> None:
    request = urllib.request.Request(address, headers={"User-Agent": "nieuwswacht"})  # noqa: S310 - checked: http(s)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310
            pass
    except (OSError, ValueError, http.client.HTTPException) as error:
        # The address itself is a secret: whoever knows it can silence the alarm.
        reason = error.code if isinstance(error, urllib.error.HTTPError) else type(error).__name__
        log.warning("the dead-man's switch was not reached", extra={"signal": signal, "reason": str(reason)})
