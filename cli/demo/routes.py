"""Which page stands at which address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cli.demo import feeds, modern, walls, wordpress
from cli.demo.article import ReplicaArticle
from cli.demo.taxonomy import (
    MODERN,
    SUBTHEMES,
    THEMES,
    TYPES,
    WORDPRESS,
    author_path,
    label,
    slugify,
    tag_path,
    theme_path,
    type_path,
)
from cli.demo.view import View

HTML, RSS, XML = "text/html; charset=utf-8", "application/rss+xml; charset=utf-8", "application/xml; charset=utf-8"
_SERVICE = {"contact", "algemene-voorwaarden", "klantenservice", "adverteren", "colofon", "nieuwsbrief", "cookies"}
_BEHIND_LOGIN = ("/openid/", "/wp-admin/", "/besloten/", "/account/")
_GIF = "GIF89a\x01\x00\x01\x00\x00\x00\x00;"


@dataclass(frozen=True)
class Page:
    """`text` may hold noise slots; `location` is set on redirects; `cards` fill the "cards" slot."""

    text: str = ""
    status: int = 200
    content_type: str = HTML
    location: str = ""
    cards: Sequence[str] = ()
    modified: datetime | None = None
    article: ReplicaArticle | None = None


def page_for(view: View, path: str, query: Mapping[str, str]) -> Page:
    if "p" in query and path == "/":
        return _short_link(view, query["p"])
    if "s" in query or path == "/zoeken":
        return Page(walls.plain(view, "Zoekresultaten"))
    for pattern, answer in _ROUTES:
        found = pattern.fullmatch(path)
        if found:
            return answer(view, found)
    return _wordpress_page(view, path) if view.era == WORDPRESS else _modern_page(view, path, query)


def _redirect(view: View, path: str) -> Page:
    return Page(status=301, location=view.base + path)


def _not_found(view: View, status: int = 404) -> Page:
    return Page(walls.not_found(view), status)


def _short_link(view: View, post_id: str) -> Page:
    article = next((each for each in view.replica.newest() if str(each.post_id) == post_id), None)
    return _redirect(view, article.path(view.era)) if article else _not_found(view)


# Machines


def _sitemap(view: View, found: re.Match[str]) -> Page:
    articles, number = view.replica.newest(), found[1]
    if number is None:
        return Page(feeds.sitemap_index(view, len(articles)), content_type=XML)
    start = (int(number) - 1) * feeds.SITEMAP_SIZE
    part = articles[start : start + feeds.SITEMAP_SIZE]
    return Page(feeds.article_sitemap(view, part), content_type=XML) if part else _not_found(view)


def _feed(view: View, found: re.Match[str]) -> Page:
    theme = found[1]
    if view.era == MODERN:
        return _redirect(view, "/feeds/articles.rss")
    if theme and theme not in THEMES:
        return _not_found(view)
    articles = [article for article in view.replica.newest() if theme in (None, article.theme)]
    shown = articles[: view.switches.feed_items]
    return Page(feeds.rss(view, THEMES.get(theme or "", "Alles"), shown), content_type=RSS)


def _modern_feed(view: View, _found: re.Match[str]) -> Page:
    if view.era == WORDPRESS:
        return _not_found(view)
    shown = view.replica.newest()[: view.switches.modern_feed_items]
    return Page(feeds.rss(view, "Artikelen", shown), content_type=RSS)


def _comment_feed(view: View, _found: re.Match[str]) -> Page:
    return Page(feeds.rss(view, "Reacties", []), content_type=RSS)


_ROUTES: tuple[tuple[re.Pattern[str], Callable[[View, re.Match[str]], Page]], ...] = (
    (re.compile(r"/robots\.txt"), lambda view, _found: Page(feeds.robots(view), content_type="text/plain")),
    (re.compile(r"/sitemap(?:-artikelen-([1-9]\d*))?\.xml"), _sitemap),
    (re.compile(r"/sitemap_index\.xml"), lambda view, _found: _redirect(view, "/sitemap.xml")),
    (re.compile(r"/sitemap-themas\.xml"), lambda view, _found: Page(feeds.theme_sitemap(view), content_type=XML)),
    (re.compile(r"/(?:thema/([^/]+)/)?feed/"), _feed),
    (re.compile(r"/feeds/articles\.rss"), _modern_feed),
    (re.compile(r"/artikel/[^/]+/feed/"), _comment_feed),
    (re.compile(r"/app/uploads/.*"), lambda _view, _found: Page(_GIF, content_type="image/gif")),
    (re.compile(r"/app/.*\.css"), lambda _view, _found: Page("body{margin:0}", content_type="text/css")),
    (re.compile("(?:" + "|".join(_BEHIND_LOGIN) + ").*"), lambda view, _found: Page(walls.login(view))),
)


# The WordPress era

_FACET = re.compile(r"/(thema|type|tags|auteur)/([^/]+)/(?:page/(\d+)/)?")


def _wordpress_page(view: View, path: str) -> Page:
    if not path.endswith("/"):
        known = _wordpress_page(view, path + "/")
        return _redirect(view, path + "/") if known.status in (200, 301) else known
    if path == "/":
        return _wordpress_listing(view, "Voorpagina", "/", view.replica.newest()[: view.switches.per_page], 1)
    facet = _FACET.fullmatch(path)
    if facet:
        kind, slug, number = facet[1], facet[2], facet[3]
        if number == "1":
            return _redirect(view, f"/{kind}/{slug}/")
        title, articles = _facet(view, kind, slug)
        return _wordpress_listing(view, title, f"/{kind}/{slug}/", articles, int(number or 1))
    if path.strip("/") in _SERVICE:
        return Page(walls.plain(view, label(path.strip("/"))))
    found = re.fullmatch(r"/artikel/([^/]+)/", path)
    return _article(view, found[1], path) if found else _not_found(view)


def _facet(view: View, kind: str, slug: str) -> tuple[str, list[ReplicaArticle]]:
    """A listing's heading, and every article in it."""
    articles = view.replica.newest()
    if kind == "thema":
        return THEMES.get(slug, label(slug)), [article for article in articles if article.theme == slug]
    if kind == "type":
        return TYPES.get(slug, label(slug)), [article for article in articles if article.type == slug]
    if kind == "tags":
        return label(slug), [article for article in articles if slug in article.tags]
    written = [article for article in articles if slug in map(slugify, article.authors)]
    return label(slug), written


