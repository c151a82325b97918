"""What a page says about itself in JSON-LD: the node of the article itself, never that of a related one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from storage.article import normalise, title_key
from storage.urls import canonical_url, url_key

Node = dict[str, Any]
# In this order: a page may describe itself as several, and the most specific says most.
ARTICLE_TYPES = (
    "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle", "OpinionNewsArticle",
    "ReviewNewsArticle", "AdvertiserContentArticle", "BlogPosting", "LiveBlogPosting", "TechArticle", "Report",
    "ScholarlyArticle", "SocialMediaPosting", "Article",
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f]+")


def read_nodes(scripts: Iterable[str]) -> list[Node]:
    nodes: list[Node] = []
    for script in scripts:
        try:
            # Raw line breaks inside strings are common, and harmless once they are spaces.
            value = json.loads(_CONTROL.sub(" ", script))
        except (ValueError, RecursionError):
            continue
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                graph = entry.get("@graph")
                nodes += [node for node in (graph if isinstance(graph, list) else [entry]) if isinstance(node, dict)]
    return nodes


def types(node: Node) -> list[str]:
    value = node.get("@type") or []
    found = value if isinstance(value, list) else [value]
    return [str(kind).rpartition("/")[2] for kind in found]


def article_node(nodes: list[Node], urls: Iterable[str], title: str) -> Node | None:
    """The article-typed node about this page: by address, then by headline, then the only one of its type."""
    candidates = list(nodes)
    candidates += [inner for node in nodes if isinstance(inner := node.get("mainEntity"), dict)]
    named = [
        (types(node), node) for node in candidates if "headline" in node or "name" in node or "datePublished" in node
    ]
    articles = [node for kind in ARTICLE_TYPES for kinds, node in named if kind in kinds]
    keys = {url_key(url) for url in urls if url}
    about = [node for node in articles if keys & _addresses(node)]
    alike = [node for node in about or articles if title and title_key(text(node.get("headline"))) == title_key(title)]
    if alike or about:
        return (alike or about)[0]
    distinct = {id(node) for node in articles}
    return articles[0] if len(distinct) == 1 else None


def _addresses(node: Node) -> set[str]:
    values = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    found = [value.get("@id") or value.get("url") if isinstance(value, dict) else value for value in values]
    return {url_key(value) for value in found if isinstance(value, str) and canonical_url(value)}


def resolve(value: Any, nodes: list[Node]) -> list[Node | str]:
    """A property's values, references by `@id` followed within the page."""
    found: list[Node | str] = []
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            if "@id" in entry and "name" not in entry:
                entry = next((node for node in nodes if node.get("@id") == entry["@id"] and "name" in node), entry)
            found.append(entry)
        elif isinstance(entry, str):
            node = next((node for node in nodes if entry and node.get("@id") == entry and "name" in node), None)
            found.append(node if node is not None else entry)
    return found


def names(value: Any, nodes: list[Node]) -> list[str]:
    entries = resolve(value, nodes)
    found = [text(entry if isinstance(entry, str) else entry.get("name")) for entry in entries]
    return [name for name in found if name]


def text(value: Any) -> str:
    """A value as plain text: entities are left in by many a template."""
    import html

    if isinstance(value, list):
        value = value[0] if value else ""
    return normalise(html.unescape(value)) if isinstance(value, str) else ""
