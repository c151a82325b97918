"""Pages that answer like an article and are none: listings, walls, log-ins, error pages. Structure before words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.extraction import jsonld
from crawler.extraction.body import Body
from crawler.extraction.errors import NotAnArticle
from crawler.extraction.facets import FacetLinks, Found
from crawler.extraction.metadata import is_typed
from crawler.extraction.page import Page
from crawler.urls import UrlRules

_MIN_BODY, _MIN_TYPED_BODY = 200, 40
# A wall says little; a page with more to read than this is not judged by its words.
_WALL_CHARS = 1500
_LISTED, _CARD, _MANY_LINKS = 6, 250, 100
_CHALLENGE = "script[src*='challenge-platform'], #challenge-form, #cf-challenge-running, [class*='cf-challenge'], script[src*='captcha'], iframe[src*='captcha'], .g-recaptcha, .h-captcha"
_WALL_WORDS = re.compile(
    r"just a moment|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|attention required|access denied|toegang geweigerd"
    r"|enable javascript and cookies|are you a robot|bent u een robot|onderhoud\b|maintenance|(?:wij|we) zijn zo terug|even geduld"
    r"|(?:uw|je|your) privacy|cookie(?:s|voorkeuren|-instellingen|muur| ?consent)?\b|toestemming|voordat (?:u|je) verder ?gaat|before you continue"
    r"|inloggen|log ?in\b|aanmelden|sign in|tijdelijk niet (?:bereikbaar|beschikbaar)|temporarily unavailable|service unavailable",
    re.IGNORECASE,
)
_LOGIN_CALL = re.compile(
    r"\b(?:log(?:\s+\w+)?\s+in|inloggen|registreer|meld\s+(?:u|je)\s+aan|word\s+(?:lid|abonnee)|neem\s+een\s+abonnement|abonneer)\b.{0,80}"
    r"\b(?:om|voor)\b.{0,40}\b(?:te\s+lezen|verder(?:\s+te)?\s+lezen|verderlezen|leestegoed|toegang)\b|\b(?:log\s+in|sign\s+in|subscribe|register)\b.{0,60}\bto\s+(?:continue|read)\b",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"niet gevonden|bestaat niet|not found|\b404\b|does(?:n't| not) exist|fout opgetreden|er ging iets mis",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Signals:
    """What tells an article from a listing or a wall.

    `marked`: the page shows a date, an author or its section; `complete`: its end arrived; `login_call`: its text asks
    to log in or subscribe to read on.
    """

    article_typed: bool
    marked: bool
    body_chars: int
    paragraphs: int
    links: int
    link_share: float
    complete: bool
    login_call: bool

    @classmethod
    def of(
        cls, page: Page, node: jsonld.Node | None, body: Body, found: dict[str, Found], links: FacetLinks
    ) -> Signals:
        top = page.outline
        return cls(
            article_typed=is_typed(page, node),
            marked=any(
                found[name].value and found[name].rule != "URL" for name in ("published", "authors", "type", "tags")
            ),
            body_chars=body.chars,
            paragraphs=sum(block.kind == "paragraph" for block in body.blocks),
            links=len(links.anchors.all),
            link_share=top.link_chars / top.chars if top.chars else 0.0,
            complete=page.complete,
            login_call=any(_LOGIN_CALL.search(block.text) and len(block.text) < 200 for block in body.blocks),
        )


def refuse(page: Page, rules: UrlRules, signals: Signals, links: FacetLinks, title: str) -> None:
    """Raises NotAnArticle when this is no article."""
    if not title:
        raise NotAnArticle("no_title", "no headline in the page and no title in its head")
    if not signals.article_typed:
        _refuse_wall(page, signals, title)
        _refuse_listing(page, rules, signals, links)
    enough = _MIN_TYPED_BODY if signals.article_typed or signals.marked else _MIN_BODY
    if signals.body_chars < enough:
        if len(links.others_on_page()) >= _LISTED or signals.links >= _MANY_LINKS:
            raise NotAnArticle("no_article", f"links to other pages, and no text of its own below {title[:60]!r}")
        raise NotAnArticle("no_body", f"only {signals.body_chars} characters of text below {title[:60]!r}")


def _refuse_wall(page: Page, signals: Signals, title: str) -> None:
    if page.outline.chars < _WALL_CHARS and page.tree.css_first(_CHALLENGE) is not None:
        raise NotAnArticle("wall", "a bot check stands in the place of the page")
    if signals.marked or signals.body_chars > _WALL_CHARS:
        return
    if any(box.tag == "input" and box.attr("type").lower() == "password" for box in page.outline.descendants()):
        raise NotAnArticle("wall", "a log-in form stands in the place of the page")
    headline = f"{title} {page.document_title}"
    if _NOT_FOUND.search(headline):
        raise NotAnArticle("no_article", f"an error page: {title[:80]}")
    if signals.login_call or _WALL_WORDS.search(headline):
        raise NotAnArticle("wall", f"a wall stands in the place of the page: {title[:80]}")


def _refuse_listing(page: Page, rules: UrlRules, signals: Signals, links: FacetLinks) -> None:
    if any(rules.match(kind, page.url) is not None for kind in ("theme", "type", "tag", "author")):
        raise NotAnArticle("no_article", "the address is that of a listing")
    if signals.marked:
        return
    listed = links.others_in_text()
    if len(listed) >= _LISTED and signals.body_chars < _CARD * len(listed):
        raise NotAnArticle("no_article", f"a listing of {len(listed)} articles with hardly any text of its own")
    if signals.links >= _MANY_LINKS and signals.link_share > 0.6 and signals.body_chars < 1000:
        raise NotAnArticle("no_article", f"{signals.links} links and hardly any text of its own")
