"""Word to systemd of how the service is doing (sd_notify); nobody is told where nobody asked."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


def notify(word: str) -> None:
    """One datagram to the socket that systemd named; a name that begins with @ is abstract. Never raises."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            to_systemd.sendto(word.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
