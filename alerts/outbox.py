"""The outbox: what was written leaves from here, mail by mail, each step committed before the next.

A mail is `pending`, then `sending` (committed before the network is touched), then `sent`. An answer that was lost
makes it `uncertain`: it is sent once more, with the same Message-ID, and if that answer is lost too it is `failed`,
as is a mail that was refused for good. A failed mail is kept, shown by `status`, and sent again by `outbox retry`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased, defer

from alerts.channels.answers import ChannelError, Uncertain, Unreachable
from alerts.channels.channel import Channel
from alerts.deliveries import WAITING, found_interrupted, note_backlog, settle, subscription_of
from alerts.installation import SENDING_PAUSED, setting
from alerts.subscriptions import resume
from storage.clock import put_mails_right
from storage.database import Database
from storage.tables import Digest, Mail, Subscription

log = logging.getLogger(__name__)

KEEP_BODIES = timedelta(days=30)


@dataclass
class Sending:
    """What one turn of the outbox came to. `reason`: why mails still wait, as one sentence."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    paused: bool = False
    reason: str = ""

    @property
    def all_accepted(self) -> bool:
        """False when a mail that was offered was not taken: exit code 6."""
        return not (self.waiting or self.failed)


@dataclass(frozen=True)
class _Claimed:
    """`recipient`: an address, or a URL with secrets in it."""

    id: int
    recipient: str
    message: bytes


def send_waiting(
    database: Database, channel: Channel, now: datetime, *, stopped: Callable[[], bool] = lambda: False
) -> Sending:
    """Offer every mail that is due to the channel. The caller holds the lock that keeps a second sender away.

    Once `stopped` is true no other mail is offered. `waiting` and `failed` count mails offered in this turn; a server
    that cannot be reached is asked once, and what is posted elsewhere leaves all the same.
    """
    with database.write() as session:
        put_mails_right(session, now)
        found_interrupted(session, now)
        _forget_old_bodies(session, now)
        if setting(session, SENDING_PAUSED):
            return Sending(paused=True, reason="sending is paused until `nieuwswacht resume`")
    sending = Sending()
    trouble: Unreachable | None = None
    last = 0
    with channel:
        while not stopped() and (mail := _claim(database, now, last, only_posts=trouble is not None)) is not None:
            error = _offer(channel, mail)
            with database.write() as session:
                state = settle(session, mail.id, error, now)
            if state == "shortened":
                continue  # and claim it again
            last = mail.id
            sending.sent += state == "sent"
            sending.failed += state == "failed"
            sending.waiting += state in WAITING
            sending.reason = str(error) if error is not None else sending.reason
            trouble = error if isinstance(error, Unreachable) else trouble
    with database.write() as session:
        note_backlog(session, trouble, now)
    return sending


def waiting(session: Session) -> list[Mail]:
    """Mails that no server has accepted yet, oldest first, without their bytes."""
    query = select(Mail).where(Mail.state != "sent").options(defer(Mail.message)).order_by(Mail.id)
    return list(session.scalars(query))


def retry(session: Session, ids: Sequence[int] | None, now: datetime) -> int:
    """Make these mails, or all that wait or failed, due at once; readers paused for refusals are believed again."""
    mails = select(Mail).where(Mail.state.in_(("pending", "uncertain", "failed"))).options(defer(Mail.message))
    if ids is not None:
        mails = mails.where(Mail.id.in_(ids))
    again = session.scalars(mails).all()
    for mail in again:
        if mail.state == "failed":
            mail.state, mail.repeats = "pending", 0
        mail.attempts, mail.next_attempt = 0, now
        subscription = subscription_of(session, mail)
        if subscription is not None and subscription.state == "paused":
            resume(session, subscription, now)
    session.flush()
    return len(again)


def next_attempt(session: Session) -> datetime | None:
    """When the first of the waiting mails is to be offered again; None when none waits, or sending is paused."""
    if setting(session, SENDING_PAUSED):
        return None
    first: datetime | None = session.scalar(_sendable(select(func.min(Mail.next_attempt)).select_from(Mail)))
    return first


def _sendable(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Mails to the operator and to readers who neither left nor are paused."""
    return (
        query.outerjoin(Digest, Digest.id == Mail.digest_id)
        .outerjoin(Subscription, Subscription.id == Digest.subscription_id)
        .where(
            Mail.state.in_(("pending", "uncertain")),
            Mail.message.is_not(None),
            Mail.digest_id.is_(None) | (Subscription.state == "active"),
        )
    )


def _claim(database: Database, now: datetime, after: int, *, only_posts: bool) -> _Claimed | None:
    """The next mail that is due, marked as being sent."""
    with database.write() as session:
        due = _sendable(select(Mail, Subscription.post_url)).where(
            or_(Mail.next_attempt <= now, _is_followed(now)), Mail.id > after
        )
        if only_posts:
            due = due.where(Subscription.post_url != "")
        found = session.execute(due.order_by(Mail.id).limit(1)).first()
        if found is None or found[0].message is None:
            return None
        mail, post_url = found
        mail.repeats += mail.state == "uncertain"
        mail.state, mail.attempts = "sending", mail.attempts + 1
        return _Claimed(mail.id, post_url or mail.recipient, mail.message)


def _is_followed(now: datetime) -> ColumnElement[bool]:
    """Whether a later mail to the same reader is due: then this one goes before it, its own pause over or not.

    A reader who gets the second mail first, or a digest before its welcome, cannot tell what came when.
    """
    later, digest = aliased(Mail), aliased(Digest)
    return exists(
        select(later.id)
        .outerjoin(digest, digest.id == later.digest_id)
        .where(
            later.id > Mail.id,
            later.recipient == Mail.recipient,
            later.state.in_(("pending", "uncertain")),
            later.message.is_not(None),
            later.next_attempt <= now,
            digest.subscription_id.is_not_distinct_from(Digest.subscription_id),
        )
    )


def _offer(channel: Channel, mail: _Claimed) -> ChannelError | None:
    try:
        channel.send(mail.message, mail.recipient)
    except ChannelError as error:
        log.warning("mail not accepted", extra={"mail": mail.id, "cause": str(error)})
        return error
    except Exception as error:  # a fault in a channel: whether the mail left is anybody's guess
        log.exception("the channel failed", extra={"mail": mail.id})
        return Uncertain(f"{type(error).__name__}: {error}")
    return None


def _forget_old_bodies(session: Session, now: datetime) -> None:
    session.execute(
        update(Mail)
        .where(Mail.state == "sent", Mail.next_attempt < now - KEEP_BODIES, Mail.sent_at < now - KEEP_BODIES)
        .where(Mail.message.is_not(None))
        .values(message=None)
        .execution_options(synchronize_session=False)
    )
