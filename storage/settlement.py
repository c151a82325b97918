"""The end of a crawl: which of the differences it saw are an editor's, and which are the site's doing.

One page cannot tell a redesign from an edit; all of them together can. So what a crawl found differing waits as
pending versions until here, and only here do they become changes that readers may hear of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, insert, literal, null, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage import tables
from storage.acceptance import accept, lift_quarantines
from storage.baseline import seeds_past_baseline
from storage.boilerplate import known_boilerplate
from storage.masschange import (
    MASS,
    MASS_SHARE,
    MOVED,
    Edit,
    Settled,
    hold,
    strip_new,
    take_layout,
    take_mass,
    take_site_text,
    take_walls,
)
from storage.relinks import take_relinked
from storage.revisit import GONE_LOOK_AGAIN
from storage.standing import plan
from storage.stragglers import missed, note_stragglers, take_stragglers

if TYPE_CHECKING:
    from storage.ledger import SourceLedger

_CHUNK = 500
_GONE_MASS = 5


def settle(session: Session, crawl_id: int, source_id: int, now: datetime, *, compared: int) -> Settled:
    """Decide on the pending versions of one source. `compared`: known articles whose page was read in this crawl."""
    settled = Settled()
    edits = _pending_edits(session, crawl_id, source_id)
    edits = take_walls(session, edits, settled)
    edits = take_site_text(session, edits, compared, now, settled)
    if "site-text" in settled.notices:
        strip_new(session, crawl_id, source_id, known_boilerplate(session, source_id))
    moves = _undecided_moves(session, crawl_id, source_id)
    redesign = len(moves) >= MASS and len(moves) >= MASS_SHARE * compared
    late = [edit for edit in edits if MOVED in missed(edit.article)]
    edits = [
        *take_relinked(session, [edit for edit in edits if edit not in late], settled, redesign=redesign),
        *take_relinked(session, late, settled, redesign=True),
    ]
    edits = take_stragglers(session, edits, settled)
    edits = take_layout(session, edits, compared, settled)
    edits = take_mass(session, edits, compared, settled)
    accept_new(session, crawl_id, source_id)
    for edit in edits:
        if edit.version.reason:
            hold(session, edit, edit.version.reason, settled)
        else:
            accept(session, edit.version)
    _settle_moves(session, moves, settled, compared, redesign=redesign)
    lift_quarantines(session, crawl_id, source_id)
    note_stragglers(session, crawl_id, source_id, settled.marks)
    return settled


def settle_interrupted(session: Session, crawl: tables.Crawl, now: datetime) -> None:
    """Bring a crawl that was killed to its end: what it met for the first time stays.

    What it found edited or moved waits for the next crawl: it saw too little to tell an editor from a redesign.
    """
    for source_id in session.scalars(select(tables.Source.id)):
        accept_new(session, crawl.id, source_id)
    crawl.outcome, crawl.finished = "interrupted", now


def take_over(session: Session, crawl_id: int, source_id: int, only: Collection[int] | None = None) -> set[int]:
    """Make this crawl decide on what stopped ones left undecided, of `only` these; the articles concerned."""
    undecided = (tables.Version.status == "pending", _belongs(tables.Version.article_id, source_id, only))
    concerned = set(
        session.scalars(select(tables.Version.article_id).where(*undecided, tables.Version.change != "new"))
    )
    left = tables.Version.crawl_id.is_distinct_from(crawl_id)
    session.execute(update(tables.Version).where(*undecided, left).values(crawl_id=crawl_id))
    moved = (
        tables.Change.tellable.is_(None),
        _belongs(tables.Change.article_id, source_id, only),
        tables.Change.crawl_id != crawl_id,
    )
    for change in session.scalars(select(tables.Change).where(*moved).order_by(tables.Change.id)).all():
        # Decided later than changes that readers may have heard of since: it gets its place in the order of commits.
        session.add(_again(session, change, crawl_id))
        session.flush()
        session.delete(change)
        concerned.add(change.article_id)
    session.flush()
    return concerned


def _belongs(
    article_id: InstrumentedAttribute[int], source_id: int, only: Collection[int] | None
) -> ColumnElement[bool]:
    """Asked of the few undecided rows. The other way round, by a list of the source's articles, all would be read."""
    own = exists().where(tables.Article.id == article_id, tables.Article.source_id == source_id)
    return own if only is None else and_(own, article_id.in_(only))


def _again(session: Session, change: tables.Change, crawl_id: int) -> tables.Change:
    """The same move, of the article as it is now."""
    current = session.get_one(tables.Article, change.article_id).current_id
    return tables.Change(
        article_id=change.article_id, kind=change.kind, crawl_id=crawl_id, detected=change.detected,
        from_id=current, to_id=current, former_url=change.former_url, tellable=null(),
    )  # fmt: skip


def mark_gone(session: Session, ledger: SourceLedger, compared: int, now: datetime) -> int:
    """Turn the crawl's candidates into `gone`; or, if so many vanish that the site must be ill, say how many."""
    gone = [session.get_one(tables.Article, article_id) for article_id in sorted(ledger.gone_candidates)]
    if len(gone) >= _GONE_MASS and len(gone) >= MASS_SHARE * compared:
        for article in gone:
            ledger.note_failure(session, article.url, "not_found", "gone together with most others", now)
        return len(gone)
    for article in gone:
        article.state, article.last_changed, article.last_checked = "gone", now, now
        article.next_due = now + GONE_LOOK_AGAIN
        session.add(
            tables.Change(
                article_id=article.id, kind="gone", crawl_id=ledger.crawl_id, detected=now,
                from_id=article.current_id, to_id=article.current_id,
            )
        )  # fmt: skip
    return 0


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


def accept_new(session: Session, crawl_id: int, source_id: int) -> None:
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


def _undecided_moves(session: Session, crawl_id: int, source_id: int) -> Sequence[tables.Change]:
    return session.scalars(
        select(tables.Change)
        .join(tables.Article, tables.Article.id == tables.Change.article_id)
        .where(
            tables.Change.crawl_id == crawl_id,
            tables.Change.tellable.is_(None),
            tables.Article.source_id == source_id,
        )
    ).all()


def _settle_moves(
    session: Session, moves: Sequence[tables.Change], settled: Settled, compared: int, *, redesign: bool
) -> None:
    """One article at another address is told; half the site at other addresses is a redesign, and is not."""
    # What a first crawl met at a wrong address is found at its own by the next one; nobody moved it.
    begun = bool(moves) and bool(seeds_past_baseline(session, moves[0].article.source_id))
    for change in moves:
        change.tellable = begun and not redesign and MOVED not in missed(change.article)
    if redesign:
        settled.marks.add(MOVED)
        settled.notices["redesign"] = (
            f"{len(moves)} of {compared} articles moved to other addresses at once: the site was redesigned;"
            " histories go on, readers are not told"
        )
    session.flush()
