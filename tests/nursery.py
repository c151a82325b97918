"""Commands of ours in processes of their own, forked by one that has imported all of them already.

The start of Python is most of what a short command costs. All else is as with `python -m cli.main`: memory, streams,
environment, folder, signals, exit code. What is about the start itself, or a limit set before it, starts Python.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

_NURSERY = get_context("forkserver")
_NURSERY.set_forkserver_preload(["__main__", "tests.imported"])


class Child:
    """One command; what tests use of a `subprocess.Popen`. A stream that is named goes there."""

    def __init__(
        self,
        *arguments: str,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        stdout: Path | None = None,
        stderr: Path | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._out, self._err = (Path(self._folder.name) / name for name in ("out", "err"))
        self._out.touch()
        self._err.touch()
        streams = (str(stdout or self._out), str(stderr or self._err))
        around = (str(cwd), dict(os.environ if env is None else env))
        self._process = _NURSERY.Process(target=_live, args=(arguments, *streams, *around), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("nieuwswacht", timeout)
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What it wrote to streams that nobody named."""
        try:
            self.wait(timeout)
        except BaseException:  # its time is up, or the test's
            self._process.kill()
            raise
        out, err = self._out.read_text(), self._err.read_text()
        self._folder.cleanup()
        return out, err

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _live(arguments: Sequence[str], out: str, err: str, folder: str, environment: Mapping[str, str]) -> None:
    for name, number in ((out, 1), (err, 2)):
        stream = os.open(name, os.O_WRONLY | os.O_APPEND)
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv[1:] = arguments
    import_module("cli.main").main()
