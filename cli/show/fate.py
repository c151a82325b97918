"""What became of a change for one reader, and of a mail, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.flapping import flapping, told_lately
from alerts.judge import reach
from alerts.selection import matching
from storage.tables import Change, Digest, Mail, Subscription, Told

if TYPE_CHECKING:
    from cli.app import App
    from cli.timetable import Times


def fate(app: App, session: Session, times: Times, reader: Subscription, change: Change) -> str:
    """Whether, and how, this subscription was told this change; or the first reason why not."""
    told = session.get(Told, (reader.id, change.id))
    if told is not None:
        if told.digest_id is None:
            return "cancelled out with a later change before it could be told"
        return f"told in {digest_fate(app, session, session.get_one(Digest, told.digest_id))}"
    return _untold(session, reader, change) or f"{_held_up(app, session, reader, change)}{when(app, times, reader)}"


def untellable(session: Session, change: Change) -> str:
    """Why nobody is told this change; empty when readers may be."""
    from storage.tables import Article, Version

    if change.tellable:
        return ""
    if change.tellable is None:
        return "its crawl is not settled yet"
    if change.kind == "new" and session.get_one(Article, change.article_id).baseline:
        return "part of the starting point: the first crawl of its source is never news"
    if change.kind == "moved":
        return "it moved with much of the site: a redesign"
    version = session.get(Version, change.to_id) if change.kind in ("edited", "reverted") else None
    if version is not None and version.cause == "extractor":
        return "our own reading of the page improved, the article did not change"
    return "it was the site's doing, not an editor's"


def when(app: App, times: Times, reader: Subscription) -> str:
    """When this subscription's next mail can come."""
    if reader.rhythm == "immediately":
        return "goes with the mails after the next crawl"
    at = times.next_daily(app.clock()) if reader.rhythm == "daily" else times.next_weekly(app.clock())
    return f"waits for the {reader.rhythm} mail of {app.local(at)}"


def digest_fate(app: App, session: Session, digest: Digest) -> str:
    """`the digest of … (3 entries): sent …`"""
    mail = session.scalar(select(Mail).where(Mail.digest_id == digest.id))
    what = {"welcome": "welcome", "quiet": 'word of "nothing changed"'}.get(digest.kind, "digest")
    entries = "1 entry" if digest.entries == 1 else f"{digest.entries} entries"
    name = f"the {what} of {app.local(digest.created)} ({entries})"
    return f"{name}: {_mail_fate(app, mail)}"


def _mail_fate(app: App, mail: Mail | None) -> str:
    if mail is None:
        return "its mail is no longer kept"
    if mail.state == "sent":
        return f"sent {app.local(mail.sent_at)}, as {mail.message_id}"
    if mail.state == "failed":
        return f"failed ({mail.last_error}); `nieuwswacht outbox retry {mail.id}` sends it again"
    reason = f" ({mail.last_error})" if mail.last_error else ""
    unsure = ", perhaps arrived" if mail.state in ("uncertain", "sending") else ""
    return f"waiting{unsure}{reason}, next attempt {app.local(mail.next_attempt)}"


def _untold(session: Session, reader: Subscription, change: Change) -> str:
    judged = reach(session, reader.watch)
    if reason := untellable(session, change):
        return f"not told: {reason}"
    if change.id <= reader.start_change_id:
        return "not told: it was there before this subscription began"
    if change.id <= judged.floor:
        return f"not told: it was there before the watch {reader.watch} was"
    if change.id > judged.change:
        return "not judged yet; the next crawl or digest does"
    if not matching(session, reader.watch, change).concerns:
        return f"not told: neither text matches the watch {reader.watch}"
    if reader.state == "ended":
        return "not told: the subscription has ended"
    return ""


def _held_up(app: App, session: Session, reader: Subscription, change: Change) -> str:
    if reader.state == "paused":
        return "held: the address is paused after refusals (`nieuwswacht outbox retry` resumes it); then "
    if reader.watch not in {watch.name for watch in app.watches}:
        return f"held: the watch {reader.watch} is not configured any more; then "
    article, now = [change.article_id], app.clock()
    if change.kind == "reverted" and flapping(session, article, now) and told_lately(session, reader, article, now):
        return "held: the page shows two versions in turn, which is told once a day at most; then "
    return ""
