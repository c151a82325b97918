"""The layout of 2023 to mid 2025, in the visible order of the seed article."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cli.demo import metadata
from cli.demo.article import ReplicaArticle
from cli.demo.noise import slot
from cli.demo.taxonomy import (
    ROLES,
    SITE_NAME,
    THEMES,
    TYPES,
    WORDPRESS,
    author_path,
    dutch_date,
    tag_path,
    theme_path,
    type_path,
)
from cli.demo.view import View, body_html, lead_html, related_html

_SERVICE = ("contact", "algemene-voorwaarden", "klantenservice", "adverteren", "colofon", "nieuwsbrief")
_ABBREVIATIONS = {
    "BES": "Bonaire, Sint Eustatius en Saba",
    "o.a.": "onder andere",
    "AIC": "Akaike-informatiecriterium",
    "Woo": "Wet open overheid",
    "NDS": "Nederlandse Digitaliseringsstrategie",
}


def article_page(view: View, article: ReplicaArticle) -> str:
    base, cls, choose = view.base, view.skin.cls, view.skin.choose
    tag = choose("article tag", ("article", "div", "section"))
    lead, between = lead_html(view, article), choose("lead place", ("in", "before"))
    inside = (lead if between == "in" else "") + "".join(body_html(view, article)) + related_html(view, article)
    tags = ", ".join(f'<a href="{base}{tag_path(name, WORDPRESS)}">{name}</a>' for name in article.tags)
    main = (
        f"<{tag}{cls('article')}>"
        f'<div{cls("facets")}><a href="{base}{theme_path(article.theme, WORDPRESS)}">{THEMES[article.theme]}</a> '
        f'<a href="{base}{type_path(article.type, WORDPRESS)}">{TYPES[article.type]}</a></div>'
        f"<h1{cls('title')}> {escape(article.title, quote=False)}</h1>"
        f"{_picture(view, article)}"
        f"<div{cls('meta')}><i{cls('icon')}></i>{_date(view, article)}{slot('views')}{slot('minutes')}</div>"
        f"<div{cls('tags')}>{tags}</div>"
        f"{view.skin.wrap('intro', lead) if between == 'before' else ''}"
        + view.skin.wrap("body", f"<div{cls('body')}>{inside}</div>")
        + _share(view, article)
        + "".join(_author_box(view, name) for name in article.authors)
        + _comments(view, article)
        + f"</{tag}>"
        f"<section{cls('cards')}><h4>Lees ook</h4>{slot('cards')}</section>"
    )
    return document(view, metadata.head(view, article.title, view.url(article), article), main)


def _picture(view: View, article: ReplicaArticle) -> str:
    image, caption = slot("img", view.image(article)), escape(article.caption, quote=False)
    pattern = view.skin.choose(
        "picture",
        (
            "<div{cls}>{image}<p>{caption}</p></div>",
            "<figure{cls}>{image}<figcaption>{caption}</figcaption></figure>",
            "<div{cls}><div>{image}</div><div><span>{caption}</span></div></div>",
        ),
    )
    return pattern.format(cls=view.skin.cls("picture"), image=image, caption=caption)


def _date(view: View, article: ReplicaArticle) -> str:
    shown = dutch_date(article.published)
    timed = view.skin.choose("date", ("span", "time")) == "time"
    return f'<time datetime="{article.published.isoformat()}">{shown}</time>' if timed else f"<span>{shown}</span>"


def _share(view: View, article: ReplicaArticle) -> str:
    url = escape(view.url(article))
    links = "".join(
        f'<li><a href="{target}{url}"><img src="{view.base}/app/themes/ibestuur/icon-{name}.png" alt=""></a></li>'
        for name, target in (
            ("linkedin", "https://www.linkedin.com/shareArticle?mini=true&amp;url="),
            ("twitter", "https://twitter.com/intent/tweet?url="),
            ("mail", "mailto:info@example.com?subject=Dit moet je lezen&amp;body="),
        )
    )
    return f"<ul{view.skin.cls('share')}>{links}</ul>{slot('shares')}"


def _author_box(view: View, name: str) -> str:
    return (
        f'<div{view.skin.cls("author")}><img src="{view.base}/app/uploads/portret.jpg" alt="">'
        f"<h5>Over {name}</h5><p>{ROLES.get(name, '')}</p>"
        f'<a href="{view.base}{author_path(name, WORDPRESS)}"> Lees meer van {name} » </a></div>'
    )


def _login_link(view: View, path: str) -> str:
    """Carries the article's own path: following it never ends."""
    query = "scope=openid&amp;client_id=ibestuur&amp;response_type=code&amp;redirect_after_auth_path="
    return f"{view.base}/openid/login/locke?{query}{path}"


