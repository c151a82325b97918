"""What the site offers to machines: feeds, sitemaps, robots.txt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from cli.demo.article import ReplicaArticle
from cli.demo.taxonomy import SITE_NAME, THEMES, WORDPRESS, theme_path
from cli.demo.view import View

SITEMAP_SIZE = 500
_TEASER = 131


def rss(view: View, title: str, articles: Sequence[ReplicaArticle]) -> str:
    """Title and teaser, newest first; never the whole text."""
    items = "".join(
        f"<item><title>{escape(article.title, quote=False)}</title><link>{view.url(article)}</link>"
        f"<pubDate>{format_datetime(article.published)}</pubDate>"
        f'<guid isPermaLink="false">{view.base}/?p={article.post_id}</guid>'
        f"<category>{THEMES[article.theme].replace('&', '&amp;')}</category>"
        f"<description>{escape(article.lead[:_TEASER], quote=False)}</description></item>\n"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(title, quote=False)} - {SITE_NAME}</title><link>{view.base}/</link>"
        f"<language>nl-NL</language>\n{items}</channel></rss>"
    )


def last_changed(article: ReplicaArticle) -> datetime:
    return article.modified or article.published


def sitemap_index(view: View, count: int) -> str:
    names = [f"sitemap-artikelen-{number}.xml" for number in range(1, -(-count // SITEMAP_SIZE) + 1)]
    entries = "".join(f"<sitemap><loc>{view.base}/{name}</loc></sitemap>" for name in [*names, "sitemap-themas.xml"])
    return _xml("sitemapindex", entries)


def article_sitemap(view: View, articles: Sequence[ReplicaArticle]) -> str:
    return _xml(
        "urlset",
        "".join(
            f"<url><loc>{view.url(article)}</loc><lastmod>{last_changed(article).isoformat()}</lastmod></url>"
            for article in articles
        ),
    )


def theme_sitemap(view: View) -> str:
    return _xml(
        "urlset", "".join(f"<url><loc>{view.base}{theme_path(theme, view.era)}</loc></url>" for theme in THEMES)
    )


def _xml(root: str, entries: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{entries}</{root}>"
    )


def robots(view: View) -> str:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in view.switches.robots_disallow)]
    if view.era == WORDPRESS:
        lines.append("Allow: /wp-admin/admin-ajax.php")
    return "\n".join([*lines, "", f"Sitemap: {view.base}/sitemap.xml", ""])
