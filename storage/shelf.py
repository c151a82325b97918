"""Where the bytes of pages are put and fetched from: one row per version, and one for the latest good look."""

from __future__ import annotations

import re

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage import tables
from storage.newcomer import snapshot_values
from storage.observation import Observation
from storage.snapshots import pack, unpack

_TAIL = 2000  # where a page's closing tag is looked for
_BOXES = (b"div", b"main", b"article", b"section")


def store_snapshot(session: Session, row: tables.Article, seen: Observation, *, keep: bool) -> tables.Snapshot:
    """Keep the bytes: a new row for a version, else in place of the last good look, unless a version rests on it.

    A version's page counts as a good look only once the version is accepted: a wall must not be read again for it.
    """
    base = _base(session, row)
    codec, packed = pack(seen.body, _plain(base))
    latest = session.get(tables.Snapshot, row.snapshot_id) if row.snapshot_id else None
    if keep or latest is None or latest is base or _rests_on(session, latest):
        latest = tables.Snapshot(article_id=row.id)
        session.add(latest)
    for name, value in snapshot_values(seen, codec, packed).items():
        setattr(latest, name, value)
    latest.base_id = base.id if codec == "zstd+base" and base is not None else None
    session.flush()
    if not keep:
        row.snapshot_id = latest.id
    return latest


def read_snapshot(session: Session, snapshot: tables.Snapshot) -> bytes:
    """The page's bytes as they were served."""
    base = session.get(tables.Snapshot, snapshot.base_id) if snapshot.base_id else None
    return unpack(snapshot.codec, snapshot.body, _plain(base))


def was_complete(session: Session, row: tables.Article) -> bool:
    """Whether the article's last good page had its end; some sites never send one."""
    snapshot = session.get(tables.Snapshot, row.snapshot_id) if row.snapshot_id else None
    return snapshot is not None and ends_well(read_snapshot(session, snapshot))


def ends_well(body: bytes) -> bool:
    """Whether a page is whole: its closing tag is there, or, where a site saves itself that, nothing else is open."""
    text = body.lower()
    if b"</html" in text[-_TAIL:]:
        return True
    return all(len(re.findall(rb"<%s[\s>]" % tag, text)) <= text.count(b"</%s>" % tag) for tag in _BOXES)


def drop_pending(session: Session, row: tables.Article, *, keep: int | None = None) -> None:
    """Forget what an earlier look of an unsettled crawl found differing: a later look has overtaken it."""
    doomed = session.execute(
        select(tables.Version.id, tables.Version.snapshot_id).where(
            tables.Version.article_id == row.id, tables.Version.status == "pending", tables.Version.id != (keep or 0)
        )
    ).all()
    for version_id, snapshot_id in doomed:
        session.execute(delete(tables.Version).where(tables.Version.id == version_id))
        is_base = session.scalar(select(tables.Snapshot.id).where(tables.Snapshot.base_id == snapshot_id).limit(1))
        if snapshot_id != row.snapshot_id and is_base is None:
            session.execute(delete(tables.Snapshot).where(tables.Snapshot.id == snapshot_id))


def _base(session: Session, row: tables.Article) -> tables.Snapshot | None:
    """The newest snapshot of the article that stands on its own."""
    return session.scalars(
        select(tables.Snapshot)
        .where(tables.Snapshot.article_id == row.id, tables.Snapshot.base_id.is_(None))
        .order_by(tables.Snapshot.id.desc())
        .limit(1)
    ).first()


def _plain(base: tables.Snapshot | None) -> bytes | None:
    return unpack(base.codec, base.body) if base is not None else None


def _rests_on(session: Session, snapshot: tables.Snapshot) -> bool:
    used = select(tables.Version.id).where(
        tables.Version.article_id == snapshot.article_id, tables.Version.snapshot_id == snapshot.id
    )
    return session.scalar(used.limit(1)) is not None
