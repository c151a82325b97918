from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from .hostile import HostileServer


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as server:
        server.elsewhere = server.url("", host="localhost")
        yield server


@pytest.fixture(scope="module")
def dead_port() -> int:
    """A port on loopback that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
