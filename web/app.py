"""Which address is answered by what."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from alerts.installation import installation_id
from alerts.tokens import ensure_key
from storage.errors import DatabaseUnusable
from storage.history import UnknownTarget
from web.forms import posted
from web.guard import Guard
from web.pages import article, health, leaving, operator, overview, search, sources, subscribing
from web.render import STATIC, message
from web.site import Site, site_of


class _Number(IntegerConvertor):
    """A row's number, no longer than a database can hold."""

    regex = "[0-9]{1,9}"


register_url_convertor("number", _Number())

ROUTES = [
    Route("/", overview.overview),
    Route("/wijzigingen.atom", overview.feed),
    Route("/artikelen", article.articles),
    Route("/artikel/{article:number}", article.article),
    Route("/artikel/{article:number}/versie/{version:number}", article.article),
    Route("/artikel/{article:number}/wijziging/{before:number}-{after:number}", article.comparison),
    Route("/artikel/{article:number}/vergelijk", article.chosen_comparison),
    Route("/zoeken", search.search),
    Route("/bronnen", sources.sources),
    Route("/bronnen/quarantaine/{version:number}", operator.suspect),
    Route("/bronnen/quarantaine/{version:number}", posted(operator.settle), methods=["POST"]),
    Route("/beheer/sluiten", posted(operator.leave), methods=["POST"]),
    Route("/beheer/{token}", operator.entrance),
    Route("/beheer/{token}", posted(operator.enter), methods=["POST"]),
    Route("/aanmelden", subscribing.sign_up),
    Route("/aanmelden", posted(subscribing.signed_up), methods=["POST"]),
    Route("/aanmelden/{token}", subscribing.confirmation),
    Route("/aanmelden/{token}", posted(subscribing.confirmed), methods=["POST"]),
    Route("/voorkeuren/{token}", leaving.preferences),
    Route("/voorkeuren/{token}", posted(leaving.prefer), methods=["POST"]),
    Route("/afmelden/{token}", leaving.leaving),
    Route("/afmelden/{token}", posted(leaving.left), methods=["POST"]),
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/status.json", health.status),
    Route("/metrics", health.metrics),
    Mount("/static", StaticFiles(directory=STATIC)),
]


def make_app(site: Site, hosts: Iterable[str] = ()) -> ASGIApp:
    """The pages as an ASGI application. `hosts`: names it answers to besides localhost and that of `base_url`."""
    with site.database.write() as session:
        ensure_key(session)
        installation_id(session)
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            HTTPException: _http_error,
            UnknownTarget: _unknown,
            DatabaseUnusable: _unavailable,
            Exception: _broken,
        },
    )
    app.router.redirect_slashes = False  # one address for each page, and no redirect made of what was asked
    app.state.site = site
    return Guard(app, site.base_url, hosts)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 404:
        return _unknown(request, error)
    words = site_of(request).words
    return message(request, words.refused, words.refused_text, status=status)


def _unknown(request: Request, _error: Exception) -> Response:
    words = site_of(request).words
    return message(request, words.not_found, words.not_found_text, status=404)


def _unavailable(request: Request, _error: Exception) -> Response:
    words = site_of(request).words
    return message(request, words.unavailable, words.unavailable_text, status=503)


def _broken(request: Request, _error: Exception) -> Response:
    words = site_of(request).words
    return message(request, words.broken, words.broken_text, status=500)
