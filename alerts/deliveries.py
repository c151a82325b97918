"""What an answer means for a mail, its reader and the operator. The database's side of sending; no network here."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, defer

from alerts.channels.answers import ChannelError, Permanent, Temporary, TooLarge, UnknownRecipient, Unreachable
from alerts.notices import close_notice, close_notices, open_notice, paused_key, refused_key
from alerts.shorter import text_only
from storage.tables import Digest, Mail, Subscription

WAITING = ("pending", "uncertain")
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
BACKLOG_AFTER = timedelta(hours=2)
GIVE_UP_AFTER = timedelta(days=5)  # as mail servers do among themselves
BOUNCES = 3
_BACKLOG = "outbox"


def found_interrupted(session: Session, now: datetime) -> None:
    """A mail left in `sending` belonged to a process that was killed: perhaps sent, perhaps not."""
    for mail in session.scalars(select(Mail).where(Mail.state == "sending")).all():
        mail.last_error = "the process was stopped while it was being sent"
        _answer_lost(session, mail, now, now)


def settle(session: Session, mail_id: int, error: ChannelError | None, now: datetime) -> str:
    """Record the answer; returns the mail's new state, or "shortened" when it is to be offered again at once."""
    mail = session.get(Mail, mail_id, options=[defer(Mail.message)])
    if mail is None:
        return "gone"
    subscription = subscription_of(session, mail)
    if error is None:
        _accepted(session, mail, subscription, now)
        return mail.state
    mail.last_error = str(error)
    if subscription is not None and subscription.state == "ended":
        session.delete(mail)  # unsubscribed while it was on its way: not offered again
        return "gone"
    if isinstance(error, TooLarge) and mail.message is not None and (shorter := text_only(mail.message)) is not None:
        mail.message, mail.state = shorter, "pending"
        return "shortened"
    if isinstance(error, Permanent):
        _refused(session, mail, subscription, error, now)
    elif isinstance(error, Temporary):
        _deferred(session, mail, error, now)
    else:
        _answer_lost(session, mail, now, now + BACKOFF[0])
    return mail.state


def note_backlog(session: Session, trouble: Unreachable | None, now: datetime) -> None:
    """Tell the operator when mail has waited for hours, or when waiting will not help; and when it flows again."""
    waiting = (Mail.state.in_(WAITING), Mail.attempts > 0)
    oldest = session.scalar(select(func.min(Mail.created)).where(*waiting))
    late = oldest is not None and oldest <= now - BACKLOG_AFTER
    if late or (trouble is not None and trouble.needs_person):
        count = session.scalar(select(func.count()).select_from(Mail).where(Mail.state.in_(WAITING))) or 0
        error = (
            str(trouble)
            if trouble
            else session.scalar(select(Mail.last_error).where(*waiting).order_by(Mail.created).limit(1))
        )
        open_notice(session, _BACKLOG, f"Mail is not accepted ({count} waiting): {error}", now)
    elif trouble is None:
        close_notice(session, _BACKLOG, now)


def subscription_of(session: Session, mail: Mail) -> Subscription | None:
    """The subscription a mail was written for; None for the operator's."""
    if mail.digest_id is None:
        return None
    return session.scalars(_reader_of(), {"digest": mail.digest_id}).first()


@cache  # asked for every mail, and so put together once
def _reader_of() -> Select[Subscription]:
    digest = Digest.id == bindparam("digest")
    return select(Subscription).join(Digest, Digest.subscription_id == Subscription.id).where(digest)


def _accepted(session: Session, mail: Mail, subscription: Subscription | None, now: datetime) -> None:
    mail.state, mail.sent_at, mail.last_error = "sent", now, ""
    keys = [_mail_key(mail)]
    if subscription is not None:
        subscription.bounces = 0
        keys += [refused_key(subscription.id), paused_key(subscription.id)]
    close_notices(session, keys, now)


def _deferred(session: Session, mail: Mail, error: Temporary, now: datetime) -> None:
    if not isinstance(error, Unreachable) and now - mail.created >= GIVE_UP_AFTER:
        _fail(session, mail, f"given up after {GIVE_UP_AFTER.days} days", now)
        return
    # A clear no to a repeat leaves the first attempt as uncertain as it was, and the repeat still to be made.
    mail.state = "uncertain" if mail.repeats else "pending"
    mail.repeats = 0
    mail.next_attempt = now + BACKOFF[min(mail.attempts, len(BACKOFF)) - 1]


def _refused(session: Session, mail: Mail, subscription: Subscription | None, error: Permanent, now: datetime) -> None:
    if subscription is None or not error.address_refused:
        _fail(session, mail, "refused", now)
        return
    mail.state = "failed"
    subscription.bounces += 1
    reader = f"{subscription.address} ({subscription.watch})"
    open_notice(session, refused_key(subscription.id), f"A mail to {reader} was refused: {error}", now)
    if subscription.bounces >= BOUNCES or isinstance(error, UnknownRecipient):
        subscription.state = "paused"
        text = (
            f"{reader} is not mailed any more: {error}. When the address is right again: `nieuwswacht outbox retry`;"
            f" when it is not: `nieuwswacht unsubscribe {subscription.address}`."
        )
        open_notice(session, paused_key(subscription.id), text, now)


def _answer_lost(session: Session, mail: Mail, now: datetime, again: datetime) -> None:
    if mail.repeats:
        _fail(session, mail, "the server's answer was lost twice; the reader may have it, once or twice", now)
    else:
        mail.state, mail.next_attempt = "uncertain", again


def _fail(session: Session, mail: Mail, why: str, now: datetime) -> None:
    mail.state = "failed"
    text = f"The mail “{mail.subject}” to {mail.recipient} has failed, {why}: {mail.last_error}."
    open_notice(session, _mail_key(mail), f"{text} `nieuwswacht outbox retry` sends it again.", now)


def _mail_key(mail: Mail) -> str:
    # One for all mails to the operator: a notice about each would make a mail about each.
    return f"mail:{mail.id}" if mail.digest_id is not None else "operator's mail"