def _comments(view: View, article: ReplicaArticle) -> str:
    path = article.path(WORDPRESS)
    return (
        f'<div{view.skin.cls("comments")} id="respond">{slot("comments")}<h4>Plaats een reactie '
        f'<a href="{path}#respond">Reactie annuleren</a></h4>'
        f'<p>U moet <a href="{_login_link(view, path)}">ingelogd</a> zijn om een reactie te kunnen plaatsen. '
        f'<a href="{path}?replytocom={article.post_id}#respond">Antwoord</a></p>'
        f'<form action="/wp-comments-post.php"><input type="hidden" name="nonce" value="{slot("nonce")}"></form></div>'
    )


def cards(view: View, articles: Sequence[ReplicaArticle]) -> list[str]:
    """One card an article: every third link says which page the reader came from."""
    made = []
    for at, article in enumerate(articles):
        query = "?utm_source=site&amp;utm_medium=kaart" if at % 3 == 1 else ""
        made.append(
            f"<div{view.skin.cls('card')}><p>{THEMES[article.theme]}  |  {TYPES[article.type]}</p>"
            f'<a href="{view.url(article)}{query}"> {escape(article.title, quote=False)} </a></div>'
        )
    return made


def listing_page(view: View, title: str, path: str, articles: Sequence[ReplicaArticle], page: int, pages: int) -> str:
    numbers = "".join(
        f'<a href="{view.base}{path}{f"page/{number}/" if number > 1 else ""}">{number}</a> '
        for number in range(1, pages + 1)
        if number != page
    )
    teasers = "".join(
        f'<div{view.skin.cls("teaser")}><h3><a href="{view.url(article)}">{escape(article.title, quote=False)}</a></h3>'
        f"<span>{dutch_date(article.published)}</span><p>{escape(article.lead[:130], quote=False)}…</p></div>"
        for article in articles
    )
    feed = f'<link rel="alternate" type="application/rss+xml" href="{view.base}{path}feed/">'
    main = (
        f"<h1>{escape(title)}</h1>{view.skin.wrap('listing', teasers)}<nav{view.skin.cls('pages')}>{numbers}</nav>"
        f"<section><h4>Lees ook</h4>{slot('cards')}</section>"
    )
    return document(view, metadata.head(view, title, view.base + path) + feed, main)


def document(view: View, head: str, main: str) -> str:
    base, cls = view.base, view.skin.cls
    menu = "".join(
        f'<li><a href="{base}{theme_path(slug, WORDPRESS)}"> {name} </a></li>' for slug, name in THEMES.items()
    )
    types = "".join(f'<li><a href="{type_path(slug, WORDPRESS)}"> {name} </a></li>' for slug, name in TYPES.items())
    service = "".join(f'<li><a href="{base}/{name}/"> {name.capitalize()} </a></li>' for name in _SERVICE)
    terms = "".join(f"<li>*{short}: {long}</li>" for short, long in _ABBREVIATIONS.items())
    navigation = view.skin.choose("menu", ("<nav><ul>{}</ul></nav>", "<div><ul>{}</ul></div>")).format(menu)
    return (
        f'<!DOCTYPE html>\n<html lang="nl-NL"><head>{head}</head>\n<body{cls("page")}>{slot("ad")}'
        f'<header{cls("header")}><a href="{base}/"><img src="{base}/app/uploads/logo.svg" alt="{SITE_NAME}"></a>'
        f'{navigation}<form action="{base}/"><input name="s"></form>'
        f'<a href="{_login_link(view, "/")}">Inloggen</a> <a href="https://mijn.ibestuur.example/signup">Registreren</a>'
        f"</header>{slot('cookies')}\n<main{cls('main')}>{main}</main>\n{slot('ad')}"
        f"<footer{cls('footer')}><ul><li>{SITE_NAME} artikelen<ul>{types}</ul></li>"
        f"<li>Service &amp; Contact<ul>{service}</ul></li></ul>"
        f'<a href="{base}/?s=ai">Zoeken</a> <a href="{base}/besloten/agenda/">Agenda</a> '
        f'<a href="{base}/wp-admin/">Beheer</a> '
        f'<a href="https://www.linkedin.com/company/0/">LinkedIn</a> {slot("clock")}'
        "<p>Nagebouwde site met verzonnen artikelen, voor demonstratie en tests.</p></footer>"
        f"<ul{cls('abbreviations')}>{terms}</ul>{slot('stamp')}</body></html>"
    )
