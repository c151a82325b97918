"""How often somebody may ask for something that costs others a mail."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

_REMEMBERED = 10_000


class Limit:
    """At most `most` times in `span` for one key. In memory: a restart forgives."""

    def __init__(self, most: int, span: timedelta = timedelta(hours=1)) -> None:
        self._most, self._span = most, span
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()  # requests are answered in threads

    def allows(self, key: str, now: datetime) -> bool:
        """Count one more for `key`, unless that is one too many."""
        with self._lock:
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            if len(self._times) > _REMEMBERED:
                self._times.popitem(last=False)
            while times and times[0] <= now - self._span:
                times.popleft()
            if len(times) >= self._most:
                return False
            times.append(now)
            return True
