"""What a crash left behind, put right: the pass on which correctness rests, whichever timer did not fire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storage.crawls import left_behind, settle_left_behind
from storage.database import Database
from storage.errors import LockHeld
from storage.locks import held


def recover_crawls(database: Database, now: datetime) -> Sequence[int]:
    """Settle crawls whose process died, with what they had found; their ids. One that is at work is left alone.

    Digests that never came into being need no such search: `deliver` writes whatever is owed, however long ago it
    fell due, and sends whatever waits.
    """
    if not left_behind(database):
        return ()
    try:
        with held(database, "crawl"):
            return settle_left_behind(database, now)
    except LockHeld:
        return ()
