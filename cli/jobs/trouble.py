"""What a crawl's findings mean for the operator: trouble noted when it begins, and closed when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.notices import close_notice, open_notice
from storage import tables
from storage.acceptance import count_open_quarantine
from storage.crawls import Report
from storage.sources import SourceHealth

# One bad crawl may be a hiccup; the second in a row is worth a mail.
_BAD_CRAWLS = 2
# Findings that are over once they were seen: they are told, but nobody has to do anything.
_EVENTS = frozenset({"redesign", "site-text", "layout"})


def note_trouble(session: Session, healths: Mapping[str, SourceHealth], report: Report, now: datetime) -> None:
    for name, health in healths.items():
        source = session.scalar(select(tables.Source).where(tables.Source.name == name))
        bad = source is not None and source.state != "ok" and source.bad_crawls >= _BAD_CRAWLS
        if bad and source is not None:
            open_notice(session, f"source {name}", f"{name}: {source.reason}", now)
        elif source is not None and source.state == "ok":
            close_notice(session, f"source {name}", now)
        for key, text in health.notices.items():
            if key in _EVENTS:
                _tell_event(session, f"{key} {name} {report.crawl_id}", f"{name}: {text}", now)
    held = count_open_quarantine(session)
    if held:
        text = f"{held} version(s) are in quarantine and not told to readers; look with `nieuwswacht quarantine`"
        open_notice(session, "quarantine", text, now)
    else:
        close_notice(session, "quarantine", now)


def _tell_event(session: Session, key: str, text: str, now: datetime) -> None:
    """Something the operator should hear once, with nothing to recover from."""
    session.add(tables.Notice(key=key, text=text, opened_at=now, closed_at=now, told_opened=False, told_closed=True))
