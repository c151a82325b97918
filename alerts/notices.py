"""Trouble, noted once when it begins and closed once when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from storage.tables import Notice


def open_notice(session: Session, key: str, text: str, now: datetime) -> bool:
    """Note trouble under `key`; false when it was known already. A later text replaces one nobody has read yet."""
    known = _open(session, key)
    if known is None:
        session.add(Notice(key=key, text=text, opened_at=now))
        session.flush()
        return True
    if not known.told_opened:
        known.text = text
    return False


def note_event(session: Session, key: str, text: str, now: datetime) -> None:
    """Something the operator should hear of once, and that is over when it is seen: a redesign, for one."""
    session.add(Notice(key=key, text=text, opened_at=now, closed_at=now, told_opened=False, told_closed=True))


def close_notice(session: Session, key: str, now: datetime) -> bool:
    """Note that the trouble is over; false when there was none."""
    known = _open(session, key)
    if known is None:
        return False
    known.closed_at = now
    session.flush()
    return True


def close_notices(session: Session, keys: Sequence[str], now: datetime) -> None:
    """As `close_notice`, for all of these at once."""
    for notice in session.scalars(_open_ones(), {"keys": keys}):
        notice.closed_at = now


@cache  # asked for every mail, and so put together once
def _open_ones() -> Select[Notice]:
    return select(Notice).where(Notice.key.in_(bindparam("keys", expanding=True)), Notice.closed_at.is_(None))


def open_notices(session: Session) -> list[Notice]:
    """What needs a person now, oldest first."""
    return list(session.scalars(select(Notice).where(Notice.closed_at.is_(None)).order_by(Notice.id)))


def refused_key(subscription_id: int) -> str:
    """The notice that a server refused a mail to this reader."""
    return f"refused:{subscription_id}"


def paused_key(subscription_id: int) -> str:
    """The notice that this reader is no longer mailed."""
    return f"paused:{subscription_id}"


def close_reader_notices(session: Session, subscription_id: int, now: datetime) -> None:
    close_notices(session, [refused_key(subscription_id), paused_key(subscription_id)], now)


def _open(session: Session, key: str) -> Notice | None:
    return session.scalars(select(Notice).where(Notice.key == key, Notice.closed_at.is_(None))).first()
