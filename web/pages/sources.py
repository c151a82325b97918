"""How our own eyes fare: when each source was looked at, what could not be read, what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from storage.acceptance import open_quarantine
from storage.crawls import last_crawl
from storage.tables import Article, Failure, Source
from web.forms import form_page
from web.pages.operator import is_operator
from web.render import page
from web.site import Site, site_of

_SHOWN = 20


@dataclass(frozen=True)
class SourceLine:
    """`failures`: (address, cause in words) of the last crawl; `hidden` counts those beyond the first few."""

    name: str
    state: str
    since: datetime | None
    last_good: datetime | None
    reason: str
    articles: int
    failures: list[tuple[str, str]]
    hidden: int


def sources(request: Request) -> Response:
    """How each source fares, what could not be read, and what waits for a person."""
    site = site_of(request)
    with site.database.read() as session:
        lines = [_line(session, source, site) for source in session.scalars(select(Source).order_by(Source.name))]
        held = open_quarantine(session)
        operator = is_operator(request, session)
    show = form_page if operator else page
    return show(
        request,
        "sources.html",
        section="sources",
        sources=lines,
        next_look=_next_look(site),
        held=held,
        operator=operator,
        done=request.query_params.get("beslist") == "ja",
    )


def _next_look(site: Site) -> datetime | None:
    """When the service will look again; None while it does not run."""
    planned = site.status().get("next", {}).get("crawl")
    return datetime.fromisoformat(planned) if planned else None


def _line(session: Session, source: Source, site: Site) -> SourceLine:
    crawl = last_crawl(session)
    failed = select(Failure).where(Failure.source_id == source.id, Failure.crawl_id == (crawl.id if crawl else 0))
    failures = session.scalars(failed.order_by(Failure.id)).all()
    readable = select(func.count()).where(Article.source_id == source.id, Article.state.in_(("live", "gone")))
    causes = site.phrases.causes
    return SourceLine(
        name=source.name,
        state=source.state,
        since=source.state_since,
        last_good=source.last_good,
        reason=source.reason,
        articles=session.scalar(readable) or 0,
        failures=[
            (failure.url, causes.get(failure.cause) or site.phrases.cause_other.format(cause=failure.cause))
            for failure in failures[:_SHOWN]
        ],
        hidden=max(0, len(failures) - _SHOWN),
    )
