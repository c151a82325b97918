"""Keeps the processes that tests start on this machine: found by every Python child through PYTHONPATH.

An audit hook sees each connection that Python code makes, whatever library makes it, and cannot be taken out again.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from typing import Any

_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):  # a Unix socket's address is no tuple
        host = _text(arguments[1][0])
        if not _is_here(host):
            raise OSError(errno.ENETUNREACH, f"tests reach nothing but this machine, and {host} is elsewhere")
    elif event in _LOOK_UPS and not (_is_here(_text(arguments[0])) or _is_number(_text(arguments[0]))):
        # As on a machine without a name server, so that a test means the same on every machine.
        raise socket.gaierror(socket.EAI_NONAME, "tests look up no names")


def _text(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("", "localhost", socket.gethostname())


def _is_number(host: str) -> bool:
    """An address in any spelling, `0x7f.1` included: it takes no name server to read it."""
    try:
        return ":" in host or bool(socket.inet_aton(host))
    except OSError:
        return False


sys.addaudithook(_refuse)
