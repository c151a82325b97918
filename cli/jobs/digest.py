"""Write the mails that are due, then send what waits: the other half of the straight line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.channels import Channel
from alerts.compose import DigestContext
from alerts.digest import Compiled, compile_due, outcomes
from alerts.operator import operator_mails
from alerts.outbox import Sending, send_waiting
from cli.exits import Exit
from cli.signals import StopNoted
from storage.database import Database
from storage.locks import held


@dataclass(frozen=True)
class Delivered:
    """`digests` as the interface prints them; `compiled` with the rendered messages of a dry run.

    `stopped_by`: the signal that ended the sending early, or 0.
    """

    digests: list[dict[str, Any]]
    compiled: list[Compiled]
    sending: Sending = field(default_factory=Sending)
    stopped_by: int = 0

    @property
    def exit_code(self) -> int:
        if self.stopped_by:
            return 128 + self.stopped_by
        if any(one.state == "failed" and one.error for one in self.compiled):
            return Exit.PROBLEM
        return Exit.DONE if self.sending.all_accepted else Exit.NOT_ACCEPTED


def deliver(
    database: Database,
    context: DigestContext,
    channel: Channel,
    now: datetime,
    *,
    operator: str = "",
    force: bool = False,
) -> Delivered:
    """Compile, tell the operator, send. Raises LockHeld when another digest is at work.

    Asked to stop while it sends, it still hears the answer about the mail that is on its way: nobody could know
    afterwards whether that one arrived, and it would be sent again.
    """
    with held(database, "digest"):
        compiled = compile_due(database, context, now, force=force)
        with database.write() as session:
            zone = context.timetable.timezone
            operator_mails(session, operator, now, sender=context.sender, language=context.language, timezone=zone)
        with StopNoted() as stopped:
            sending = send_waiting(database, channel, now, stopped=stopped)
    with database.read() as session:
        return Delivered(outcomes(session, compiled), compiled, sending, stopped.number)


def rehearse(database: Database, context: DigestContext, now: datetime, *, force: bool = False) -> Delivered:
    """What would be written now; nothing is stored or sent."""
    compiled = compile_due(database, context, now, force=force, dry_run=True)
    with database.read() as session:
        return Delivered(outcomes(session, compiled), compiled)
