"""What a perfect crawler reports of a replica."""

from __future__ import annotations

from typing import Any

from cli.demo import inline
from cli.demo.article import ReplicaArticle
from cli.demo.model import Replica
from cli.demo.view import View


def truth(replica: Replica) -> list[dict[str, Any]]:
    """One dict an article, newest first.

    url, title, lead, blocks ({kind, text}), links and related ({text, url}), authors (names), published (ISO date),
    theme, type and tags (slugs), caption, and `coalition`: whether it is about the AI coalition.
    Addresses are those of the present era; texts are without markup.
    """
    with replica.lock:
        view = View(replica)
        return [_article(view, article) for article in replica.newest()]


def _article(view: View, article: ReplicaArticle) -> dict[str, Any]:
    linked = [link for block in article.blocks for link in inline.links(block.text)]
    return {
        "url": view.url(article),
        "title": article.title,
        "lead": article.lead,
        "blocks": [{"kind": block.kind, "text": inline.to_text(block.text)} for block in article.blocks],
        "links": [{"text": inline.to_text(text), "url": view.href(path)} for text, path in linked],
        "authors": list(article.authors),
        "published": article.published.date().isoformat(),
        "theme": article.theme,
        "type": article.type,
        "tags": list(article.tags),
        "caption": article.caption,
        "related": [{"text": related.text, "url": view.href(related.path)} for related in article.related],
        "coalition": article.coalition,
    }
