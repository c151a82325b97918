"""A mail server on loopback in a process of its own that takes everything, keeps only what it counts, and costs little.

`bench.mailbox` answers more of the protocol, and needs longer for a mail than the sender whose speed is to be known.
"""

from __future__ import annotations

import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from bench.child import Child, child, take_orders

_IDENTITY = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Sink:
    def __init__(self, process: Child) -> None:
        self._order = process.order
        self.port: int = process.order("port")

    def taken(self) -> dict[str, int]:
        """Since it began: `mails`, the different `identities` and `recipients` of these, `bytes` and `connections`."""
        return dict(self._order("taken"))


@contextmanager
def sink() -> Iterator[Sink]:
    with child("bench.sink") as process:
        yield Sink(process)


class _Orders:
    def __init__(self, port: int) -> None:
        self._port = port
        self.counts: Counter[str] = Counter()
        self.identities, self.recipients = set[bytes](), set[bytes]()

    def port(self) -> int:
        return self._port

    def taken(self) -> dict[str, int]:
        return {
            **{name: self.counts[name] for name in ("mails", "bytes", "connections")},
            "identities": len(self.identities),
            "recipients": len(self.recipients),
        }


def _converse(connection: socket.socket, orders: _Orders) -> None:
    orders.counts["connections"] += 1
    with connection, connection.makefile("rb") as heard:
        connection.sendall(b"220 sink\r\n")
        for line in heard:
            word = line[:4].upper()
            if word == b"RCPT":
                orders.recipients.add(line.strip())
            if word == b"DATA":
                connection.sendall(b"354 go on\r\n")
                text = b"".join(iter(heard.readline, b".\r\n"))
                orders.counts["mails"] += 1
                orders.counts["bytes"] += len(text)
                found = _IDENTITY.search(text)
                orders.identities.add(found[1] if found else b"")
            connection.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


def main() -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    orders = _Orders(listening.getsockname()[1])

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_converse, args=(connection, orders), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    take_orders(orders)


if __name__ == "__main__":
    main()