def _wordpress_listing(view: View, title: str, path: str, articles: Sequence[ReplicaArticle], number: int) -> Page:
    size = view.switches.per_page
    pages = max(1, -(-len(articles) // size))
    known = articles or path.split("/")[2:3] in [[slug] for slug in (*THEMES, *TYPES)]
    if number > pages or not known:
        return _not_found(view)
    shown = articles[(number - 1) * size : number * size]
    text = wordpress.listing_page(view, title, path, shown, number, pages)
    return Page(text, cards=wordpress.cards(view, view.replica.newest()[:6]))


# The era since July 2025


def _modern_page(view: View, path: str, query: Mapping[str, str]) -> Page:
    if path != "/" and path.endswith("/"):
        bare = path.rstrip("/")
        return _modern_old(view, bare) or _redirect(view, bare)
    old = _modern_old(view, path)
    if old:
        return old
    parts = path.strip("/").split("/")
    number = int(query["page"]) if query.get("page", "").isdecimal() else 1
    newest = view.replica.newest()
    if path == "/":
        return _modern_listing(view, "Voorpagina", path, newest[: view.switches.per_page], number)
    if parts[0] in THEMES and len(parts) == 1:
        return _modern_listing(view, THEMES[parts[0]], path, _facet(view, "thema", parts[0])[1], number)
    if parts[0] in THEMES and len(parts) == 2 and parts[1] in SUBTHEMES[parts[0]]:
        within = [article for article in newest if (article.theme, article.subtheme) == tuple(parts)]
        return _modern_listing(view, label(parts[1]), path, within, number)
    if parts[0] in ("type", "tags", "auteurs") and len(parts) == 2:
        title, articles = _facet(view, parts[0], parts[1])
        return _modern_listing(view, title, path, articles, number)
    if parts[0] in THEMES and len(parts) == 3:
        return _article(view, parts[2], path)
    return Page(walls.plain(view, label(parts[0]))) if parts[0] in _SERVICE else _not_found(view)


def _modern_old(view: View, path: str) -> Page | None:
    """Where an address of the WordPress era leads now; None when it is not one."""
    found = re.fullmatch(r"/(artikel|thema|type|tags|auteur)/([^/]+?)(?:/page/\d+)?/?", path)
    if not found or (found[1] in ("type", "tags") and f"/{found[1]}/{found[2]}" == path):
        return None
    kind, slug = found[1], found[2]
    if kind == "artikel":
        return _article(view, slug, path)
    targets = {"thema": theme_path, "type": type_path, "tags": tag_path, "auteur": author_path}
    return _redirect(view, targets[kind](slug, MODERN))


def _modern_listing(view: View, title: str, path: str, articles: Sequence[ReplicaArticle], number: int) -> Page:
    size = view.switches.per_page
    pages = max(1, -(-len(articles) // size))
    if not 1 <= number <= pages:
        return _not_found(view)
    return Page(modern.listing_page(view, title, path, articles[(number - 1) * size : number * size], number, pages))


# Articles, in either era


def _article(view: View, slug: str, path: str) -> Page:
    article = view.replica.find(slug) or view.replica.find(view.replica.moved_to(slug) or "")
    if article is None:
        return _not_found(view, view.replica.removed_status(slug) or 404)
    if article.path(view.era) != path:
        return _redirect(view, article.path(view.era))
    layout = wordpress if view.era == WORDPRESS else modern
    others = [other for other in view.replica.newest()[:7] if other.slug != slug]
    return Page(
        layout.article_page(view, article),
        cards=layout.cards(view, others),
        modified=feeds.last_changed(article),
        article=article,
    )
