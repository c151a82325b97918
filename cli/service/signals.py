"""Being asked to stop: TERM and INT, through a pipe, since a handler may not touch the locks that a thread may hold."""

from __future__ import annotations

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Any, Self

STOPPING = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """While this lasts, a signal to stop is waited for instead of ending the process."""

    def __enter__(self) -> Self:
        self._read, self._write = os.pipe()
        self._before: dict[signal.Signals, Any] = {number: signal.signal(number, self._note) for number in STOPPING}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> int:
        """The number of the signal that came, or 0 after so many seconds."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return os.read(self._read, 1)[0] if ready else 0

    def _note(self, number: int, _frame: FrameType | None) -> None:
        os.write(self._write, bytes([number]))
