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

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer

from alerts.channels.answers import ChannelError, Uncertain, Unreachable
from alerts.channels.channel import Channel
from alerts.deliveries import WAITING, found_interrupted, note_backlog, settle, subscription_of
from alerts.installation import SENDING_PAUSED, setting
from alerts.offers import Claimed, Queue, sendable
from alerts.subscriptions import resume
from storage.clock import put_mails_right
from storage.database import Database
from storage.tables import Mail

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
        queue = Queue(session, now, stopped)
        mail = queue.next(session)
    sending = Sending()
    trouble: Unreachable | None = None
    with channel:
        while mail is not None:
            error = _offer(channel, mail)
            trouble = error if isinstance(error, Unreachable) else trouble
            queue.only_posts = trouble is not None
            state, mail = _answered(database, queue, mail.id, error, now)
            sending.sent += state == "sent"
            sending.failed += state == "failed"
            sending.waiting += state in WAITING
            sending.reason = str(error) if error is not None and state != "shortened" else sending.reason
    with database.write() as session:
        note_backlog(session, trouble, now)
    return sending


def _answered(
    database: Database, queue: Queue, mail_id: int, error: ChannelError | None, now: datetime
) -> tuple[str, Claimed | None]:
    """Record what became of one mail, and take the next one in hand."""
    try:
        with database.write() as session:
            state = settle(session, mail_id, error, now)
            if state == "shortened":
                queue.again()
            return state, queue.next(session)
    except Exception:
        with database.write() as session:  # what became of the one must not be lost with the other
            if session.scalar(select(Mail.state).where(Mail.id == mail_id)) == "sending":  # nor written down twice
                settle(session, mail_id, error, now)
        raise


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
    first: datetime | None = session.scalar(sendable(select(func.min(Mail.next_attempt)).select_from(Mail)))
    return first


def _offer(channel: Channel, mail: Claimed) -> ChannelError | None:
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
