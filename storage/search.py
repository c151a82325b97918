"""Full-text search over all versions, by what each database has for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, text
from sqlalchemy.orm import Session

from storage import tables
from storage.folding import search_query
from storage.history import heads

LIMIT = 50  # articles that an answer shows
# A word that half of all versions hold would have half of them counted and weighed. So a word in more than `_COMMON`
# does not weigh; where none does, the newest come first; and of many that hold all the words the newest are weighed.
_COMMON = 10_000
_WEIGHED = 2_000
_COUNTED = text("SELECT count(*) FROM (SELECT 1 FROM version_search WHERE version_search MATCH :words LIMIT :most)")
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_FILE_NEWEST = text(
    "SELECT rowid FROM version_search WHERE version_search MATCH :words ORDER BY rowid DESC LIMIT :limit"
)
_FILE_BEST = text(
    "SELECT id FROM (SELECT rowid AS id, bm25(version_search, 5.0, 1.0) AS weight FROM version_search"
    " WHERE version_search MATCH :weighty AND +rowid IN (SELECT rowid FROM version_search"
    " WHERE version_search MATCH :words ORDER BY rowid DESC LIMIT :weighed)) ORDER BY weight, id LIMIT :limit"
)
# All of them are among the newest that were weighed: going through what lies between asks for the words only once.
_FILE_SNIPPETS = text(
    "SELECT rowid AS id, snippet(version_search, -1, '', '', '…', 24) AS snippet FROM version_search"
    " WHERE version_search MATCH :words AND rowid BETWEEN :oldest AND :newest AND +rowid IN :ids"
).bindparams(_IDS)
_SERVER_BEST = text(
    "SELECT id FROM (SELECT id, search FROM versions WHERE search @@ to_tsquery('nieuwswacht', :words)"
    " AND status = 'accepted' ORDER BY id DESC LIMIT :weighed) newest"
    " ORDER BY ts_rank(search, to_tsquery('nieuwswacht', :words)) DESC, id DESC LIMIT :limit"
)
_SERVER_SNIPPETS = text(
    "SELECT id, ts_headline('nieuwswacht', text, to_tsquery('nieuwswacht', :words),"
    ' \'StartSel="",StopSel="",MaxWords=24,MinWords=12\') AS snippet FROM versions WHERE id IN :ids'
).bindparams(_IDS)
_VERSION = tables.Version
_FACTS = select(_VERSION.id, _VERSION.article_id, _VERSION.number).where(
    _VERSION.id.in_(_IDS), _VERSION.number.is_not(None)
)


@dataclass(frozen=True)
class Hit:
    article: tables.Article
    version: tables.Version
    snippet: str


def search(session: Session, words: str, limit: int = LIMIT) -> list[Hit]:
    """Articles whose versions hold all the words, best first; one hit an article, its newest matching version."""
    tokens = [token for token in words.replace("\0", " ").split() if token.strip('"')]
    if not tokens:
        return []
    file = session.get_bind().dialect.name == "sqlite"
    best = _best_of_file(session, tokens, limit * 5) if file else _best_of_server(session, tokens, limit * 5)
    chosen = _newest_of_each(session, best)[:limit]
    ids = [version_id for _, version_id in chosen]
    if not ids:
        return []
    asked = (
        {"words": _quoted(tokens), "oldest": min(ids), "newest": max(ids)} if file else {"words": search_query(tokens)}
    )
    found = session.execute(_FILE_SNIPPETS if file else _SERVER_SNIPPETS, {**asked, "ids": ids})
    snippets = {row.id: row.snippet for row in found}
    articles = heads(session, [article_id for article_id, _ in chosen])
    versions = {row.id: row for row in session.scalars(select(_VERSION).where(_VERSION.id.in_(ids)))}
    return [Hit(articles[article], versions[version], snippets.get(version) or "") for article, version in chosen]


def _best_of_file(session: Session, tokens: list[str], limit: int) -> Sequence[int]:
    said = {"words": _quoted(tokens), "limit": limit, "weighed": _WEIGHED}
    weighty = [token for token in tokens if not _is_common(session, token)]
    if not weighty:
        return session.scalars(_FILE_NEWEST, said).all()
    return session.scalars(_FILE_BEST, {**said, "weighty": _quoted(weighty)}).all()


def _is_common(session: Session, token: str) -> bool:
    return (session.scalar(_COUNTED, {"words": _quoted([token]), "most": _COMMON + 1}) or 0) > _COMMON


def _best_of_server(session: Session, tokens: list[str], limit: int) -> Sequence[int]:
    said = {"words": search_query(tokens), "weighed": _WEIGHED, "limit": limit}
    return session.scalars(_SERVER_BEST, said).all()


def _newest_of_each(session: Session, best: Sequence[int]) -> list[tuple[int, int]]:
    """(article, version) in the order in which the articles come among these versions."""
    facts = {row.id: row for row in session.execute(_FACTS, {"ids": list(best)})}
    newest: dict[int, Any] = {}
    for row in (facts[version_id] for version_id in best if version_id in facts):
        if row.article_id not in newest or newest[row.article_id].number < row.number:
            newest[row.article_id] = row
    return [(article_id, row.id) for article_id, row in newest.items()]


def _quoted(tokens: list[str]) -> str:
    """Each word quoted, since `AI-coalitie` alone would be read as an operator; a trailing * finds compounds."""
    return " ".join(
        '"' + token.rstrip("*").replace('"', "") + '"' + ("*" if token.endswith("*") else "") for token in tokens
    )
