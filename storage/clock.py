"""A clock that was ahead and has been set back: what was written in its future must not wait until then."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables import Article, Crawl, Mail, Subscription

log = logging.getLogger(__name__)


def put_articles_right(session: Session, now: datetime) -> None:
    """Articles that were looked at later than `now` are due at once. Asked at each crawl; costs a look at one row."""
    latest = session.scalar(select(Crawl.started).order_by(Crawl.id.desc()).limit(1))
    if latest is None or latest <= now:
        return
    log.warning("the clock was set back since the last crawl: every article seen meanwhile is due")
    session.execute(update(Article).where(Article.last_checked > now).values(last_checked=now, next_due=now))
    session.execute(update(Article).where(Article.missed_since > now).values(missed_since=now))


def put_mails_right(session: Session, now: datetime) -> None:
    """No reader's rhythm and no waiting mail waits for a time that was never reached."""
    for column in (Subscription.created, Subscription.last_digest):
        session.execute(update(Subscription).where(column > now).values({column: now}))
    waiting = Mail.state.in_(("pending", "sending", "uncertain"))
    session.execute(update(Mail).where(waiting, Mail.created > now).values(created=now, next_attempt=now))
