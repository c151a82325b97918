"""What a crawl's findings mean for the operator: trouble noted when it begins, and closed when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.installation import put_setting, setting
from alerts.notices import close_notice, note_event, open_notice
from storage import tables
from storage.acceptance import count_open_quarantine
from storage.crawls import Report
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.sources import SourceHealth

# The service notes a crawl that did not come to its end under this key, too: one trouble, one mail.
NO_CRAWL = "service crawl"
# One bad crawl may be a hiccup; the second in a row is worth a mail.
_BAD_CRAWLS = 2
# So many readings say by which method a source is read.
_ENOUGH = 5
# Findings that are over once they were seen: they are told, but nobody has to do anything.
_EVENTS = frozenset({"redesign", "site-text", "layout"})


def note_events(session: Session, health: SourceHealth, *, source: str, crawl_id: int, now: datetime) -> None:
    """What a crawl settled as the site's doing; it is settled once, and so is seen by no later crawl."""
    for key, text in health.notices.items():
        if key in _EVENTS:
            note_event(session, f"{key} {source} {crawl_id}", f"{source}: {text}", now)


def note_trouble(
    session: Session,
    sources: Iterable[str],
    methods: Mapping[str, Counter[str]],
    report: Report,
    now: datetime,
) -> None:
    """A crawl came to its end. `methods`: per source, how many pages its profile read and how many the fallback."""
    close_notice(session, NO_CRAWL, now)
    for name in sources:
        source = session.scalar(select(tables.Source).where(tables.Source.name == name))
        bad = source is not None and source.state != "ok" and source.bad_crawls >= _BAD_CRAWLS
        if bad and source is not None:
            open_notice(session, f"source {name}", f"{name}: {source.reason}", now)
        elif source is not None and source.state == "ok":
            close_notice(session, f"source {name}", now)
        _note_drift(session, name, methods.get(name, Counter()), report, now)
    held = count_open_quarantine(session)
    if held:
        text = f"{held} version(s) are in quarantine and not told to readers; look with `nieuwswacht quarantine`"
        open_notice(session, "quarantine", text, now)
    else:
        close_notice(session, "quarantine", now)


def note_no_crawl(database: Database, text: str, now: datetime) -> None:
    """A crawl did not start; without room even for this note, its exit code has to do."""
    with suppress(DatabaseUnusable), database.write() as session:
        open_notice(session, NO_CRAWL, f"No crawl was made: {text}", now)


def _note_drift(session: Session, name: str, methods: Counter[str], report: Report, now: datetime) -> None:
    """Say so once when a source's profile no longer fits most of its pages: the fallback reads less of them."""
    if methods.total() < _ENOUGH:
        return
    key, method = f"method:{name}", methods.most_common(1)[0][0]
    before = setting(session, key)
    if before == "profile" and method == "generic":
        text = (
            f"{name}: the profile fits only {methods['profile']} of {methods.total()} pages; the generic fallback reads"
            " the rest. Look at one with `nieuwswacht extract URL`"
        )
        note_event(session, f"drift {name} {report.crawl_id}", text, now)
    if before != method:
        put_setting(session, key, method)
