"""Who follows which watch, and how often they hear of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from alerts.notices import close_reader_notices
from alerts.posts import reader_name
from storage.tables import Change, Digest, Mail, Subscription

RHYTHMS = ("immediately", "daily", "weekly")

# RFC 5322 dot-atom with the letters of RFC 6531; quoted local parts are as good as always a mistake.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class SubscriptionError(ValueError):
    """What is wrong with an address, a rhythm or a watch, as one sentence for a person."""


@dataclass(frozen=True)
class Subscribed:
    """`outcome`: created | unchanged | rhythm | resumed (after bounces) | again (after unsubscribing)."""

    subscription: Subscription
    outcome: Literal["created", "unchanged", "rhythm", "resumed", "again"]


def subscribe(
    session: Session, address: str, watch: str, rhythm: str, now: datetime, *, post_url: str = ""
) -> Subscribed:
    """Follow `watch` from this moment; doing it twice changes nothing. Raises SubscriptionError.

    With `post_url`, checked by the caller, a room or webhook follows it, under the name that `reader_name` gives it.
    """
    address = reader_name(post_url) if post_url else valid_address(address)
    if rhythm not in RHYTHMS:
        raise SubscriptionError(f'"{rhythm}" is no rhythm; choose {", ".join(RHYTHMS[:-1])} or {RHYTHMS[-1]}')
    known = _find(session, address, watch)
    if known is None or known.state == "ended":
        if known is not None:
            # One that was in a server's hands when he left, and never came to its end, is not sent to him now.
            session.execute(delete(Mail).where(Mail.digest_id.in_(_digests(known)), Mail.state != "sent"))
        fresh = known or Subscription(address=address, watch=watch)
        fresh.rhythm, fresh.state, fresh.created, fresh.ended = rhythm, "active", now, None
        fresh.welcomed, fresh.last_digest, fresh.bounces = False, None, 0
        fresh.start_change_id = session.scalar(select(func.max(Change.id))) or 0
        fresh.post_url = post_url
        session.add(fresh)
        session.flush()
        return Subscribed(fresh, "created" if known is None else "again")
    outcome: Literal["unchanged", "rhythm", "resumed"] = "unchanged" if known.rhythm == rhythm else "rhythm"
    known.rhythm = rhythm
    if known.state == "paused":
        resume(session, known, now)
        outcome = "resumed"
    session.flush()
    return Subscribed(known, outcome)


def unsubscribe(session: Session, address: str, watch: str | None, now: datetime) -> list[Subscription]:
    """End one subscription of this address, or with `watch` None all of them; returns those that ended just now.

    It holds at once: what waits in the outbox for them is deleted. A mail in a server's hands cannot be called back.
    """
    mine = select(Subscription).where(
        func.lower(Subscription.address) == reader_name(address).lower(), Subscription.state != "ended"
    )
    if watch is not None:
        mine = mine.where(Subscription.watch == watch)
    ended = list(session.scalars(mine))
    for subscription in ended:
        subscription.state, subscription.ended, subscription.post_url = "ended", now, ""
        close_reader_notices(session, subscription.id, now)
        session.execute(
            delete(Mail).where(
                Mail.digest_id.in_(_digests(subscription)), Mail.state.in_(("pending", "failed", "uncertain"))
            )
        )
    session.flush()
    return ended


def subscriptions(session: Session, *, ended: bool = False) -> list[Subscription]:
    """All who are told, by watch and address; with `ended` also those who were."""
    query = select(Subscription).order_by(Subscription.watch, Subscription.address)
    return list(session.scalars(query if ended else query.where(Subscription.state != "ended")))


def resume(session: Session, subscription: Subscription, now: datetime) -> None:
    """Believe in a paused address again: what was refused is sent again, what it missed is still untold and follows."""
    subscription.state, subscription.bounces = "active", 0
    session.execute(
        update(Mail)
        .where(Mail.digest_id.in_(_digests(subscription)), Mail.state == "failed")
        .values(state="pending", attempts=0, repeats=0, next_attempt=now)
    )
    close_reader_notices(session, subscription.id, now)


def valid_address(text: str) -> str:
    """The address with its domain in lower case and ASCII. Raises SubscriptionError."""
    address = text.strip()
    shown = "".join(letter if letter.isprintable() else "?" for letter in address[:80])
    problem = SubscriptionError(f'"{shown}" is no e-mail address; write it plainly, as name@example.org')
    local, at, domain = address.rpartition("@")
    if not at or not address.isprintable() or not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        raise problem
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise problem from None
    labels = domain.split(".")
    if (len(labels) < 2 and domain != "localhost") or not all(_LABEL.fullmatch(label) for label in labels):
        raise problem
    if len(f"{local}@{domain}".encode()) > 254:
        raise problem
    return f"{local}@{domain}"


def _digests(subscription: Subscription) -> Select[int]:
    return select(Digest.id).where(Digest.subscription_id == subscription.id)


def _find(session: Session, address: str, watch: str) -> Subscription | None:
    # Nobody runs a server where Jan@ and jan@ are two people; two mails for one reader would be the result.
    return session.scalars(
        select(Subscription).where(func.lower(Subscription.address) == address.lower(), Subscription.watch == watch)
    ).first()
