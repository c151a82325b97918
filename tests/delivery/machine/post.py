"""The mail server and the way to it: mails are accepted, refused, lost on the way, or lost with the process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self

from alerts.channels import SmtpChannel
from tests.crawl.offline import Crashed
from tests.delivery.machine.letters import message_id
from tests.delivery.smtp_server import ScriptedServer

# What the server does to one mail: which command it answers otherwise, and how.
ANSWERS = {
    "accepted": ("END", "ok"),
    "not now": ("RCPT", "450 4.2.0 try again later"),
    "not this mail now": ("END", "451 4.3.0 try again later"),
    "busy": ("CONNECT", "421 4.3.2 too busy"),
    "never this mail": ("END", "554 5.7.1 not wanted"),
    "too large": ("END", "552 5.3.4 too large"),
    "never this reader": ("RCPT", "550 5.7.1 not here"),
    "no such reader": ("RCPT", "550 5.1.1 no such user"),
    "gone before the text": ("DATA", "drop"),
    "gone within the text": ("DATA", "drop inside"),
    "gone after accepting": ("END", "store and drop"),
    "gone before accepting": ("END", "drop"),
    "killed after accepting": ("END", "ok"),
    "killed before": ("END", "ok"),
}


class Post(SmtpChannel):
    """A channel to the server that dies where it is told to, and knows which mails arrived without our knowing."""

    def __init__(self, server: ScriptedServer) -> None:
        super().__init__("127.0.0.1", server.port, "none", timeout=5)
        self.server = server
        self.plan: list[str] = []
        self.unanswered: Counter[str] = Counter()
        self.begun_at = 0

    def expect(self, answers: Iterable[str]) -> None:
        self.plan = list(answers)

    def be_well(self) -> None:
        self.plan = []
        self.server.script.clear()

    def __enter__(self) -> Self:
        self.begun_at = len(self.server.accepted)
        return super().__enter__()

    def last_may_be_unanswered(self) -> None:
        """The process died: perhaps before it had noted what the server said last."""
        for mail in self.server.accepted[self.begun_at :][-1:]:
            self.unanswered[message_id(mail.message)] += 1

    def send(self, message: bytes, recipient: str) -> None:
        what = self.plan.pop(0) if self.plan else "accepted"
        command, answer = ANSWERS[what]
        self.server.script.clear()
        if answer != "ok":
            self.server.script[command].append(answer)
        if command == "CONNECT":
            self._drop()
        before = len(self.server.accepted)
        if what == "killed before":
            raise Crashed
        try:
            super().send(message, recipient)
            if what == "killed after accepting":
                raise Crashed
        except BaseException:
            self.unanswered[message_id(message)] += len(self.server.accepted) - before
            raise
