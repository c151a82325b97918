"""Being asked to stop: TERM and INT, through a pipe, since a handler may not touch the locks that a thread may hold."""

from __future__ import annotations

import os
import select
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

STOPPING = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """While this lasts, a signal to stop is waited for instead of ending the process."""

    def __enter__(self) -> Self:
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        # Written to the moment a signal comes. A handler in Python has to wait until the main thread does something,
        # and a signal that came just before it began to wait would be seen when it had waited.
        self._wakened = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before: dict[signal.Signals, Any] = {number: signal.signal(number, _noted) for number in STOPPING}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakened)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> int:
        """The number of the signal that came, or 0 after so many seconds."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        number = os.read(self._read, 1)[0] if ready else 0
        return number if number in STOPPING else 0


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The pipe has it already."""


class StopNoted:
    """While this lasts the first signal to stop is noted, so that what is at work comes to its end; a second ends it.

    Signals reach the main thread alone; in any other this notes nothing and changes nothing.
    """

    number = 0

    def __enter__(self) -> Self:
        self._before: dict[signal.Signals, Any] = {}
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in STOPPING}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._as_before()

    def __call__(self) -> bool:
        """Whether one came."""
        return self.number != 0

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.number = number
        self._as_before()

    def _as_before(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
