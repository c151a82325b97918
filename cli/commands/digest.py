"""`digest`."""

from __future__ import annotations

import email
import email.policy

import click

from cli.app import App, command, json_option


@command("digest", epilog="Example: nieuwswacht digest --dry-run --force")
@click.option("--dry-run", is_flag=True, help="Show the mails; store and send nothing.")
@click.option("--force", is_flag=True, help="Every subscription, whatever its rhythm.")
@json_option
def digest(app: App, dry_run: bool, force: bool, as_json: bool) -> int:
    """Write and send the mails that are due now.

    A subscription's first mail is a welcome; after that each change is told once.
    """
    from cli.context import digest_context, mail_channel
    from cli.jobs.digest import deliver, rehearse

    context, database = digest_context(app), app.database()
    if dry_run:
        delivered = rehearse(database, context, app.clock(), force=force)
    else:
        operator = app.config.operator.email
        delivered = deliver(database, context, mail_channel(app), app.clock(), operator=operator, force=force)
    if as_json:
        app.print_json({"digests": delivered.digests})
    else:
        for one in delivered.digests:
            noun = "change" if one["entries"] == 1 else "changes"
            app.out.print(
                f"{one['state']:<8} {one['kind']:<8} {one['recipient']} ({one['watch']}, {one['entries']} {noun})"
            )
        for mail in delivered.compiled:
            if mail.message:
                app.out.print("\n" + _text_part(mail.message))
        if not delivered.digests:
            app.say("Nothing is due.")
    for mail in delivered.compiled:
        if mail.error:
            app.say(
                f"The mail to {mail.recipient} could not be written: {mail.error}. Its news waits for the next digest."
            )
    if delivered.sending.reason:
        app.say(f"{delivered.sending.waiting} mail(s) wait in the outbox: {delivered.sending.reason}")
    if not dry_run and delivered.sending.sent and app.config.mail.channel == "folder":
        app.say(f"The mails are in {app.config.mail.folder}")
    return delivered.exit_code


def _text_part(message: bytes) -> str:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    body = parsed.get_body(("plain",))
    return f"Subject: {parsed['Subject']}\n\n{body.get_content() if body else ''}"
