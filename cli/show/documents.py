"""Archive rows as the JSON documents of the public interface."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.diff import diff_articles, summarise
from alerts.selection import watches_of
from storage import tables
from storage.article import Article
from storage.history import batches, former_urls, former_urls_of

if TYPE_CHECKING:
    from cli.app import App


def article_document(app: App, session: Session, row: tables.Article, version: tables.Version) -> dict[str, Any]:
    """An article without its texts, as this version had it: the beginning of `show`."""
    watches = _watches(session, [version.id]).get(version.id, [])
    return _item(app, row, Article.from_dict(version.data), former_urls(session, row), watches)


def article_documents(app: App, session: Session, rows: Sequence[tables.Article]) -> Iterator[dict[str, Any]]:
    """The items of `articles`, each as its present version has it, in a few statements for many of them."""
    for some in batches(rows):
        current = [row.current_id for row in some if row.current_id]
        texts = select(tables.Version.id, tables.Version.data).where(tables.Version.id.in_(current))
        said = {row.id: row.data for row in session.execute(texts)}
        former, watches = former_urls_of(session, some), _watches(session, current)
        for row in some:
            article = Article.from_dict(said[row.current_id or 0])
            yield _item(app, row, article, former[row.id], watches.get(row.current_id or 0, []))


def _item(app: App, row: tables.Article, article: Article, former: list[str], watches: list[str]) -> dict[str, Any]:
    return {
        "url": row.url,
        "former_urls": former,
        "title": article.title,
        "state": row.state,
        "versions": row.versions_count,
        "published": article.published or None,
        "authors": list(article.authors),
        "theme": article.theme or None,
        "type": article.type or None,
        "tags": list(article.tags),
        "watches": watches,
        "first_seen": app.utc(row.first_seen),
        "last_checked": app.utc(row.last_checked),
        "last_changed": app.utc(row.last_changed),
    }


def text_document(article: Article) -> dict[str, Any]:
    """What `show` and `extract` add: the texts."""
    return {
        "lead": article.lead,
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
        "text": article.text,
        "links": [{"text": link.text, "url": link.url} for link in article.links],
        "caption": article.caption,
        "related": [{"text": link.text, "url": link.url} for link in article.related],
    }


def _watches(session: Session, versions: Sequence[int]) -> dict[int, list[str]]:
    """By the ids of versions, which a statement must be able to name at once."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    matching = select(tables.Judgement.version_id, tables.Judgement.watch).where(
        tables.Judgement.version_id.in_(versions), tables.Judgement.matches
    )
    for version, watch in session.execute(matching.order_by(tables.Judgement.watch)):
        found[version].append(watch)
    return found


def change_documents(app: App, session: Session, changes: Sequence[tables.Change]) -> list[dict[str, Any]]:
    """Items of `changes`. An edit concerns the watches of either side, anything else those of the present text."""
    concerned = watches_of(session, changes)
    articles: dict[int, tuple[str, str]] = {}
    for some in batches({change.article_id for change in changes}):
        found = select(tables.Article.id, tables.Article.url, tables.Article.title).where(tables.Article.id.in_(some))
        articles |= {row.id: (row.url, row.title) for row in session.execute(found)}
    return [
        {
            "id": change.id,
            "url": articles[change.article_id][0],
            "title": articles[change.article_id][1],
            "change": change.kind,
            "significance": change.significance or "major",
            "fields": list(change.fields),
            "summary": change.summary,
            "detected": app.utc(change.detected),
            "watches": concerned[change.id],
            "told": bool(change.tellable),
            "former_url": change.former_url or None,
        }
        for change in changes
    ]


def version_documents(app: App, session: Session, versions: Sequence[tables.Version]) -> list[dict[str, Any]]:
    """Items of `history`, oldest first."""
    changes = {
        change.to_id: change
        for change in session.scalars(
            select(tables.Change).where(
                tables.Change.to_id.in_([version.id for version in versions]),
                tables.Change.kind.in_(("new", "edited", "reverted")),
            )
        )
    }
    documents = []
    before: tables.Version | None = None
    for version in versions:
        change = changes.get(version.id)
        significance, summary = (change.significance, change.summary) if change else ("", "")
        if before is not None and not summary:
            diff = diff_articles(Article.from_dict(before.data), Article.from_dict(version.data))
            significance, summary = diff.significance, summarise(diff, app.config.language)
        documents.append(
            {
                "number": version.number,
                "seen_between": [app.utc(version.seen_after), app.utc(version.seen_at)],
                "change": version.change,
                "cause": version.cause,
                "significance": significance or "major",
                "fields": list(version.fields),
                "summary": summary,
                "title": version.title,
                "extractor": version.extractor,
            }
        )
        before = version
    return documents
