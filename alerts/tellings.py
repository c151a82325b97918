"""What is told to subscriptions, worked out once for those that are to hear the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from alerts.compose import Telling, tellings_of
from alerts.health import Health, health
from alerts.judge import reach
from alerts.latest import Latest
from alerts.selection import Amount, amount, held_back, nets_for, pending_ids
from storage.tables import Subscription

# A watch, how far it was judged, and the changes that are pending: what they amount to follows from these.
_Heard = tuple[str, int, tuple[int, ...]]


class Tellings:
    """For one turn at `now`. What is pending is asked for each subscription anew; all that follows from it is kept.

    Who is written to later in the turn is told what the first one was: nothing that was judged since is among it.
    """

    def __init__(self, now: datetime, base_url: str) -> None:
        self._now, self._base_url = now, base_url
        self._amounts: Latest[_Heard, Amount] = Latest()
        self._tellings: Latest[tuple[_Heard, frozenset[int]], Sequence[Telling]] = Latest()
        self._healths: Latest[datetime, Health] = Latest()

    def of(self, session: Session, subscription: Subscription) -> Sequence[Telling]:
        pending = tuple(pending_ids(session, subscription))
        if not pending:
            return ()
        watch = subscription.watch
        heard = (watch, reach(session, watch).change, pending)
        found = self._amounts.of(heard, lambda: amount(session, watch, pending, self._now))
        held = held_back(session, subscription, found, self._now)
        return self._tellings.of((heard, held), lambda: tellings_of(session, nets_for(found, held), self._base_url))

    def health(self, session: Session, since: datetime) -> Health:
        return self._healths.of(since, lambda: health(session, since))
