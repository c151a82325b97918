"""A process of its own that takes orders, so that what it does is not measured: one JSON line each way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Child:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, name: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._process.args!r} ended at the order {name!r}")
        return json.loads(answer)


@contextmanager
def child(module: str, *arguments: str) -> Iterator[Child]:
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Child(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def take_orders(orders: object) -> None:
    """The other side: each public method is an order, its result the answer; ends with stdin."""
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(orders, name)(**arguments)), flush=True)
