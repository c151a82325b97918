"""A mail server on loopback in a process of its own, which keeps what it accepts and may be told to refuse."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.child import Child, child, take_orders


class Mailbox:
    def __init__(self, process: Child) -> None:
        self._order = process.order
        self.port: int = process.order("port")

    def away(self, *, away: bool) -> None:
        """Refuse every mail for now, or accept again."""
        self._order("refuse", refuse=away)

    def count(self) -> int:
        """Mails accepted since `take`."""
        return int(self._order("count"))

    def take(self) -> list[str]:
        """The text parts of the mails accepted since this was last asked."""
        return list(self._order("take"))


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    with child("bench.mailbox") as process:
        yield Mailbox(process)


def urls_in(texts: list[str], *, marked: str = "") -> set[str]:
    """The addresses that mails name; with `marked`, only on lines that hold this word."""
    lines = [line for text in texts for line in text.splitlines() if marked in line]
    return {url.rstrip(".,)>") for line in lines for url in re.findall(r"http://127\.0\.0\.1:\d+/[^\s\"<>]*", line)}


class _Handler:
    """Texts are kept up to a few hundred mails; beyond that they are only counted."""

    def __init__(self) -> None:
        self.refusing, self.accepted, self.kept = False, 0, list[bytes]()

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.refusing:
            return "451 4.3.0 come back later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.accepted += 1
        if len(self.kept) < 300:
            self.kept.append(envelope.content)
        return "250 OK"


class _Orders:
    def __init__(self, handler: _Handler, port: int) -> None:
        self._handler, self._port = handler, port

    def port(self) -> int:
        return self._port

    def refuse(self, refuse: bool) -> None:
        self._handler.refusing = refuse

    def count(self) -> int:
        return self._handler.accepted

    def take(self) -> list[str]:
        texts = [_text(message) for message in self._handler.kept]
        self._handler.kept, self._handler.accepted = [], 0
        return texts


def _text(message: bytes) -> str:
    body = email.message_from_bytes(message, policy=email.policy.default).get_body(("plain",))
    return body.get_content() if body else ""


def main() -> None:
    from aiosmtpd.smtp import SMTP

    handler, loop = _Handler(), asyncio.new_event_loop()
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    # Without a limit: mails of all that noise did to 300 pages exceed the usual 33 MB, and ended other monitors.
    loop.run_until_complete(loop.create_server(lambda: SMTP(handler, loop=loop, data_size_limit=0), sock=listening))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    take_orders(_Orders(handler, listening.getsockname()[1]))


if __name__ == "__main__":
    main()
