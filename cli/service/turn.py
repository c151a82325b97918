"""One turn of the service's work on readers: put right, write, send; in a process of its own, which says what waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from alerts.installation import put_setting
from alerts.notices import close_notice, open_notice
from alerts.outbox import next_attempt
from cli.context import digest_context, mail_channel
from cli.jobs.digest import deliver
from storage.crawls import settle_left_behind

if TYPE_CHECKING:
    from cli.app import App

LAST_TURN = "service:last_turn"


def turn(app: App, notes: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Exit code and what came of it. `notes`: trouble of the service itself by key; an empty text means it is over."""
    database, now = app.database(), app.clock()
    settled = settle_left_behind(database, now)
    with database.write() as session:
        for key, text in notes.items():
            if text:
                open_notice(session, key, text, now)
            else:
                close_notice(session, key, now)
    delivered = deliver(database, digest_context(app), mail_channel(app), now, operator=app.config.operator.email)
    with database.write() as session:
        put_setting(session, LAST_TURN, app.utc(now) or "")
        again = next_attempt(session)
    sending = delivered.sending
    return delivered.exit_code, {
        "settled_crawls": list(settled),
        "written": sum(not one.error for one in delivered.compiled),
        "unwritten": [f"{one.recipient}: {one.error}" for one in delivered.compiled if one.error],
        "sent": sending.sent,
        "waiting": sending.waiting,
        "failed": sending.failed,
        "reason": sending.reason,
        "next_attempt": app.utc(again),
    }
