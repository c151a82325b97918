"""`nieuwswacht serve` as its operator runs it: a process of its own, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]
Served = tuple[str, subprocess.Popen[str]]


@contextmanager
def serving(config: Path) -> Iterator[Served]:
    """The address it answers at, and the process."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "cli.main", "--config", str(config), "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx2.get(f"{address}/healthz")
                break
            except httpx2.TransportError:
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.1)
        yield address, process
    finally:
        process.kill()
        process.communicate(timeout=10)
