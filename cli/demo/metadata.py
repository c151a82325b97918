"""What a page says about itself to machines: canonical address, OpenGraph, JSON-LD. How much of it is a switch."""

from __future__ import annotations

import json
from datetime import UTC
from html import escape
from typing import Any

from cli.demo.article import ReplicaArticle
from cli.demo.noise import slot
from cli.demo.taxonomy import ROLES, SITE_NAME, THEMES, TYPES, author_path, slugify, theme_path
from cli.demo.view import View


def head(view: View, title: str, url: str, article: ReplicaArticle | None = None) -> str:
    """The inside of `<head>`, style sheet and scripts included."""
    switches = view.switches
    tags = [
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title, quote=False)} - {SITE_NAME}</title>",
    ]
    if switches.canonical:
        tags.append(f'<link rel="canonical" href="{escape(url)}">')
    if article is not None and switches.metadata != "none":
        tags.append(_open_graph(view, article, url))
    if article is not None and switches.metadata == "full":
        graph = {"@context": "https://schema.org", "@graph": _graph(view, article, url)}
        nodes = json.dumps(graph, ensure_ascii=False).replace("</", "<\\/")
        tags.append(f'<script type="application/ld+json">{nodes}</script>')
    tags.append(f'<link rel="stylesheet" href="{view.base}/app/themes/ibestuur/app.css?v={slot("nonce")}">')
    tags.append(f'<script>var site={{"nonce":"{slot("nonce")}","ajax":"/wp-admin/admin-ajax.php"}};</script>')
    return "\n".join(tags)


def _open_graph(view: View, article: ReplicaArticle, url: str) -> str:
    values = {
        "og:type": "article",
        "og:locale": "nl_NL",
        "og:site_name": SITE_NAME,
        "og:title": f"{article.title} - {SITE_NAME}",
        "og:description": article.lead,
        "og:url": url,
        "og:image": view.image(article),
        "article:published_time": _stamp(view, article),
    }
    if article.modified:
        values["article:modified_time"] = article.modified.isoformat()
    return "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in values.items())


def _stamp(view: View, article: ReplicaArticle) -> str:
    local = view.skin.choose("zone", ("local", "utc")) == "local"
    return (article.published if local else article.published.astimezone(UTC)).isoformat()


def _graph(view: View, article: ReplicaArticle, url: str) -> list[dict[str, Any]]:
    people = [
        {"@type": "Person", "@id": f"{view.base}/#/schema/person/{slugify(name)}", "name": name,
         "jobTitle": ROLES.get(name, ""), "url": view.base + author_path(name, view.era)}
        for name in article.authors
    ]  # fmt: skip
    news: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "headline": article.title,
        "description": article.lead,
        "datePublished": _stamp(view, article),
        "author": [{"@id": person["@id"]} for person in people],
        "publisher": {"@id": f"{view.base}/#organization"},
        "articleSection": [THEMES[article.theme], TYPES[article.type]],
        "keywords": article.tags,
        "mainEntityOfPage": {"@id": url},
    }
    if article.modified:
        news["dateModified"] = article.modified.isoformat()
    # Other articles' dates stand in the same graph, as on real pages, and before the article's own in some skins.
    others = [other for other in view.replica.newest() if other.slug != article.slug][:2]
    cards = {
        "@type": "ItemList",
        "name": "Lees ook",
        "itemListElement": [
            {"@type": "ListItem", "position": at, "item": {
                "@type": "CreativeWork", "headline": other.title, "url": view.url(other),
                "datePublished": other.published.isoformat()}}
            for at, other in enumerate(others, 1)
        ],
    }  # fmt: skip
    site: list[dict[str, Any]] = [
        {"@type": "WebSite", "@id": f"{view.base}/#website", "url": f"{view.base}/", "name": SITE_NAME},
        {"@type": "Organization", "@id": f"{view.base}/#organization", "name": SITE_NAME, "url": f"{view.base}/"},
        {"@type": "BreadcrumbList", "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": THEMES[article.theme],
             "item": view.base + theme_path(article.theme, view.era)},
            {"@type": "ListItem", "position": 2, "name": article.title}]},
    ]  # fmt: skip
    first = view.skin.choose("graph order", ("article", "cards")) == "article"
    return [*site, news, cards, *people] if first else [*site, cards, *people, news]
