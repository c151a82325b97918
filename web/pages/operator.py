"""What only the operator may do: decide about versions in quarantine. Entered by a link from the command line."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from alerts.diff import diff_articles, summarise
from alerts.render.changes import Teller
from alerts.tokens import LIFETIME, read_token
from alerts.verdicts import Verdict, decide
from storage.acceptance import quarantined_sources
from storage.errors import LockHeld
from storage.history import UnknownTarget
from storage.locks import crawling
from storage.tables import Article, Version
from web.forms import Form, form_page, is_ours, set_cookie
from web.reading import said
from web.render import message, page, see
from web.site import Site, site_of
from web.timeline import language_of

COOKIE = "nieuwswacht_operator"
_WAIT = 5  # seconds for a crawl that is just ending
_VERDICTS = {"melden": "accepted", "stil": "quietly", "verwerpen": "rejected"}


def is_operator(request: Request, session: Session) -> bool:
    return _good(request, session, request.cookies.get(COOKIE, ""))


def entrance(request: Request) -> Response:
    """From `serve --operator-link`: a button that opens the operator's pages. Following a link must change nothing."""
    site = site_of(request)
    with site.database.read() as session:
        if not _good(request, session, request.path_params["token"]):
            return _not_found(request)
    return page(request, "operator.html", secret=True, token=request.path_params["token"])


def enter(request: Request, _form: Form) -> Response:
    token = request.path_params["token"]
    with site_of(request).database.read() as session:
        if not _good(request, session, token):
            return _not_found(request)
    answer = see(request, "/bronnen")
    set_cookie(request, answer, COOKIE, token, int(LIFETIME["operator"].total_seconds()))
    return answer


def leave(request: Request, form: Form) -> Response:
    with site_of(request).database.read() as session:
        if not is_ours(request, session, form):
            return refused(request)
    answer = see(request, "/bronnen")
    answer.delete_cookie(COOKIE, path=f"{site_of(request).root}/")
    return answer


def suspect(request: Request) -> Response:
    """A version in quarantine compared with the article's present text."""
    site = site_of(request)
    with site.database.read() as session:
        if not is_operator(request, session):
            return _not_found(request)
        version = _held(session, request.path_params["version"])
        row = session.get_one(Article, version.article_id)
        before, after = said(session.get_one(Version, row.current_id)), said(version)
    diff = diff_articles(before, after)
    return form_page(
        request,
        "suspect.html",
        section="sources",
        row=row,
        version=version,
        language=language_of(version),
        summary=summarise(diff, site.language) if diff else "",
        pieces=Teller(site.phrases, site.moments).tell_all(diff, before, after),
    )


def settle(request: Request, form: Form) -> Response:
    """The operator's decision about one version."""
    site = site_of(request)
    verdict = _VERDICTS.get(form.get("besluit", ""))
    with site.database.read() as session:
        if verdict is None or not is_operator(request, session) or not is_ours(request, session, form):
            return refused(request)
    try:
        _decide(site, request.path_params["version"], cast(Verdict, verdict))
    except LockHeld:
        return message(request, site.words.unavailable, site.words.quarantine_busy, status=503, secret=True)
    return see(request, "/bronnen?beslist=ja")


def refused(request: Request) -> Response:
    words = site_of(request).words
    return message(request, words.refused, words.refused_text, status=403, secret=True)


def _decide(site: Site, version_id: int, verdict: Verdict) -> None:
    with site.database.read() as session:
        sources = quarantined_sources(session)
    with crawling(site.database, sources, wait=_WAIT), site.database.write() as session:
        decide(session, [_held(session, version_id)], verdict, site.watches, site.clock(), language=site.language)


def _held(session: Session, version_id: int) -> Version:
    """Raises UnknownTarget."""
    version = session.get(Version, version_id)
    if version is None or version.status != "quarantined":
        raise UnknownTarget(f"no version {version_id} is in quarantine")
    return version


def _good(request: Request, session: Session, token: str) -> bool:
    return bool(token) and read_token(session, "operator", token, site_of(request).clock()) == "operator"


def _not_found(request: Request) -> Response:
    words = site_of(request).words
    return message(request, words.not_found, words.not_found_text, status=404, secret=True)
