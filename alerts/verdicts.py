"""What a person decides about versions in quarantine, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from alerts.judge import judge
from alerts.notices import close_notice
from alerts.watch import Watch
from storage.acceptance import accept, count_open_quarantine, reject
from storage.tables import Version

Verdict = Literal["accepted", "quietly", "rejected"]


def decide(
    session: Session,
    versions: Sequence[Version],
    verdict: Verdict,
    watches: Sequence[Watch],
    now: datetime,
    *,
    language: str = "nl",
) -> None:
    """Accept, accept without telling, or reject. The caller holds the crawl lock."""
    for version in versions:
        if verdict == "rejected":
            reject(version, "rejected by the operator")
        else:
            accept(session, version, silent=verdict == "quietly", detected=now)
    session.flush()
    if not count_open_quarantine(session):
        close_notice(session, "quarantine", now)
    judge(session, watches, language=language)
