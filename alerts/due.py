"""Which readers are to be written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.compose import DigestContext
from alerts.notices import close_notice, open_notice
from alerts.selection import pending_ids, settle_past
from alerts.windows import Slot, latest_slot
from storage.tables import Subscription

_AT_ONCE = 500  # readers who are looked at, and let go of again


@dataclass
class Due:
    """In one turn at `now`; `force` takes each subscription as due."""

    context: DigestContext
    now: datetime
    force: bool
    _followed: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """The latest one of each rhythm that has any."""
        return {rhythm: latest_slot(rhythm, self.context.timetable, self.now) for rhythm in ("daily", "weekly")}

    def readers(self, session: Session) -> list[int]:
        """By id; those with the same to hear come one after the other."""
        order = (Subscription.watch, Subscription.rhythm, Subscription.id)
        ids = session.scalars(select(Subscription.id).where(Subscription.state == "active").order_by(*order)).all()
        return [
            reader.id
            for start in range(0, len(ids), _AT_ONCE)
            for reader in session.scalars(
                select(Subscription).where(Subscription.id.in_(ids[start : start + _AT_ONCE])).order_by(*order)
            )
            if self.is_due(session, reader)
        ]

    def is_due(self, session: Session, subscription: Subscription) -> bool:
        """Cheap enough to ask for everybody: most have nothing most of the time."""
        if not self._is_followed(session, subscription.watch):
            return False
        settle_past(session, subscription)
        if not subscription.welcomed or self.slot(subscription) is not None:
            return True
        if self.force and subscription.rhythm == "weekly":
            return True
        return (self.force or subscription.rhythm == "immediately") and bool(pending_ids(session, subscription))

    def slot(self, subscription: Subscription) -> Slot | None:
        """The slot of a daily or weekly rhythm that passed since this subscription was last considered."""
        slot = self.slots.get(subscription.rhythm)
        return slot if slot and slot.at > (subscription.last_digest or subscription.created) else None

    def _is_followed(self, session: Session, watch: str) -> bool:
        """A subscription to a watch that left the configuration waits, and somebody should know."""
        if watch not in self._followed:
            key = f"watch:{watch}"
            self._followed[watch] = self.context.watch(watch) is not None
            if self._followed[watch]:
                close_notice(session, key, self.now)
            else:
                text = f"There are subscriptions to the watch {watch}, which is not configured."
                open_notice(session, key, text, self.now)
        return self._followed[watch]
