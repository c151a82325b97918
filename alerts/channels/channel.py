"""What the outbox needs of a channel."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


class Channel(Protocol):
    """Open from `__enter__` to `__exit__`, so that one connection can serve many mails.

    What needs none inherits from here, and with it two methods that do nothing.
    """

    name: str

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, message: bytes, recipient: str) -> None:
        """Returns once the mail is accepted; raises a ChannelError otherwise. `message`: RFC 5322 with CRLF."""
        ...

    def check(self) -> None:
        """Whether mail could be sent now, sending none; raises a ChannelError otherwise."""
        ...
