"""What may be forgotten: records of the work, never articles, their versions or what readers were told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, aliased

from storage import tables

KEEP_RECORDS = timedelta(days=365)
KEEP_ADDRESSES = timedelta(days=28)
KEEP_MAIL_BODIES = timedelta(days=30)
ERASED = "erased-"


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


def prune(session: Session, now: datetime) -> Pruned:
    """Forget what has had its time. Crawl rows stay: they are small and changes refer to them."""
    pruned = Pruned()
    old = now - KEEP_RECORDS
    pruned.failures = _count(session, delete(tables.Failure).where(tables.Failure.at < old))
    pruned.notices = _count(session, delete(tables.Notice).where(tables.Notice.closed_at < old))
    sent = tables.Mail.state == "sent"
    bodies = update(tables.Mail).where(
        sent, tables.Mail.sent_at < now - KEEP_MAIL_BODIES, tables.Mail.message.is_not(None)
    )
    pruned.mail_bodies = _count(session, bodies.values(message=None))
    pruned.mails = _count(session, delete(tables.Mail).where(sent, tables.Mail.sent_at < old))
    pruned.addresses = _forget_addresses(session, now)
    rejected = delete(tables.Version).where(tables.Version.status == "rejected", tables.Version.seen_at < old)
    pruned.rejected_versions = _count(session, rejected)
    pruned.snapshots = _drop_unused_snapshots(session)
    return pruned


def _forget_addresses(session: Session, now: datetime) -> int:
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


def _drop_unused_snapshots(session: Session) -> int:
    """Pages that no version, no latest look and no other snapshot rests on."""
    dependant = aliased(tables.Snapshot)
    unused = select(tables.Snapshot.id).where(
        ~exists().where(tables.Version.snapshot_id == tables.Snapshot.id),
        ~exists().where(tables.Article.snapshot_id == tables.Snapshot.id),
        ~exists().where(dependant.base_id == tables.Snapshot.id),
    )
    ids = list(session.scalars(unused))
    for start in range(0, len(ids), 500):
        session.execute(delete(tables.Snapshot).where(tables.Snapshot.id.in_(ids[start : start + 500])))
    return len(ids)


def _count(session: Session, statement: object) -> int:
    result = session.execute(statement)  # type: ignore[call-overload]
    return int(result.rowcount)
