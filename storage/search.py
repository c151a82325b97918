"""Full-text search over all versions, by what each database has for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from storage import tables
from storage.folding import search_query

# A word that half of all versions hold would have half of them weighed, for seconds: of so many, the newest are.
_WEIGHED = 2_000
_FILE = {
    "best": text(
        "SELECT id FROM (SELECT rowid AS id, bm25(version_search, 5.0, 1.0) AS weight FROM version_search"
        " WHERE version_search MATCH :words ORDER BY rowid DESC LIMIT :weighed) ORDER BY weight, id LIMIT :limit"
    ),
    "snippet": text(
        "SELECT snippet(version_search, -1, '', '', '…', 24) FROM version_search"
        " WHERE version_search MATCH :words AND rowid = :id"
    ),
}
_SERVER = {
    "best": text(
        "SELECT id FROM (SELECT id, search FROM versions WHERE search @@ to_tsquery('nieuwswacht', :words)"
        " AND status = 'accepted' ORDER BY id DESC LIMIT :weighed) newest"
        " ORDER BY ts_rank(search, to_tsquery('nieuwswacht', :words)) DESC, id DESC LIMIT :limit"
    ),
    "snippet": text(
        "SELECT ts_headline('nieuwswacht', text, to_tsquery('nieuwswacht', :words),"
        ' \'StartSel="",StopSel="",MaxWords=24,MinWords=12\') FROM versions WHERE id = :id'
    ),
}
_VERSION = tables.Version
_FACTS = select(_VERSION.id, _VERSION.article_id, _VERSION.number).where(
    _VERSION.id.in_(bindparam("ids", expanding=True)), _VERSION.number.is_not(None)
)


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
    file = session.get_bind().dialect.name == "sqlite"
    said: dict[str, Any] = {"words": _quoted(tokens) if file else search_query(tokens)}
    ask = _FILE if file else _SERVER
    best = session.scalars(ask["best"], {**said, "weighed": _WEIGHED, "limit": limit * 5}).all()
    chosen = _newest_of_each(session, best)[:limit]
    return [
        Hit(
            session.get_one(tables.Article, article_id),
            session.get_one(tables.Version, version_id),
            session.scalar(ask["snippet"], {**said, "id": version_id}) or "",
        )
        for article_id, version_id in chosen
    ]


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
