"""`outbox` and `outbox retry`."""

from __future__ import annotations

import click

from cli.app import App, command_group, json_option, subcommand
from cli.exits import Exit


@command_group("outbox", epilog="Example: nieuwswacht outbox retry")
@json_option
def outbox(app: App, as_json: bool) -> None:
    """See what waits to be sent."""
    from alerts.outbox import waiting

    with app.database().read() as session:
        rows = [
            {
                "id": mail.id,
                "recipient": mail.recipient,
                "subject": mail.subject,
                "state": mail.state,
                "attempts": mail.attempts,
                "created": app.utc(mail.created),
                "next_attempt": app.utc(mail.next_attempt),
                "last_error": mail.last_error,
                "message_id": mail.message_id,
            }
            for mail in waiting(session)
        ]
    if as_json:
        app.print_json(rows)
        return
    if not rows:
        app.say("Nothing waits to be sent.")
        return
    app.print_table(("id", "state", "recipient", "subject", "attempts", "last_error"), rows)


@subcommand(outbox, "retry", epilog="Example: nieuwswacht outbox retry 12")
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...", help="Numbers that `outbox` shows.")
def retry(app: App, ids: tuple[int, ...]) -> int:
    """Send what waits or failed again, now: all of it, or the mails with these numbers."""
    from alerts.outbox import retry as requeue
    from alerts.outbox import send_waiting
    from cli.context import mail_channel
    from cli.signals import StopNoted
    from storage.locks import held

    database, now = app.database(), app.clock()
    with held(database, "digest"):
        with database.write() as session:
            count = requeue(session, ids or None, now)
        with StopNoted() as stopped:
            sending = send_waiting(database, mail_channel(app), now, stopped=stopped)
    app.say(f"{count} mail(s) tried again: {sending.sent} sent, {sending.waiting} waiting, {sending.failed} refused.")
    if sending.reason:
        app.say(sending.reason)
    if stopped():
        return 128 + stopped.number
    return Exit.DONE if sending.all_accepted else Exit.NOT_ACCEPTED
