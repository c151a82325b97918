"""The end of a crawl: which of the differences it saw are an editor's, and which are the site's doing.

One page cannot tell a redesign from an edit; all of them together can. So what a crawl found differing waits as
pending versions until here, and only here do they become changes that readers may hear of.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from storage import tables
from storage.acceptance import accept, lift_quarantines
from storage.boilerplate import known_boilerplate
from storage.masschange import (
    MASS,
    MASS_SHARE,
    Edit,
    Settled,
    hold,
    strip_new,
    take_layout,
    take_mass,
    take_site_text,
    take_walls,
)
from storage.standing import plan

_CHUNK = 500


def settle(session: Session, crawl_id: int, source_id: int, now: datetime, *, compared: int) -> Settled:
    """Decide on the pending versions of one source. `compared`: known articles whose page was read in this crawl."""
    settled = Settled()
    edits = _pending_edits(session, crawl_id, source_id)
    edits = take_walls(session, edits, settled)
    edits = take_site_text(session, edits, compared, now, settled)
    if "site-text" in settled.notices:
        strip_new(session, crawl_id, source_id, known_boilerplate(session, source_id))
    edits = take_layout(session, edits, compared, settled)
    edits = take_mass(session, edits, compared, settled)
    _settle_new(session, crawl_id, source_id, settled)
    for edit in edits:
        if edit.version.reason:
            hold(session, edit, edit.version.reason, settled)
        else:
            accept(session, edit.version)
            settled.accepted[edit.article.id] = edit.version.change
    if any(edit.version.status == "quarantined" for edit in edits):
        count = len([edit for edit in edits if edit.version.status == "quarantined"])
        settled.notices["doubt"] = f"{count} version(s) look like a fault of the page; see `nieuwswacht quarantine`"
    _settle_moves(session, crawl_id, source_id, compared, settled)
    lift_quarantines(session, crawl_id, source_id)
    return settled


def settle_interrupted(session: Session, crawl: tables.Crawl, now: datetime) -> None:
    """Bring a crawl that was killed to its end with what it had found."""
    for source_id in session.scalars(select(tables.Source.id)):
        looked = session.scalar(
            select(func.count())
            .select_from(tables.Article)
            .where(tables.Article.source_id == source_id, tables.Article.last_checked >= crawl.started)
        )
        pending = len(_pending_edits(session, crawl.id, source_id))
        settle(session, crawl.id, source_id, now, compared=(looked or 0) + pending)
    crawl.outcome, crawl.finished = "interrupted", now


def _pending_edits(session: Session, crawl_id: int, source_id: int) -> list[Edit]:
    before = aliased(tables.Version)
    rows = session.execute(
        select(tables.Article, tables.Version, before)
        .join(tables.Version, tables.Version.article_id == tables.Article.id)
        .join(before, before.id == tables.Article.current_id)
        .where(
            tables.Version.crawl_id == crawl_id,
            tables.Version.status == "pending",
            tables.Version.change != "new",
            tables.Article.source_id == source_id,
        )
        .order_by(tables.Version.id)
    )
    return [Edit(article, version, accepted) for article, version, accepted in rows]


def _settle_new(session: Session, crawl_id: int, source_id: int, settled: Settled) -> None:
    """All first versions of the crawl in three statements a chunk, whatever their number."""
    ids = list(
        session.scalars(
            select(tables.Article.id)
            .join(tables.Version, tables.Version.id == tables.Article.current_id)
            .where(
                tables.Article.source_id == source_id,
                tables.Article.state == "pending",
                tables.Version.crawl_id == crawl_id,
                tables.Version.status == "pending",
            )
        )
    )
    settled.accepted |= dict.fromkeys(ids, "new")
    for start in range(0, len(ids), _CHUNK):
        _accept_new(session, crawl_id, ids[start : start + _CHUNK])


def _accept_new(session: Session, crawl_id: int, ids: list[int]) -> None:
    session.flush()
    new = (tables.Version.article_id.in_(ids), tables.Version.crawl_id == crawl_id, tables.Version.change == "new")
    session.execute(update(tables.Version).where(*new).values(status="accepted", number=1))
    change = {
        tables.Change.article_id: tables.Version.article_id,
        tables.Change.kind: literal("new"),
        tables.Change.crawl_id: tables.Version.crawl_id,
        tables.Change.to_id: tables.Version.id,
        tables.Change.detected: tables.Version.seen_at,
        tables.Change.fields: literal([], tables.Change.__table__.c.fields.type),
        tables.Change.significance: literal("major"),
        tables.Change.summary: literal(""),
        tables.Change.former_url: literal(""),
        tables.Change.tellable: tables.Article.baseline.is_(False),
    }
    source = (
        select(*change.values())
        .join(tables.Article, tables.Article.id == tables.Version.article_id)
        .where(*new)
        .order_by(tables.Version.id)
    )
    session.execute(insert(tables.Change).from_select([column.key for column in change], source))
    rows = session.execute(
        select(tables.Article, tables.Version.seen_at)
        .join(tables.Version, tables.Version.id == tables.Article.current_id)
        .where(tables.Article.id.in_(ids))
    )
    for article, seen_at in rows:
        article.state, article.versions_count = "live", 1
        article.last_checked = article.last_changed = article.last_full = seen_at
        plan(article, seen_at)
    session.flush()


def _settle_moves(session: Session, crawl_id: int, source_id: int, compared: int, settled: Settled) -> None:
    """One article at another address is told; half the site at other addresses is a redesign, and is not."""
    moves = session.scalars(
        select(tables.Change)
        .join(tables.Article, tables.Article.id == tables.Change.article_id)
        .where(
            tables.Change.crawl_id == crawl_id,
            tables.Change.tellable.is_(None),
            tables.Article.source_id == source_id,
        )
    ).all()
    redesign = len(moves) >= MASS and len(moves) >= MASS_SHARE * compared
    for change in moves:
        change.tellable = not redesign
    if redesign:
        settled.notices["redesign"] = (
            f"{len(moves)} of {compared} articles moved to other addresses at once: the site was redesigned;"
            " histories go on, readers are not told"
        )
    session.flush()
