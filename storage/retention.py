"""What may be forgotten: records of the work, never articles, their versions or what readers were told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from storage import tables
from storage.database import Database

KEEP_RECORDS = timedelta(days=365)
KEEP_ADDRESSES = timedelta(days=28)
KEEP_MAIL_BODIES = timedelta(days=30)
ERASED = "erased-"
_BATCH = 500  # rows a transaction: a crawl or a mail waits no longer for its turn than these take


@dataclass
class Pruned:
    """Rows removed or emptied, by what they were."""

    failures: int = 0
    notices: int = 0
    mail_bodies: int = 0
    mails: int = 0
    addresses: int = 0
    snapshots: int = 0
    rejected_versions: int = 0

    def to_dict(self) -> dict[str, int]:
        return asdict(self)


def prune(database: Database, now: datetime) -> Pruned:
    """Forget what has had its time, in many short transactions; interrupted, it goes on where it was the next time.

    Crawl rows stay: they are small and changes refer to them.
    """
    old = now - KEEP_RECORDS
    sent, mail = tables.Mail.state == "sent", tables.Mail
    bodies = select(mail.id).where(sent, mail.sent_at < now - KEEP_MAIL_BODIES, mail.message.is_not(None))
    rejected = select(tables.Version.id).where(tables.Version.status == "rejected", tables.Version.seen_at < old)
    return Pruned(
        failures=_delete(database, tables.Failure, select(tables.Failure.id).where(tables.Failure.at < old)),
        notices=_delete(database, tables.Notice, select(tables.Notice.id).where(tables.Notice.closed_at < old)),
        mail_bodies=_repeat(database, bodies, lambda ids: update(mail).where(mail.id.in_(ids)).values(message=None)),
        mails=_delete(database, mail, select(mail.id).where(sent, mail.sent_at < old)),
        addresses=_forget_addresses(database, now),
        rejected_versions=_delete(database, tables.Version, rejected),
        snapshots=_drop_unused_snapshots(database),
    )


def _delete(database: Database, table: type[Any], which: Select[int]) -> int:
    return _repeat(database, which, lambda ids: delete(table).where(table.id.in_(ids)))


def _repeat(database: Database, which: Select[int], statement: Any) -> int:
    """Do this to a batch after another of what `which` finds, until it finds no more; how many."""
    count = 0
    while True:
        with database.write() as session:
            ids = session.scalars(which.limit(_BATCH)).all()
            session.execute(statement(ids), execution_options={"synchronize_session": False})
        count += len(ids)
        if len(ids) < _BATCH:
            return count


def _forget_addresses(database: Database, now: datetime) -> int:
    with database.write() as session:
        ended = session.scalars(
            select(tables.Subscription).where(
                tables.Subscription.state == "ended",
                tables.Subscription.ended < now - KEEP_ADDRESSES,
                tables.Subscription.address.not_like(f"{ERASED}%"),
            )
        ).all()
        for subscription in ended:
            erase(session, subscription)
    return len(ended)


def erase(session: Session, subscription: tables.Subscription) -> None:
    """Forget who this was; that somebody was told what stays known, so that nothing is told twice."""
    name = f"{ERASED}{subscription.id}"
    digests = select(tables.Digest.id).where(tables.Digest.subscription_id == subscription.id)
    session.execute(update(tables.Mail).where(tables.Mail.digest_id.in_(digests)).values(recipient=name, message=None))
    subscription.address = name
    session.flush()


def _drop_unused_snapshots(database: Database) -> int:
    """Pages that no version, no latest look and no other snapshot rests on."""
    dependant, snapshot = aliased(tables.Snapshot), tables.Snapshot
    unused = select(snapshot.id).where(
        ~exists().where(tables.Version.snapshot_id == snapshot.id),
        ~exists().where(tables.Article.id == snapshot.article_id, tables.Article.snapshot_id == snapshot.id),
        ~exists().where(dependant.base_id == snapshot.id),
    )
    with database.read() as session:
        newest = session.scalar(select(func.max(snapshot.id))) or 0
    count = 0
    for start in range(0, newest, 10 * _BATCH):
        among = unused.where(snapshot.id > start, snapshot.id <= start + 10 * _BATCH)
        with database.read() as session:
            found = session.scalars(among.limit(1)).first() is not None
        # What is unused now may be somebody's by the time of the deletion: it is asked again with the write lock held.
        count += _delete(database, snapshot, among) if found else 0
    return count
