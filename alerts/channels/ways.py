"""Both ways out: mails by the configured channel, posts by theirs."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from alerts.channels.channel import Channel
from alerts.channels.post import PostChannel
from alerts.posts import is_post


class Ways:
    """A channel that looks at the recipient to see which way a message leaves."""

    def __init__(self, mail: Channel, post: Channel | None = None) -> None:
        self.name = mail.name
        self._mail, self._post = mail, post or PostChannel()

    def __enter__(self) -> Self:
        self._mail.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mail.__exit__(kind, error, trace)

    def send(self, message: bytes, recipient: str) -> None:
        (self._post if is_post(recipient) else self._mail).send(message, recipient)

    def check(self) -> None:
        self._mail.check()
