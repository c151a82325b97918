"""Tests reach this machine and nothing else, whatever process they run in."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys

import pytest
from pytest_socket import SocketConnectBlockedError

ELSEWHERE = ("192.0.2.1", 80)  # an address kept for documentation: nobody answers there


def test_a_test_that_dials_out_fails() -> None:
    with pytest.warns(UserWarning, match=ELSEWHERE[0]), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(ELSEWHERE, timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_process_that_a_test_starts_cannot_dial_out(host: str) -> None:
    family = "AF_INET6" if ":" in host else "AF_INET"
    dial = f"import socket; s = socket.socket(socket.{family}); s.settimeout(1); s.connect(({host!r}, 80))"
    done = subprocess.run([sys.executable, "-c", dial], capture_output=True, text=True, timeout=30, check=False)
    assert f"tests reach nothing but this machine, and {host} is elsewhere" in done.stderr


def test_a_process_that_a_test_starts_looks_up_no_names() -> None:
    look_up = "import socket; socket.create_connection(('example.org', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", look_up], capture_output=True, text=True, timeout=30, check=False)
    assert "tests look up no names" in done.stderr


def test_a_process_that_a_test_starts_reaches_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        dial = f"import socket; socket.create_connection({server.getsockname()!r}, timeout=5)"
        subprocess.run([sys.executable, "-c", dial], timeout=30, check=True)


def _answer(queue: multiprocessing.Queue[int]) -> None:
    queue.put(os.getpid())


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing_works_under_the_guard(method: str) -> None:
    context = multiprocessing.get_context(method)
    queue: multiprocessing.Queue[int] = context.Queue()
    child = context.Process(target=_answer, args=(queue,))
    child.start()
    assert queue.get(timeout=30) == child.pid
    child.join(timeout=30)
    assert child.exitcode == 0


def test_nothing_of_the_users_configuration_is_seen() -> None:
    assert not [name for name in os.environ if name.startswith("NIEUWSWACHT_") and name != "NIEUWSWACHT_DATA"]
    assert not os.listdir()  # noqa: PTH208 - the working directory, where a nieuwswacht.toml would count
