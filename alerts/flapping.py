"""An article whose page shows two versions in turn, as a stale copy at a CDN makes it: told once a day at most.

The edit is told, and that it was undone; what swings to and fro after that waits. A text that was never seen before
does not, and neither does anything for readers who are mailed once a day or less.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.collapse import Net
from storage.tables import Change, Digest, Subscription, Told

_DAY = timedelta(days=1)
_TURNS = 2  # so many returns to an earlier text within a day: an editor takes an edit back once
_ONCE_IN = timedelta(hours=20)  # short of a day, so that a daily mail is never a day late


def flapping(session: Session, articles: Collection[int], now: datetime) -> set[int]:
    """Those of the articles, by id, that keep going back to what they said before."""
    returns = (Change.kind == "reverted", Change.tellable.is_(True), Change.detected > now - _DAY)
    often = select(Change.article_id).where(Change.article_id.in_(articles), *returns)
    return set(session.scalars(often.group_by(Change.article_id).having(func.count() >= _TURNS)))


def told_lately(session: Session, subscription: Subscription, articles: Collection[int], now: datetime) -> set[int]:
    """Those of the articles that this subscription had an entry about within about a day."""
    told = (
        select(Change.article_id)
        .join(Told, Told.change_id == Change.id)
        .join(Digest, Digest.id == Told.digest_id)
        .where(Told.subscription_id == subscription.id, Digest.created > now - _ONCE_IN)
    )
    return set(session.scalars(told.where(Change.article_id.in_(articles))))


def goes_back(net: Net) -> bool:
    """Whether all there is to tell is a text that had been there before."""
    if net.kind in ("gone", "returned"):
        return False
    texts = [step.kind for step in net.steps if step.kind in ("new", "edited", "reverted")]
    return texts[-1:] == ["reverted"]
