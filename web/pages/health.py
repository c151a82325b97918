"""What machines ask: are you there, can you work, how do things stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from storage.errors import DatabaseUnusable
from storage.tables import Article
from web.metrics import metrics_text
from web.pages.operator import is_operator
from web.site import site_of


def healthz(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


def readyz(request: Request) -> Response:
    """The archive can be read."""
    try:
        with site_of(request).database.read() as session:
            session.execute(select(Article.id).limit(1))
    except (DatabaseUnusable, SQLAlchemyError):
        return PlainTextResponse("the archive cannot be read\n", 503)
    return PlainTextResponse("ok\n")


def status(request: Request) -> Response:
    """As `status --json`. Who reads what, and sentences that name readers, are for the operator only."""
    site = site_of(request)
    document = site.status()
    with site.database.read() as session:
        mine = is_operator(request, session)
    return JSONResponse(document if mine else _without_readers(document), headers={"Cache-Control": "no-store"})


def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    with site_of(request).database.read() as session:
        text = metrics_text(session)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _without_readers(document: dict[str, Any]) -> dict[str, Any]:
    public: dict[str, Any] = {name: document[name] for name in ("looked", "found", "next") if name in document}
    told = document.get("told", {})
    return {
        **public,
        "told": {**told, "paused": len(told.get("paused", []))},
        "notices": len(document.get("notices", [])),
        "problems": len(document.get("problems", [])),
    }
