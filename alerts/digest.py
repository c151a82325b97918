"""Digests that are due, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.compiler import Compiled, Compiler, Render
from alerts.compose import DigestContext
from alerts.render import Renderer
from storage.database import Database
from storage.tables import Mail

__all__ = ["Compiled", "compile_due", "outcomes"]

_BATCH = 500


def compile_due(
    database: Database,
    context: DigestContext,
    now: datetime,
    *,
    force: bool = False,
    dry_run: bool = False,
    render: Render | None = None,
) -> list[Compiled]:
    """Write every mail that is due at `now` into the outbox; `force` takes each subscription as due.

    A subscription whose mail cannot be made hears nothing, keeps everything untold, and holds up nobody else.
    """
    render = render or Renderer()
    if not dry_run:
        return Compiler(database.write, context, now, force, render).run()
    with database.write() as rehearsal:

        @contextmanager
        def part() -> Iterator[Session]:
            with rehearsal.begin_nested():
                yield rehearsal

        compiled = Compiler(part, context, now, force, render, dry_run=True).run()
        rehearsal.rollback()
    return compiled


def outcomes(session: Session, compiled: list[Compiled]) -> list[dict[str, Any]]:
    """The `digests` document of the public interface, once the outbox had its turn."""
    states = {"sent": "sent", "failed": "failed"}
    found = _states(session, [one.message_id for one in compiled])
    return [
        {
            "watch": one.watch,
            "recipient": one.recipient,
            "entries": one.entries,
            "kind": one.kind,
            "state": states.get(found.get(one.message_id, ""), "waiting") if one.state == "waiting" else one.state,
            "message_id": one.message_id,
        }
        for one in compiled
    ]


def _states(session: Session, identities: Sequence[str]) -> dict[str, str]:
    """Message-ID -> the state of its mail; no database takes any number of values at once."""
    found: dict[str, str] = {}
    for start in range(0, len(identities), _BATCH):
        chunk = identities[start : start + _BATCH]
        found |= dict(session.execute(select(Mail.message_id, Mail.state).where(Mail.message_id.in_(chunk))).all())
    return found
