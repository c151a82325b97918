"""Which article an address belongs to: its present home, and every other address under which it has been met."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, null, select
from sqlalchemy.orm import Session

from storage import tables
from storage.observation import Observation
from storage.urls import url_key


def add_urls(session: Session, row: tables.Article, seen: Observation, keys: dict[str, str]) -> None:
    """Remember every address under which this piece was met; an address that is another article's stays that one's."""
    urls = {"final": seen.url, "canonical": seen.canonical, "requested": seen.requested}
    wanted = {keys[role]: urls[role] for role in ("requested", "canonical", "final") if keys[role]}
    held = session.execute(
        select(tables.ArticleUrl.url_key, tables.ArticleUrl.article_id).where(tables.ArticleUrl.url_key.in_(wanted))
    )
    own = {found.url_key for found in held if found.article_id == row.id}
    for key, url in wanted.items():
        if key not in own:
            give_url(session, row, url, seen.fetched_at)


def give_url(session: Session, row: tables.Article, url: str, since: datetime, *, take: bool = False) -> bool:
    """Let the address be this article's, unless another one holds it; with `take`, then too. Whether it is.

    What was only an address so far, kept because its page could not be read, is this article from now on.
    """
    key = url_key(url)
    held = session.scalar(select(tables.ArticleUrl).where(tables.ArticleUrl.url_key == key))
    if held is None:
        session.add(tables.ArticleUrl(article_id=row.id, source_id=row.source_id, url_key=key, url=url, since=since))
        session.flush()
        return True
    if held.article_id == row.id:
        return True
    holder = session.get_one(tables.Article, held.article_id)
    if not take and holder.state != "unread":
        return False
    held.article_id = row.id
    session.flush()
    if holder.state == "unread":
        _leave(session, holder)
    return True


def _leave(session: Session, unread: tables.Article) -> None:
    """What was known by its address only lost one: it stands for those it has left, or for nothing."""
    left = session.scalar(select(tables.ArticleUrl.url).where(tables.ArticleUrl.article_id == unread.id).limit(1))
    if left is None:
        session.execute(delete(tables.Article).where(tables.Article.id == unread.id))
    else:
        unread.url = left


def move(session: Session, known: tables.Article, url: str, now: datetime, crawl_id: int) -> bool:
    """The article is now at `url`; whether that is another address than before. Told or not is settled later."""
    if url_key(url) == url_key(known.url):
        return False
    session.add(
        tables.Change(
            article_id=known.id, kind="moved", crawl_id=crawl_id, detected=now, former_url=known.url,
            from_id=known.current_id, to_id=known.current_id,
            tellable=null(),  # plain None would be taken for "not given", and that for True
        )
    )  # fmt: skip
    known.url = url
    return True
