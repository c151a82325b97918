"""The steps of a process that can fail - statements, writes, sends - counted, and the Nth made to fail or be the last.

Everything here changes the process it runs in for good: it belongs in a child, see `tests.delivery.processes`.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import smtplib
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from alerts.channels import SmtpChannel


@dataclass
class Steps:
    """`number`: the step to fail, from 1; 0 for none. `fail`: raises, or ends the process."""

    number: int = 0
    fail: Callable[[], None] = lambda: None
    names: list[str] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)  # how many steps had been taken when a server took a mail

    def take(self, name: str, *, torn: Callable[[], object] = lambda: None) -> None:
        """`torn`: what a step that fails has done all the same."""
        self.names.append(name)
        if len(self.names) == self.number:
            torn()
            self.fail()

    def may_repeat(self, number: int) -> bool:
        """Whether at this step a mail had been accepted, and that was not yet written down."""
        return any(taken < number <= self.names.index("COMMIT", taken) + 1 for taken in self.accepted)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def disk_error() -> None:
    raise OperationalError("the step with this number", {}, sqlite3.OperationalError("disk I/O error"))


def hung_up() -> None:
    raise smtplib.SMTPServerDisconnected("the step with this number")


def disk_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def watch_statements(steps: Steps) -> None:
    """Each connection, each statement on it, COMMIT and ROLLBACK; a step is taken before it takes effect."""

    class Connection(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:  # how pragmas are set; all else goes through cursors
            steps.take(arguments[0])
            return super().execute(*arguments)

    @event.listens_for(Engine, "do_connect")
    def connect(dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        steps.take("connect")
        if dialect.name == "sqlite":
            options["factory"] = Connection

    @event.listens_for(Engine, "before_cursor_execute")
    def statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        steps.take(statement)

    event.listen(Engine, "commit", lambda _connection: steps.take("COMMIT"))
    event.listen(Engine, "rollback", lambda _connection: steps.take("ROLLBACK"))


def watch_commits(steps: Steps) -> None:
    """Each COMMIT, once it took effect: what fails then is the answer."""
    event.listen(Session, "after_commit", lambda _session: steps.take("COMMIT"))


def watch_sends(accepted: Callable[[], None]) -> None:
    """Each mail, once the server said that it has it."""
    send = SmtpChannel.send

    def sent(channel: SmtpChannel, message: bytes, recipient: str) -> None:
        send(channel, message, recipient)
        accepted()

    SmtpChannel.send = sent  # type: ignore[assignment,method-assign]


def watch_conversation(steps: Steps) -> None:
    """Each thing that is said to a mail server, and each answer that is waited for."""
    send, getreply = smtplib.SMTP.send, smtplib.SMTP.getreply
    said = ["greeting"]

    def take(client: smtplib.SMTP, name: str, torn: Callable[[], object] = lambda: None) -> None:
        try:
            steps.take(name, torn=torn)
        except smtplib.SMTPServerDisconnected:
            client.close()
            raise

    def saying(client: smtplib.SMTP, what: Any) -> None:
        said[0] = "text" if isinstance(what, bytes) else what.split()[0].upper()
        take(client, said[0], lambda: send(client, what[: len(what) // 2]))
        send(client, what)

    def answered(client: smtplib.SMTP) -> tuple[int, bytes]:
        take(client, f"answer to {said[0]}")
        return getreply(client)

    smtplib.SMTP.send, smtplib.SMTP.getreply = saying, answered  # type: ignore[assignment,method-assign]


def watch_files(steps: Steps, folder: Path) -> None:
    """Each file or folder made, written, synced, renamed or removed below `folder`; SQLite's own are not seen here."""

    def below(path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and Path(path).is_relative_to(folder)

    def audit(name: str, arguments: tuple[Any, ...]) -> None:
        if name not in ("open", "os.mkdir", "os.rename", "os.remove", "os.link", "os.truncate"):
            return
        if not below(arguments[0]) or (name == "os.mkdir" and Path(arguments[0]).exists()):
            return
        if name != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            steps.take(f"{name} {Path(arguments[0]).name}")

    class File(io.FileIO):
        def write(self, data: Any) -> int:
            steps.take("write", torn=lambda: super(File, self).write(bytes(data)[: len(data) // 2]))
            return super().write(data)

    really_open, really_sync = io.open, os.fsync

    def opened(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode == "wb" and below(file):
            return io.BufferedWriter(File(file, "wb"))
        return really_open(file, mode, *arguments, **options)

    def synced(descriptor: int) -> None:
        steps.take("fsync")
        really_sync(descriptor)

    sys.addaudithook(audit)
    io.open, os.fsync = opened, synced  # type: ignore[assignment]
