"""Search over everything that was ever said."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from alerts.render.clean import clean
from storage.history import UnknownTarget, find_article
from storage.search import LIMIT
from storage.search import search as find
from storage.urls import canonical_url
from web.render import page, see
from web.site import site_of


def search(request: Request) -> Response:
    """A search in all versions, for words or for the address of an article, which leads straight to it."""
    words = " ".join(clean(request.query_params.get("q", "")[:300]).split())
    with site_of(request).database.read() as session:
        if canonical_url(words):
            try:
                return see(request, f"/artikel/{find_article(session, words).id}")
            except UnknownTarget:
                hits = []
        else:
            hits = find(session, words, LIMIT + 1)
    return page(request, "search.html", section="search", words=words, hits=hits[:LIMIT], more=len(hits) > LIMIT)
