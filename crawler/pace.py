"""The distance between two requests to a host: twice as long after a refusal, and back again after good answers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from scrapy.core.downloader import Slot

# As far as refusals slow us down by themselves; whoever wants more says so, by Retry-After or Crawl-delay.
SLOWEST_DELAY = 10.0
# So many pages in a row that a host served well, and the pace goes half-way back to what it was.
TRUSTED_AFTER = 5
_FIRST_DELAY = 1.0
_HARDLY_SLOWER = 0.5


@dataclass
class _Slowed:
    """`usual`: the delay before the first refusal; `at`: the last refusal that counted, on the monotonic clock."""

    usual: float
    at: float = -math.inf
    refusals: int = 0
    good: int = 0


@dataclass
class Pace:
    """All delays in seconds; a host is known by its name and port."""

    monotonic: Callable[[], float] = time.monotonic
    _slowed: dict[str, _Slowed] = field(default_factory=dict)

    def refused(self, host: str, slot: Slot, latency: float) -> int:
        """Slow down; how many refusals in a row that makes. `latency`: since the refused request was sent.

        What was under way already at an earlier refusal says nothing new: a burst is one message.
        """
        now = self.monotonic()
        slowed = self._slowed.setdefault(host, _Slowed(slot.delay))
        if now - latency >= slowed.at:
            slowed.at, slowed.good, slowed.refusals = now, 0, slowed.refusals + 1
            slot.delay = max(slot.delay, min(max(2 * slot.delay, _FIRST_DELAY), SLOWEST_DELAY))
        return slowed.refusals

    def served(self, host: str, slot: Slot) -> None:
        """A good answer; after TRUSTED_AFTER of them half the distance will do, until it is the usual one."""
        slowed = self._slowed.get(host)
        if slowed is None:
            return
        slowed.refusals, slowed.good = 0, slowed.good + 1
        if slowed.good % TRUSTED_AFTER == 0:
            half = slot.delay / 2
            slot.delay = slowed.usual if half < max(slowed.usual, _HARDLY_SLOWER) else half
            if slot.delay == slowed.usual:
                del self._slowed[host]
