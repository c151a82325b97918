"""The first thing a job's process does: tie its life to the service's. `python -m cli.service.child PID COMMAND…`"""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Run a command of ours for the service with that process id; nothing when the service is gone already."""
    if not _die_with(int(arguments[0])):
        return 128 + signal.SIGKILL
    from cli import logs
    from cli.main import run

    logs.take_over_stderr()
    return run(arguments[1:])


def _die_with(service: int) -> bool:
    """Whether the service still lives. From here on the kernel ends this process when it does not.

    KILL, not TERM: a crawl that takes its time to stop would keep the next service from crawling, and what was
    half-done is settled at its start anyway. Done here and not between fork and exec, where threads make it unsafe.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    return os.getppid() == service


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
