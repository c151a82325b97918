"""What an edit amounts to, in one line, worked out once and kept with the change."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.diff import Diff, diff_articles, summarise
from storage.article import Article
from storage.tables import Change, Version

log = logging.getLogger(__name__)


def summarise_changes(session: Session, *, after: int, upto: int, language: str) -> None:
    """Fill significance and summary of the edits with an id in (after, upto] that lack them."""
    changes = select(Change).where(
        Change.id > after, Change.id <= upto, Change.kind.in_(("edited", "reverted")), Change.significance == ""
    )
    for change in session.scalars(changes).all():
        diff = _diff(session, change)
        # What could not be compared must not sink to the bottom of a mail.
        change.significance = diff.significance if diff is not None else "major"
        change.summary = summarise(diff, language) if diff else ""


def _diff(session: Session, change: Change) -> Diff | None:
    before, after = (
        session.get(Version, version_id) if version_id else None for version_id in (change.from_id, change.to_id)
    )
    if before is None or after is None:
        return None
    try:
        return diff_articles(Article.from_dict(before.data), Article.from_dict(after.data))
    except Exception:  # one odd pair of texts must not keep every other change from being judged
        log.exception("change could not be compared", extra={"change": change.id})
        return None
