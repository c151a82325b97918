"""Links that lead to the same pages as before, under other addresses: the site moved, its editors did nothing."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.article import Article, Link
from storage.masschange import Edit, Settled, keep_silently
from storage.urls import same_host, url_key


def take_relinked(session: Session, edits: list[Edit], settled: Settled, *, redesign: bool) -> list[Edit]:
    """Leave links out of each edit whose links still lead to the same articles, and drop the edit if nothing is left.

    In a redesign every link within the site counts as leading where it led: tags and themes have moved as well.
    """
    left = []
    for edit in edits:
        if "links" in edit.version.fields and _lead_alike(session, edit, redesign=redesign):
            edit.version.fields = [name for name in edit.version.fields if name != "links"]
        if edit.version.fields or edit.version.reason:
            left.append(edit)
        else:
            keep_silently(session, edit, settled)
    return left


def _lead_alike(session: Session, edit: Edit, *, redesign: bool) -> bool:
    old, new = Article.from_dict(edit.before.data), Article.from_dict(edit.version.data)
    keys = {url_key(link.url) for article in (old, new) for link in (*article.links, *article.related)}
    owners: dict[str, object] = {
        row.url_key: row.article_id
        for row in session.execute(
            select(tables.ArticleUrl.url_key, tables.ArticleUrl.article_id).where(tables.ArticleUrl.url_key.in_(keys))
        )
    }

    def target(url: str) -> object:
        if redesign and (same_host(url, old.url) or same_host(url, new.url)):
            return "this site"
        return owners.get(url_key(url), url)

    def led(links: Iterable[Link]) -> list[tuple[str, object]]:
        return [(link.text, target(link.url)) for link in links]

    return led(old.links) == led(new.links) and sorted(map(str, led(old.related))) == sorted(map(str, led(new.related)))
