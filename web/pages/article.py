"""One article: its text, its versions, and any two of them compared."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from alerts.diff import diff_articles, summarise
from alerts.permalinks import change_path
from alerts.render.changes import Teller
from storage.history import former_urls
from storage.tables import Article as ArticleRow
from storage.tables import Judgement, Version
from web.beside import rows as rows_of
from web.reading import article_row, citation, groups, links, numbered, percent, said, version_lines
from web.render import page, see
from web.site import Site, site_of
from web.timeline import language_of

PAGE = 100


def articles(request: Request) -> Response:
    """All articles, newest first."""
    site = site_of(request)
    start = _number(request.query_params.get("from", ""))
    with site.database.read() as session:
        known = ArticleRow.state.in_(("live", "gone"))
        newest = (ArticleRow.published_day.desc(), ArticleRow.first_seen.desc(), ArticleRow.id.desc())
        rows = session.scalars(select(ArticleRow).where(known).order_by(*newest).offset(start).limit(PAGE)).all()
        total = session.scalar(select(func.count()).select_from(ArticleRow).where(known)) or 0
    return page(
        request,
        "articles.html",
        section="articles",
        articles=rows,
        total=total,
        following=start + PAGE if start + PAGE < total else 0,
        start=start,
    )


def article(request: Request) -> Response:
    """The present text of an article, or one version of it, and all its versions."""
    site = site_of(request)
    with site.database.read() as session:
        row = article_row(session, request.path_params["article"])
        number = request.path_params.get("version")
        version = numbered(session, row, number) if number else session.get_one(Version, row.current_id)
        text = said(version)
        path = change_path(row.id, None, version.number or 1)
        return page(
            request,
            "article.html",
            section="articles",
            row=row,
            version=version,
            present=version.id == row.current_id,
            text=text,
            language=language_of(version),
            groups=groups(text.blocks),
            links=links(text),
            lines=version_lines(session, row, site),
            watches=_watches(session, row, site),
            former=former_urls(session, row),
            citation=citation(text, version, site.address(request, path), site),
        )


def comparison(request: Request) -> Response:
    """Two versions compared; `vorm=naast` puts the whole texts side by side."""
    site = site_of(request)
    beside = request.query_params.get("vorm") == "naast"
    first, second = request.path_params["before"], request.path_params["after"]
    with site.database.read() as session:
        row = article_row(session, request.path_params["article"])
        older, newer = numbered(session, row, first), numbered(session, row, second)
        last = session.scalar(select(func.max(Version.number)).where(Version.article_id == row.id)) or 1
    before, after = said(older), said(newer)
    diff = diff_articles(before, after)
    return page(
        request,
        "comparison.html",
        section="articles",
        row=row,
        older=older,
        newer=newer,
        title=after.title,
        language=language_of(newer),
        diff=diff,
        percent=percent(diff),
        summary=summarise(diff, site.language) if diff else "",
        beside=beside,
        pieces=[] if beside else Teller(site.phrases, site.moments).tell_all(diff, before, after),
        rows=rows_of(diff, before, after) if beside else [],
        path=change_path(row.id, first, second),
        earlier=change_path(row.id, first - 1, first) if first > 1 else "",
        later=change_path(row.id, second, second + 1) if second < last else "",
        last=last,
    )


def chosen_comparison(request: Request) -> Response:
    """From the form with two version numbers to the address that can be kept."""
    first, second = (_number(request.query_params.get(name, "")) for name in ("van", "naar"))
    older, newer = sorted((max(first, 1), max(second, 1)))
    return see(request, change_path(request.path_params["article"], older, newer))


def _watches(session: Session, row: ArticleRow, site: Site) -> list[str]:
    """The titles of the watches that the present text matches."""
    matching = select(Judgement.watch).where(Judgement.version_id == row.current_id, Judgement.matches)
    return [site.watch_title(name) for name in session.scalars(matching.order_by(Judgement.watch))]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
