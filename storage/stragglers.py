"""Articles that no crawl looked at when the site changed its pages: their next look shows that change.

A redesign is known by how many articles it moves at once. An article that rests for weeks is met alone, long after,
and would pass for the one piece that an editor moved. So what the site did is noted on each article it was not seen
on, and taken out of that article's next difference.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.boilerplate import known_boilerplate
from storage.masschange import (
    MASS_CHANGE,
    SITE_TEXT,
    TYPOGRAPHY,
    Edit,
    Settled,
    hold,
    is_retyped,
    keep_silently,
    only_site_text,
)

_TEXTS = frozenset({"title", "lead", "body"})


def missed(article: tables.Article) -> frozenset[str]:
    """What the site did since this article was last seen: facets, or one of the words of `masschange`."""
    return frozenset(filter(None, article.behind.split(",")))


def take_stragglers(session: Session, edits: list[Edit], settled: Settled) -> list[Edit]:
    """Take the site's share out of the edits of articles that were not seen when it changed."""
    return [edit for edit in edits if not (edit.article.behind and _is_the_sites(session, edit, settled))]


def _is_the_sites(session: Session, edit: Edit, settled: Settled) -> bool:
    """True when an edit is settled with this: nothing of it, or nothing that can be told apart, is an editor's."""
    marks = missed(edit.article)
    if SITE_TEXT in marks:
        keys = known_boilerplate(session, edit.article.source_id)
        if only_site_text(session, edit, keys, settled):
            return True
    if edit.version.reason:
        return False
    texts = _TEXTS & set(edit.version.fields)
    if MASS_CHANGE in marks and texts:
        hold(session, edit, "many articles changed at once, this one was seen later", settled)
        return True
    fields = [name for name in edit.version.fields if name not in marks]
    if TYPOGRAPHY in marks and texts and is_retyped(edit):
        fields = [name for name in fields if name not in texts]
    edit.version.fields = fields
    if not fields:
        keep_silently(session, edit, settled)
    return not fields


def note_stragglers(session: Session, crawl_id: int, source_id: int, marks: set[str]) -> None:
    """Forget what those missed that this crawl saw, and note on all others what the site did to their pages."""
    started = select(tables.Crawl.started).where(tables.Crawl.id == crawl_id).scalar_subquery()
    seen = tables.Article.last_checked >= started
    _set(session, source_id, seen & (tables.Article.behind != ""), "")
    if marks:
        more = tables.Article.behind + "".join(f"{mark}," for mark in sorted(marks))
        known = tables.Article.state.in_(("live", "gone"))
        _set(session, source_id, known & (tables.Article.last_checked < started), more)


def _set(session: Session, source_id: int, which: ColumnElement[bool], value: object) -> None:
    session.flush()
    session.execute(
        update(tables.Article)
        .where(tables.Article.source_id == source_id, which)
        .values(behind=value)
        .execution_options(synchronize_session=False)
    )
