"""Reading the archive: articles, their versions, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article
from storage.folding import search_query
from storage.urls import canonical_url, url_key

_READABLE = ("live", "gone")


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
    present = url_key(article.url)
    rows = session.execute(
        select(tables.ArticleUrl.url_key, tables.ArticleUrl.url)
        .where(tables.ArticleUrl.article_id == article.id)
        .order_by(tables.ArticleUrl.id)
    )
    return [row.url for row in rows if row.url_key != present]


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


def all_articles(session: Session, *, state: str | None = None) -> Sequence[tables.Article]:
    """Newest first by publication, then by first sight."""
    query = select(tables.Article).where(tables.Article.state.in_((state,) if state else _READABLE))
    return session.scalars(
        query.order_by(tables.Article.published_day.desc(), tables.Article.first_seen.desc(), tables.Article.id.desc())
    ).all()


def changes_since(session: Session, since: datetime | None) -> Sequence[tables.Change]:
    """Changes of settled crawls, oldest first."""
    query = select(tables.Change).where(tables.Change.tellable.is_not(None))
    if since is not None:
        query = query.where(tables.Change.detected >= since)
    return session.scalars(query.order_by(tables.Change.id)).all()


@dataclass(frozen=True)
class Hit:
    article: tables.Article
    version: tables.Version
    snippet: str


def search(session: Session, words: str, limit: int = 50) -> list[Hit]:
    """Articles whose versions hold all the words, best first; one hit an article, its newest matching version."""
    tokens = [token for token in words.replace("\0", " ").split() if token.strip('"')]
    if not tokens:
        return []
    rows = session.execute(_search_statement(session), {"words": _query(session, tokens), "limit": limit * 5})
    hits: dict[int, Hit] = {}
    for version_id, snippet in rows:
        version = session.get_one(tables.Version, version_id)
        earlier = hits.get(version.article_id)
        if earlier is None or (earlier.version.number or 0) < (version.number or 0):
            hits[version.article_id] = Hit(session.get_one(tables.Article, version.article_id), version, snippet)
    return list(hits.values())[:limit]


def _search_statement(session: Session):  # type: ignore[no-untyped-def]
    if session.get_bind().dialect.name == "sqlite":
        return text(
            "SELECT versions.id, snippet(version_search, -1, '', '', '…', 24) FROM version_search"
            " JOIN versions ON versions.id = version_search.rowid"
            " WHERE version_search MATCH :words AND versions.status = 'accepted'"
            " ORDER BY bm25(version_search, 5.0, 1.0) LIMIT :limit"
        )
    return text(
        "SELECT id, ts_headline('nieuwswacht', text, query, 'StartSel=\"\",StopSel=\"\",MaxWords=24,MinWords=12')"
        " FROM ("
        " SELECT id, text, query, ts_rank(search, query) AS rank FROM versions, to_tsquery('nieuwswacht', :words) query"
        " WHERE search @@ query AND status = 'accepted' ORDER BY rank DESC, id DESC LIMIT :limit) best"
        " ORDER BY rank DESC, id DESC"
    )


def _query(session: Session, tokens: list[str]) -> str:
    """Each word quoted, since `AI-coalitie` alone would be read as an operator; a trailing * finds compounds."""
    if session.get_bind().dialect.name != "sqlite":
        return search_query(tokens)
    return " ".join(
        '"' + token.rstrip("*").replace('"', "") + '"' + ("*" if token.endswith("*") else "") for token in tokens
    )
