"""What a command costs: CPU of its whole process tree, and the largest of its processes."""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from statistics import median
from time import monotonic

LIMIT = 400  # seconds; whatever takes longer is stopped and told
_TIMED_OUT = 124  # what `timeout` ends with when TERM was enough


class Clock:
    """When the whole run has to be over, on the monotonic clock: no command outlives it."""

    until = math.inf

    @classmethod
    def left(cls) -> float:
        return cls.until - monotonic()


@dataclass(frozen=True)
class Cost:
    """`cpu` and `wall` in seconds, `rss` in MB: the peak of the largest process."""

    cpu: float
    rss: float
    wall: float
    code: int = 0
    out: str = ""
    err: str = ""

    @property
    def trouble(self) -> str:
        """What it ended with, where it ended with an error."""
        said = [line.strip() for line in self.err.splitlines() if line.strip()]
        return f"exit {self.code}: {said[-1][:160] if said else 'without a word'}" if self.code else ""


def run(
    command: Sequence[str], cwd: Path, env: dict[str, str] | None = None, limit: float = LIMIT, grace: float = 0
) -> Cost:
    """Run to the end; what its children used counts once they were waited for, as they all are.

    Out of time it is killed; with `grace` it and what it started are asked to end so many seconds before. Its code is
    -SIGKILL either way.
    """
    started = monotonic()
    limit = max(1.0, min(limit, Clock.left()))
    environment = {**clean_environment(), **(env or {})}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        ending = ["--signal=TERM", f"--kill-after={grace}"] if grace else ["--signal=KILL"]
        process = subprocess.Popen(
            ["timeout", *ending, str(max(1.0, limit - grace)), *command],
            cwd=cwd, env=environment, stdout=out, stderr=err,
        )  # fmt: skip
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # Ctrl-C reaches only us: `timeout` has a process group of its own
            process.terminate()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == _TIMED_OUT:
            process.returncode = -SIGKILL
        out.seek(0)
        err.seek(0)
        wall = monotonic() - started
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(cpu, usage.ru_maxrss / 1024, wall, process.returncode, out.read(), err.read())


def clean_environment() -> dict[str, str]:
    """Without settings of ours; compiled code is kept, as it is wherever a program is installed."""
    dropped = ("NIEUWSWACHT_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


def middle(costs: Sequence[Cost]) -> Cost:
    """Median CPU and time, largest memory; output and exit code are the last run's."""
    last = costs[-1]
    return Cost(
        median(cost.cpu for cost in costs),
        max(cost.rss for cost in costs),
        median(cost.wall for cost in costs),
        last.code,
        last.out,
        last.err,
    )
