"""What is kept about a reader, and forgetting it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.posts import reader_name
from alerts.subscriptions import unsubscribe
from storage.retention import erase
from storage.tables import Digest, Mail, Subscription


def kept_about(session: Session, address: str) -> dict[str, Any]:
    """Subscriptions and mails of an address, times in ISO 8601."""
    mine = _subscriptions(session, address)
    mails = session.scalars(
        select(Mail)
        .join(Digest, Digest.id == Mail.digest_id)
        .where(Digest.subscription_id.in_([one.id for one in mine]))
        .order_by(Mail.id)
    )
    return {
        "address": reader_name(address),
        "subscriptions": [
            {
                "address": one.address,
                "watch": one.watch,
                "every": one.rhythm,
                "state": one.state,
                "since": one.created.isoformat(),
                "ended": one.ended.isoformat() if one.ended else None,
            }
            for one in mine
        ],
        "mails": [
            {
                "message_id": mail.message_id,
                "subject": mail.subject,
                "state": mail.state,
                "written": mail.created.isoformat(),
                "sent": mail.sent_at.isoformat() if mail.sent_at else None,
                "message": mail.message.decode("utf-8", "replace") if mail.message else None,
            }
            for mail in mails
        ],
    }


def forget(session: Session, address: str, now: datetime) -> int:
    """End and erase every subscription of an address; how many there were."""
    unsubscribe(session, address, None, now)
    mine = _subscriptions(session, address)
    for one in mine:
        erase(session, one)
    return len(mine)


def _subscriptions(session: Session, address: str) -> list[Subscription]:
    wanted = reader_name(address).lower()
    return list(session.scalars(select(Subscription).where(func.lower(Subscription.address) == wanted)))
