"""Work done in a process of its own, which may be killed for real at any step."""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

_LIMIT = 100  # seconds that a process may live


@dataclass(frozen=True)
class Ended:
    """`said`: what the work returned; None when the process was killed."""

    killed: bool
    said: Any


def in_a_process(work: Callable[[], object]) -> Ended:
    """Fork, and do this work there; it returns something for JSON. A fault of the work fails the test here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
    except BaseException:  # the test's time is up
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, f"the process ended by signal {os.WTERMSIG(status)}"
        return Ended(killed=True, said=None)
    assert os.WEXITSTATUS(status) == 0, answer.decode()
    return Ended(killed=False, said=json.loads(answer))


def _work(work: Callable[[], object], writing: int) -> NoReturn:
    """Whatever happens, this process never goes on with the test, whose copy it is."""
    code = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_LIMIT)
        try:
            answer = json.dumps(work())
            code = 0
        except BaseException:
            answer = traceback.format_exc()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer.encode())
    finally:
        os._exit(code)
