"""Which article a page shows. An address is a hint; the piece itself decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from rapidfuzz import fuzz
from sqlalchemy import Select, Table, bindparam, select, union_all
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article, fold, title_key
from storage.urls import same_host, url_key

_MAX_CANDIDATES = 50
_SAMPLE = 6000  # characters compared: enough to know a piece, and bounded for any page

_articles, _versions = cast(Table, tables.Article.__table__).c, cast(Table, tables.Version.__table__).c
_addresses = cast(Table, tables.ArticleUrl.__table__).c
_ANY_HOLDER = (
    select(_addresses.id)
    .where(_addresses.url_key.in_([bindparam("final"), bindparam("canonical"), bindparam("requested")]))
    .limit(1)
)
_HOLDERS = (
    select(tables.ArticleUrl.url_key, tables.Article)
    .join(tables.Article, tables.ArticleUrl.article_id == tables.Article.id)
    .where(tables.ArticleUrl.url_key.in_(bindparam("keys", expanding=True)))
)


def _sharing(trait: str) -> Select[Any]:
    """Each trait by its own index: one condition with OR would read all articles of the source."""
    same = _articles[trait] == bindparam(trait)
    return select(_articles.id).where(_articles.source_id == bindparam("source"), same, _articles[trait] != "")


_ALIKE = (
    select(_articles.id, _versions.data)
    .join_from(tables.Article.__table__, tables.Version.__table__, _versions.id == _articles.current_id)
    .where(
        _articles.id.in_(union_all(*map(_sharing, ("text_hash", "title_key", "published_day", "post_id")))),
        _articles.state != "unread",
        _articles.id != bindparam("exclude"),
    )
    .order_by(_articles.id.desc())
    .limit(_MAX_CANDIDATES)
)


@dataclass(frozen=True)
class Owner:
    """The article that holds one of a page's addresses, and by which of them."""

    article: tables.Article
    by: str  # final | canonical | requested


def keys_of(*, final: str, canonical: str, requested: str) -> dict[str, str]:
    """The page's address keys by role; a canonical link to another host is somebody else's and does not count."""
    keys = {"final": url_key(final), "canonical": "", "requested": url_key(requested)}
    if canonical and same_host(canonical, final):
        keys["canonical"] = url_key(canonical)
    return keys


def owners(session: Session, keys: dict[str, str]) -> list[Owner]:
    """Who holds these addresses, without repeats: the final address first, then the canonical, then the one asked."""
    if session.connection().execute(_ANY_HOLDER, keys).first() is None:
        return []  # as for every page of a first crawl
    wanted = {key for key in keys.values() if key}
    rows = session.execute(_HOLDERS, {"keys": wanted})
    held = {row.url_key: row.Article for row in rows}
    found: dict[int, Owner] = {}
    for role in ("final", "canonical", "requested"):
        article = held.get(keys[role])
        if article is not None and article.id not in found:
            found[article.id] = Owner(article, role)
    return list(found.values())


def lookalike(
    session: Session, source_id: int, article: Article, *, exclude: int | None = None
) -> tables.Article | None:
    """A known article of the source that is this piece under another address, if there is one."""
    traits = {
        "text_hash": article.text_hash(),
        "title_key": title_key(article.title),
        "published_day": article.published[:10],
        "post_id": article.post_id,
    }
    candidates = session.connection().execute(_ALIKE, {"source": source_id, "exclude": exclude or 0, **traits})
    for candidate_id, data in candidates.all():
        if same_piece(Article.from_dict(data), article):
            return session.get_one(tables.Article, candidate_id)
    return None


def same_piece(one: Article, other: Article) -> bool:
    """Whether two readings are surely one piece: nearly the same text, or the same headline over a related text."""
    if one.text and one.text == other.text:
        return True
    text = similarity(one.text, other.text)
    return text >= 0.85 or (title_key(one.title) == title_key(other.title) and text >= 0.5)


def another_piece(known: Article, seen: Article) -> bool:
    """Whether what an address shows now is surely not the piece it held: other headline, other text, other date."""
    if known.post_id and known.post_id == seen.post_id:
        return False
    if fuzz.ratio(title_key(known.title), title_key(seen.title)) >= 60:
        return False
    if similarity(known.text, seen.text) >= 0.4:
        return False
    return not (
        known.published and known.published[:10] == seen.published[:10] and similarity(known.text, seen.text) >= 0.2
    )


def similarity(one: str, other: str) -> float:
    """0..1 by words in order, so that two texts of one language are not alike for sharing its letters."""
    if not one or not other:
        return 0.0
    first, second = fold_words(one), fold_words(other)
    return fuzz.ratio(first, second) / 100


def fold_words(text: str) -> list[int]:
    return [hash(fold(word)) for word in text[:_SAMPLE].split()]
