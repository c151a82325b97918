"""Jobs as processes of their own: whatever one of them does, leak, loop or crash, the service stays as it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.app import App


@dataclass(frozen=True)
class Ended:
    """How a job ended. `code` is negative after a signal, as subprocess has it; `output` what it wrote to stdout."""

    code: int
    output: str = ""
    overdue: bool = False

    def __str__(self) -> str:
        if self.overdue:
            return "stopped because it took too long"
        return f"killed by {signal.Signals(-self.code).name}" if self.code < 0 else f"ended with exit code {self.code}"


class Children:
    """Starts commands of ours in their own process groups, and can stop them all."""

    def __init__(self, options: Sequence[str] = (), *, grace: float = 5) -> None:
        """`options`: the common options each command gets. `grace`: seconds between TERM and KILL."""
        self.options, self.grace = list(options), grace
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopping = False

    def run(self, command: Sequence[str], deadline: float) -> Ended | None:
        """Run a command to its end, at most `deadline` seconds; None when everything is being stopped.

        Messages go to the service's own stderr, under the same log format.
        """
        process = self._start(command)
        if process is None:
            return None
        overdue = False
        try:
            try:
                output, _ = process.communicate(timeout=deadline)
            except subprocess.TimeoutExpired:
                overdue = True
                self._end([process])
                output, _ = process.communicate()
        finally:
            with self._lock:
                self._running.discard(process)
        return None if self._stopping else Ended(process.returncode, output, overdue)

    def stop(self) -> None:
        """End every job, and start no more."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        self._end(running)

    def _start(self, command: Sequence[str]) -> subprocess.Popen[str] | None:
        # -P: a folder that happens to be called `cli` where the service was started is not ours.
        arguments = [sys.executable, "-P", "-m", "cli.service.child", str(os.getpid()), *self.options, *command]
        with self._lock:
            if self._stopping:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _end(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        for process in processes:
            _signal(process, signal.SIGTERM)
        patience = time.monotonic() + self.grace
        while time.monotonic() < patience and any(process.poll() is None for process in processes):
            time.sleep(0.05)
        for process in processes:
            _signal(process, signal.SIGKILL)


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """To the whole group: a job may have started something itself."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def common_options(app: App) -> list[str]:
    """What the service was told, for the processes it starts. Quiet, since it logs itself what they report."""
    options = ["--config", app.config_file] if app.config_file else []
    options += ["--log-format", app.log_format]
    return options + (["-" + "v" * app.verbosity] if app.verbosity > 0 else ["-q"])
