"""The decision chain of one article, or of one reader's mails, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.posts import reader_name
from alerts.selection import pending_ids
from alerts.subscriptions import subscriptions
from alerts.watch import Reason
from cli.show.fate import digest_fate, fate, untellable, when
from storage.history import UnknownTarget, find_article, former_urls
from storage.tables import Article, Change, Digest, Judgement, Source, Subscription, Version

if TYPE_CHECKING:
    from cli.app import App
    from cli.timetable import Times

_DIGESTS = 5


def why_article(app: App, session: Session, times: Times, target: str) -> Iterator[str]:
    """Lines. Raises UnknownTarget."""
    article = find_article(session, target)
    changes = session.scalars(select(Change).where(Change.article_id == article.id).order_by(Change.id)).all()
    yield article.title
    yield from _seen(app, session, article)
    readers = subscriptions(session, ended=True)
    for change in changes:
        yield ""
        yield from _change(app, session, change)
        yield from _judged(session, change)
        for reader in readers if not untellable(session, change) else ():
            shown = f"{reader.address} ({reader.watch}, {reader.rhythm})"
            yield f"    {shown}: {fate(app, session, times, reader, change)}"
    if not readers:
        yield ""
        yield "  Nobody is subscribed, so nobody was told; `nieuwswacht subscribe ADDRESS` changes that."


def why_reader(app: App, session: Session, times: Times, address: str) -> Iterator[str]:
    """Lines. Raises UnknownTarget."""
    address = reader_name(address)
    lowered = func.lower(Subscription.address) == address.lower()
    mine = session.scalars(select(Subscription).where(lowered).order_by(Subscription.watch)).all()
    if not mine:
        raise UnknownTarget(f"{address} follows nothing and never did; `nieuwswacht subscriptions` lists who is told")
    for reader in mine:
        yield f"{reader.address} follows {reader.watch}, {reader.rhythm}, since {app.local(reader.created)}"
        yield from _reader_state(app, session, times, reader)
        digests = select(Digest).where(Digest.subscription_id == reader.id).order_by(Digest.id.desc()).limit(_DIGESTS)
        for digest in session.scalars(digests):
            yield f"  {digest_fate(app, session, digest)}"


def _seen(app: App, session: Session, article: Article) -> Iterator[str]:
    yield f"  {article.url} ({article.state})"
    for url in former_urls(session, article):
        yield f"  once at {url}"
    source = session.get_one(Source, article.source_id)
    start = ", as part of the starting point" if article.baseline else ""
    yield f"  first seen {app.local(article.first_seen)}{start}; last looked at {app.local(article.last_checked)}"
    if source.state != "ok":
        yield f"  its source {source.name} is not well: {source.reason}"
    unaccepted = select(Version).where(Version.article_id == article.id, Version.status.in_(("quarantined", "pending")))
    for version in session.scalars(unaccepted.order_by(Version.id)):
        if version.status == "quarantined":
            cause = f"in quarantine: {version.reason}; `nieuwswacht quarantine` settles it"
        else:
            cause = "not settled yet: its crawl is at work, or was stopped; the next one settles it"
        yield f"  the text seen {app.local(version.seen_at)} is {cause}"


def _change(app: App, session: Session, change: Change) -> Iterator[str]:
    version = session.get(Version, change.to_id) if change.to_id else None
    numbered = f", version {version.number}" if version is not None and change.kind != "moved" else ""
    what = f"{', '.join(change.fields)}: " if change.fields else ""
    detail = f" - {change.significance} - {what}{change.summary}" if change.kind in ("edited", "reverted") else ""
    yield f"  {app.local(change.detected)} {change.kind}{numbered}{detail}"
    reason = untellable(session, change)
    yield f"    nobody is told: {reason}" if reason else "    readers may be told"


def _judged(session: Session, change: Change) -> Iterator[str]:
    version_id = change.to_id or change.from_id
    verdicts: Sequence[Judgement] = session.scalars(
        select(Judgement).where(Judgement.version_id == version_id).order_by(Judgement.watch)
    ).all()
    for verdict in verdicts:
        reasons = [str(Reason(**reason)) for reason in verdict.because]
        if verdict.matches:
            yield f"    matches the watch {verdict.watch}: {'; '.join(reasons) or 'nothing it rules out'}"
        else:
            yield f"    does not match the watch {verdict.watch}"
            yield from (f"      not counted: {reason}" for reason in reasons)


def _reader_state(app: App, session: Session, times: Times, reader: Subscription) -> Iterator[str]:
    if reader.state == "ended":
        yield f"  ended {app.local(reader.ended)}: nothing is mailed any more"
        return
    if reader.state == "paused":
        yield "  paused after refusals: nothing is mailed until `nieuwswacht outbox retry`"
    if not reader.welcomed:
        yield "  its welcome goes with the next mails"
    pending = len(pending_ids(session, reader))
    count = "1 change is" if pending == 1 else f"{pending} changes are"
    if pending or reader.rhythm == "weekly":
        yield f"  {count} still to tell: {when(app, times, reader)}"
    else:
        yield "  nothing is still to tell"
