"""Commands of ours in processes of their own, forked by one that has imported all of them already.

The start of Python is most of what a short command costs. All else is as with `python -m cli.main`: memory, streams,
environment, folder, signals, exit code. What is about the start itself, or a limit set before it, starts Python.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
NOT_BEFORE = ("storage.migrations.", "cli.worker.")  # an environment for Alembic, and what PostgreSQL needs


class Child:
    """One command; what tests use of a `subprocess.Popen`."""

    def __init__(
        self, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None, stderr: BinaryIO | None = None
    ) -> None:
        self._streams = [tempfile.TemporaryFile(), stderr or tempfile.TemporaryFile()]  # noqa: SIM115 - till it is over
        self._status, status = os.pipe()
        request = {"arguments": arguments, "cwd": str(cwd), "env": dict(os.environ if env is None else env)}
        _nursery().ask(request, [*(stream.fileno() for stream in self._streams), status])
        os.close(status)
        self.pid = int(os.read(self._status, 20))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._look(0)

    def wait(self, timeout: float) -> int:
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("nieuwswacht", timeout)
        return code

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What it wrote to its stdout, and to a stderr of its own."""
        try:
            self.wait(timeout)
        except BaseException:  # its time is up, or the test's
            self.send_signal(signal.SIGKILL)
            raise
        out, err = (_text(stream) for stream in self._streams)
        return out, err

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _look(self, timeout: float) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            self.returncode = int(os.read(self._status, 20))
            os.close(self._status)
        return self.returncode


def _text(stream: BinaryIO) -> str:
    with stream:
        if not stream.readable():
            return ""
        stream.seek(0)
        return stream.read().decode()


class _Nursery:
    def __init__(self) -> None:
        self._ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        command = [sys.executable, "-m", "tests.nursery", str(its.fileno())]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()])
        its.close()

    def ask(self, request: object, handles: list[int]) -> None:
        with self._turn:
            socket.send_fds(self._ours, [json.dumps(request).encode()], handles)

    def close(self) -> None:
        self._ours.close()
        self._process.wait()


@cache
def _nursery() -> _Nursery:
    nursery = _Nursery()
    atexit.register(nursery.close)
    return nursery


# --- in the process that forks ---


def _serve(asked: socket.socket) -> list[str]:
    """Returns in each command's process, with its arguments."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, handles, _, _ = socket.recv_fds(asked, 1_000_000, 3)
        if not request:
            os._exit(0)
        if os.fork() == 0:
            return _begin(json.loads(request), *handles)
        for handle in handles:
            os.close(handle)


def _begin(request: dict[str, object], out: int, err: int, status: int) -> list[str]:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.write(status, str(pid).encode())
        _, how = os.waitpid(pid, 0)
        # This process may not end before it was asked for both.
        os.write(status, f" {os.waitstatus_to_exitcode(how)}".encode())
        os._exit(0)
    os.close(status)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    os.environ.update(request["env"])  # type: ignore[arg-type]
    time.tzset()
    return list(request["arguments"])  # type: ignore[call-overload]


def main() -> None:
    for package in ("cli", "alerts", "crawler", "storage"):
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            if not module.name.startswith(NOT_BEFORE):
                import_module(module.name)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        sys.argv[1:] = _serve(asked)
    import_module("cli.main").main()


if __name__ == "__main__":
    main()
