"""What an answer means for a mail, its reader and the operator. The database's side of sending; no network here."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, func, select, update
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
    if error is None:
        return _accepted(session, mail_id, now)
    mail = session.get(Mail, mail_id, options=[defer(Mail.message)])
    if mail is None:
        return "gone"
    subscription = subscription_of(session, mail)
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
    return session.scalars(
        select(Subscription).join(Digest, Digest.subscription_id == Subscription.id).where(Digest.id == mail.digest_id)
    ).first()


def _accepted(session: Session, mail_id: int, now: datetime) -> str:
    found = session.execute(_owner(), {"wanted": mail_id}).first()
    if found is None:
        return "gone"
    digest_id, reader, bounces = found
    session.connection().execute(_sent(), {"wanted": mail_id, "now": now})
    keys = [_mail_key(mail_id, digest_id)]
    if reader is not None:
        keys += [refused_key(reader), paused_key(reader)]
    if bounces:
        session.get_one(Subscription, reader).bounces = 0
    close_notices(session, keys, now)
    return "sent"


# Asked for every mail, and so put together once.
@cache
def _owner() -> Select[*tuple[Any, ...]]:
    return (
        select(Mail.digest_id, Subscription.id, Subscription.bounces)
        .outerjoin(Digest, Digest.id == Mail.digest_id)
        .outerjoin(Subscription, Subscription.id == Digest.subscription_id)
        .where(Mail.id == bindparam("wanted"))
    )


@cache
def _sent() -> Update:
    sent: dict[str, Any] = {"state": "sent", "sent_at": bindparam("now"), "last_error": ""}
    return update(Mail).where(Mail.id == bindparam("wanted")).values(**sent)


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
    open_notice(session, _mail_key(mail.id, mail.digest_id), f"{text} `nieuwswacht outbox retry` sends it again.", now)


def _mail_key(mail_id: int, digest_id: int | None) -> str:
    # One for all mails to the operator: a notice about each would make a mail about each.
    return f"mail:{mail_id}" if digest_id is not None else "operator's mail"
