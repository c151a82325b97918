"""Pages that answer 200 and are not what was asked for."""

from __future__ import annotations

from html import escape

from cli.demo import metadata, modern, wordpress
from cli.demo.article import ReplicaArticle
from cli.demo.noise import MARK, slot
from cli.demo.taxonomy import SITE_NAME, WORDPRESS
from cli.demo.view import View

_BARE = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
    "<body>{body}</body></html>"
)


def wall(view: View, kind: str, page: str, article: ReplicaArticle | None) -> str:
    """What stands in the place of `page`, which shows `article` when it is an article's."""
    if kind == "truncated":
        return _truncated(page)
    if kind == "wrong_article":
        return _wrong_article(view, article)
    if kind == "soft_404":
        return _in_chrome(
            view, "Pagina niet gevonden", "<p>De pagina die u zoekt bestaat niet (meer). Ga naar de homepage.</p>"
        )
    if kind == "login_wall":
        return _login_wall(view, article)
    bare: dict[str, str] = {"empty": "", "consent_wall": _consent(), "bot_wall": _bot(), "maintenance": _maintenance()}
    return bare[kind]


def not_found(view: View) -> str:
    return _in_chrome(view, "Pagina niet gevonden", "<p>Er is hier niets te vinden.</p>")


def login(view: View) -> str:
    form = (
        '<form method="post"><input name="user"><input name="password" type="password"><button>Inloggen</button></form>'
    )
    return _in_chrome(view, "Inloggen", f"<p>Log in met uw account.</p>{form}")


def plain(view: View, title: str) -> str:
    return _in_chrome(view, title, f"<p>Op deze pagina leest u alles over {escape(title.lower())}.</p>")


def _in_chrome(view: View, title: str, body: str) -> str:
    document = wordpress.document if view.era == WORDPRESS else modern.document
    return document(view, metadata.head(view, title, f"{view.base}/"), f"<h1>{escape(title)}</h1>{body}")


def _truncated(page: str) -> str:
    """The page up to the middle of its body, with a content length that is right."""
    parts = page.split(MARK)
    inside = [at for at, part in enumerate(parts) if part == slot("between").strip(MARK)] or range(1, len(parts), 2)
    return MARK.join(parts[: inside[len(inside) // 2]]) if inside else page[: len(page) // 2]


def _wrong_article(view: View, article: ReplicaArticle | None) -> str:
    article_page = wordpress.article_page if view.era == WORDPRESS else modern.article_page
    other = next((each for each in view.replica.newest() if article is None or each.slug != article.slug), None)
    return article_page(view, other) if other else not_found(view)


def _login_wall(view: View, article: ReplicaArticle | None) -> str:
    if article is None:
        return login(view)
    teaser = f"<p><strong>{escape(article.lead[:140], quote=False)}…</strong></p>"
    return _in_chrome(
        view,
        article.title,
        f"{teaser}<h3>Verder lezen?</h3><p>Log in of registreer gratis om dit artikel te lezen.</p>",
    )


def _consent() -> str:
    body = (
        f"<h1>Voordat u verdergaat naar {SITE_NAME}</h1><p>Wij en onze 842 partners vragen uw toestemming om "
        "cookies te plaatsen en persoonsgegevens te verwerken voor advertenties en statistiek. U kunt uw keuze "
        "later wijzigen. Zonder keuze kunnen wij de pagina niet tonen. Lees meer in ons cookiebeleid en onze "
        "privacyverklaring.</p><form><button>Alles accepteren</button><button>Instellingen</button></form>"
    )
    return _BARE.format(lang="nl", title="Uw privacy", body=body)


def _bot() -> str:
    body = (
        "<h1>Just a moment...</h1><p>Checking your browser before accessing the site. This process is automatic.</p>"
        f"<noscript>Enable JavaScript and cookies to continue</noscript><p>Ray ID: {slot('nonce')}</p>"
    )
    return _BARE.format(lang="en", title="Just a moment...", body=body)


def _maintenance() -> str:
    body = (
        "<h1>Wij zijn zo terug</h1><p>Vanwege gepland onderhoud is de site kort niet bereikbaar. Probeer het later.</p>"
    )
    return _BARE.format(lang="nl", title="Onderhoud", body=body)
