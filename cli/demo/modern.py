"""The layout since July 2025: nothing of it is known but its addresses, so it shares no markup with the one before."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cli.demo import metadata
from cli.demo.article import ReplicaArticle
from cli.demo.noise import slot
from cli.demo.taxonomy import (
    MODERN,
    ROLES,
    SITE_NAME,
    SUBTHEMES,
    THEMES,
    TYPES,
    author_path,
    dutch_date,
    label,
    tag_path,
    theme_path,
    type_path,
)
from cli.demo.view import View, body_html, lead_html, related_html


def article_page(view: View, article: ReplicaArticle) -> str:
    base, cls = view.base, view.skin.cls
    theme = theme_path(article.theme, MODERN)
    lead, lead_first = lead_html(view, article), view.skin.choose("modern lead", ("header", "body")) == "header"
    body = _body(view, article, "" if lead_first else lead)
    tags = "".join(f'<li><a href="{base}{tag_path(name, MODERN)}">#{name}</a></li>' for name in article.tags)
    main = (
        f'<nav{cls("crumbs")} aria-label="Kruimelpad"><ol><li><a href="{base}/">Home</a></li>'
        f'<li><a href="{base}{theme}">{THEMES[article.theme]}</a></li>'
        f'<li><a href="{base}{theme}/{article.subtheme}">{label(article.subtheme)}</a></li></ol></nav>'
        f"<article{cls('story')}><header{cls('story-head')}>"
        f'<p><a href="{base}{type_path(article.type, MODERN)}">{TYPES[article.type]}</a></p>'
        f"<h1{cls('headline')}><span>{escape(article.title, quote=False)}</span></h1>"
        f"{lead if lead_first else ''}<p{cls('byline')}>Door {_authors(view, article)} · {_date(view, article)} "
        f"{slot('minutes')}</p></header>"
        f"<figure{cls('hero')}><picture>{slot('img', view.image(article))}</picture>"
        f"<figcaption>{escape(article.caption, quote=False)}</figcaption></figure>{body}"
        f"<footer{cls('story-foot')}><ul{cls('chips')}>{tags}</ul>{_share(view, article)}</footer></article>"
        f"<aside{cls('more')}><h2>Meer over dit onderwerp</h2>{slot('cards')}</aside>"
    )
    return document(view, metadata.head(view, article.title, view.url(article), article), main)


def _body(view: View, article: ReplicaArticle, lead: str) -> str:
    cls, parts = view.skin.cls, body_html(view, article)
    parts.append(related_html(view, article))
    if not view.switches.sections:
        return view.skin.wrap("text", f"<div{cls('text')}>{lead}{''.join(parts)}</div>")
    boxes, box = [], [lead]
    for part in parts:
        if part.startswith(("<h2", "<h3", "<blockquote", "<figure")):
            boxes.append(box)
            box = []
        box.append(part)
    boxes.append(box)
    texts = ("".join(box) for box in boxes)
    return "".join(f"<div{cls('section')}><div{cls('rich')}>{text}</div></div>" for text in texts if text)


def _authors(view: View, article: ReplicaArticle) -> str:
    return " en ".join(
        f'<a href="{view.base}{author_path(name, MODERN)}">{name}</a><span>, {ROLES.get(name, "")}</span>'
        for name in article.authors
    )


def _date(view: View, article: ReplicaArticle) -> str:
    numeric = view.skin.choose("modern date", ("words", "digits")) == "digits"
    shown = f"{article.published:%d-%m-%Y}" if numeric else dutch_date(article.published)
    return f'<time datetime="{article.published.date().isoformat()}">{shown}</time>'


def _share(view: View, article: ReplicaArticle) -> str:
    url = escape(view.url(article))
    return (
        f'<div{view.skin.cls("share-bar")}><button data-copy="{url}">Kopieer link</button>'
        f'<a href="https://www.linkedin.com/sharing/share-offsite/?url={url}">Deel op LinkedIn</a>'
        f"{slot('shares')}</div>"
    )


def cards(view: View, articles: Sequence[ReplicaArticle]) -> list[str]:
    return [
        f'<a{view.skin.cls("tile")} href="{article.path(MODERN)}"><span>{label(article.subtheme)}</span>'
        f"<strong>{escape(article.title, quote=False)}</strong></a>"
        for article in articles
    ]


def listing_page(view: View, title: str, path: str, articles: Sequence[ReplicaArticle], page: int, pages: int) -> str:
    tiles = "".join(
        f'<li><a href="{article.path(MODERN)}"><h2>{escape(article.title, quote=False)}</h2>'
        f"<p>{escape(article.lead[:131], quote=False)}</p></a></li>"
        for article in articles
    )
    onward = f'<a rel="next" href="{view.base}{path}?page={page + 1}">Meer laden</a>' if page < pages else ""
    main = f"<h1>{escape(title)}</h1><ul{view.skin.cls('grid')}>{tiles}</ul>{onward}"
    return document(view, metadata.head(view, title, view.base + path), main)


def document(view: View, head: str, main: str) -> str:
    base, cls = view.base, view.skin.cls
    menu = "".join(
        f'<li><a href="{base}{theme_path(theme, MODERN)}">{THEMES[theme]}</a><ul>'
        + "".join(f'<li><a href="{base}/{theme}/{sub}">{label(sub)}</a></li>' for sub in subthemes)
        + "</ul></li>"
        for theme, subthemes in SUBTHEMES.items()
    )
    types = " ".join(f'<a href="{type_path(slug, MODERN)}">{name}</a>' for slug, name in TYPES.items())
    return (
        f'<!doctype html>\n<html lang="nl"><head>{head}'
        f'<link rel="alternate" type="application/rss+xml" href="{base}/feeds/articles.rss"></head>\n'
        f'<body data-build="{slot("nonce")}"><div id="app">{slot("cookies")}<header{cls("bar")}>'
        f'<a href="{base}/">{SITE_NAME}</a><nav><ul>{menu}</ul></nav><a href="{base}/zoeken">Zoeken</a>'
        f'<a href="{base}/account/inloggen">Inloggen</a></header>\n'
        f"<main>{slot('ad')}{main}</main>\n"
        f"<footer{cls('base')}>{types}<p>Nagebouwde site met verzonnen artikelen, voor demonstratie en tests.</p>"
        f'<a href="https://www.linkedin.com/company/0/">LinkedIn</a></footer></div>'
        f'<script>window.__STATE__={{"csrf":"{slot("nonce")}"}}</script>{slot("stamp")}</body></html>'
    )
