"""Reading the archive: articles, their versions, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article
from storage.urls import canonical_url, url_key

_T = TypeVar("_T")
_READABLE = ("live", "gone")
_BATCH = 500  # rows asked for by id at once; databases have a limit


class UnknownTarget(LookupError):
    """No article has, or ever had, this address."""


def find_article(session: Session, target: str) -> tables.Article:
    """The article with this present or former URL. Raises UnknownTarget with a sentence that says what to do."""
    key = url_key(target) if canonical_url(target) else url_key(f"https://{target}")
    article = session.scalar(
        select(tables.Article)
        .join(tables.ArticleUrl, tables.ArticleUrl.article_id == tables.Article.id)
        .where(tables.ArticleUrl.url_key == key, tables.Article.state.in_(_READABLE))
    )
    if article is None:
        raise UnknownTarget(f"no article is known at {target}; `nieuwswacht articles` lists the known ones")
    return article


def former_urls(session: Session, article: tables.Article) -> list[str]:
    """Every other address the article has been met under, oldest first."""
    return former_urls_of(session, [article])[article.id]


def former_urls_of(session: Session, articles: Iterable[tables.Article]) -> dict[int, list[str]]:
    """The same of many articles, by their ids."""
    present = {article.id: article.url for article in articles}
    found: dict[int, list[str]] = {article_id: [] for article_id in present}
    for ids in batches(present):
        rows = select(tables.ArticleUrl.article_id, tables.ArticleUrl.url_key, tables.ArticleUrl.url)
        for article_id, key, url in session.execute(
            rows.where(tables.ArticleUrl.article_id.in_(ids)).order_by(tables.ArticleUrl.id)
        ):
            if url != present[article_id] and key != url_key(present[article_id]):
                found[article_id].append(url)
    return found


def current_article(session: Session, article: tables.Article) -> Article:
    """What the article says now, or last said."""
    return Article.from_dict(session.get_one(tables.Version, article.current_id).data)


def accepted_versions(session: Session, article: tables.Article) -> Sequence[tables.Version]:
    """Oldest first."""
    return session.scalars(
        select(tables.Version)
        .where(tables.Version.article_id == article.id, tables.Version.status == "accepted")
        .order_by(tables.Version.number)
    ).all()


def version_of(session: Session, article: tables.Article, number: int) -> tables.Version:
    version = session.scalar(
        select(tables.Version).where(tables.Version.article_id == article.id, tables.Version.number == number)
    )
    if version is None:
        raise UnknownTarget(f"{article.url} has versions 1 to {article.versions_count}, no version {number}")
    return version


def all_articles(session: Session, *, state: str | None = None, watch: str | None = None) -> Sequence[tables.Article]:
    """Newest first by publication, then by first sight; with `watch` those whose present text matches it."""
    query = select(tables.Article).where(tables.Article.state.in_((state,) if state else _READABLE))
    if watch is not None:
        matching = select(tables.Judgement.version_id).where(tables.Judgement.watch == watch, tables.Judgement.matches)
        query = query.where(tables.Article.current_id.in_(matching))
    return session.scalars(
        query.order_by(tables.Article.published_day.desc(), tables.Article.first_seen.desc(), tables.Article.id.desc())
    ).all()


def heads(session: Session, ids: Iterable[int]) -> dict[int, tables.Article]:
    """The rows of these articles, by id."""
    found: dict[int, tables.Article] = {}
    for batch in batches(ids):
        found |= {row.id: row for row in session.scalars(select(tables.Article).where(tables.Article.id.in_(batch)))}
    return found


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """As many at once as a statement may name by their ids."""
    wanted = list(items)
    for start in range(0, len(wanted), _BATCH):
        yield wanted[start : start + _BATCH]


def changes_since(session: Session, since: datetime | None) -> Sequence[tables.Change]:
    """Changes of settled crawls, oldest first."""
    query = select(tables.Change).where(tables.Change.tellable.is_not(None))
    if since is not None:
        # In the order of ids all of them would be read, to find those of the last days at the end.
        query = query.where(tables.Change.id.in_(select(tables.Change.id).where(tables.Change.detected >= since)))
    return session.scalars(query.order_by(tables.Change.id)).all()
