"""Which of the mails that wait are to be offered now, in which order, and the next one taken in hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, select, update
from sqlalchemy.orm import Session

from storage.tables import Digest, Mail, Subscription


@dataclass(frozen=True)
class Offer:
    """`post`: it leaves by another way than mails do."""

    id: int
    post: bool


@dataclass(frozen=True)
class Claimed:
    """`recipient`: an address, or a URL with secrets in it."""

    id: int
    recipient: str
    message: bytes


def sendable(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
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


def offers(session: Session, now: datetime, after: int = 0) -> list[Offer]:
    """Those with a later id that are due, oldest first, as they are at this moment.

    With a later mail to the same reader each one before it is due, its own pause over or not: a reader who gets the
    second mail first, or a digest before its welcome, cannot tell what came when.
    """
    columns = select(Mail.id, Mail.recipient, Digest.subscription_id, Mail.next_attempt, Subscription.post_url)
    waiting = session.execute(sendable(columns).where(Mail.id > after).order_by(Mail.id)).all()
    last_due = {(recipient, reader): mail for mail, recipient, reader, at, _ in waiting if at <= now}
    return [
        Offer(mail, bool(post_url))
        for mail, recipient, reader, _, post_url in waiting
        if mail <= last_due.get((recipient, reader), 0)
    ]


def claim(session: Session, mail_id: int) -> Claimed | None:
    """The mail, marked as being sent; None when it is not to be sent any more."""
    found = session.execute(_mail(), {"wanted": mail_id}).first()
    if found is None:
        return None
    recipient, message, state, attempts, repeats, post_url = found
    marks = {"now_attempts": attempts + 1, "now_repeats": repeats + (state == "uncertain")}
    session.connection().execute(_mark(), {"wanted": mail_id, **marks})
    return Claimed(mail_id, post_url or recipient, message)


class Queue:
    """What one turn offers, one by one. The list is made at its start, and looked at again at its end."""

    def __init__(self, session: Session, now: datetime, stopped: Callable[[], bool]) -> None:
        self.only_posts = False
        self._now, self._stopped = now, stopped
        self._offers = deque(offers(session, now))
        self._last = Offer(0, post=False)

    def next(self, session: Session) -> Claimed | None:
        """Taken in hand in this transaction; None when there is none, or no more are to be sent."""
        while not self._stopped() and self._filled(session):
            self._last = self._offers.popleft()
            if self._last.post or not self.only_posts:
                mail = claim(session, self._last.id)
                if mail is not None:
                    return mail
        return None

    def again(self) -> None:
        """The last one comes next."""
        self._offers.appendleft(self._last)

    def _filled(self, session: Session) -> bool:
        if not self._offers:
            self._offers.extend(offers(session, self._now, self._last.id))
        return bool(self._offers)


# Asked for every mail, and so put together once.
@cache
def _mail() -> Select[*tuple[Any, ...]]:
    columns = (Mail.recipient, Mail.message, Mail.state, Mail.attempts, Mail.repeats, Subscription.post_url)
    return sendable(select(*columns)).where(Mail.id == bindparam("wanted"))


@cache
def _mark() -> Update:
    marks: dict[str, Any] = {"attempts": bindparam("now_attempts"), "repeats": bindparam("now_repeats")}
    return update(Mail).where(Mail.id == bindparam("wanted")).values(state="sending", **marks)
