"""The overview of changes, and the same as a feed."""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from starlette.requests import Request
from starlette.responses import Response

from alerts.installation import setting
from storage.tables import Change
from web.chart import Chart, chart, mondays
from web.choice import KINDS, SIGNIFICANCES, Choice, changes_of, choice_from
from web.feed import atom
from web.render import page
from web.site import Site, site_of
from web.timeline import Item, by_day, items_of

PAGE = 50


def overview(request: Request) -> Response:
    """What changed, by day; the filters are in the address: watch, kind, significance, q, since."""
    site, choice = site_of(request), choice_from(request.query_params)
    with site.database.read() as session:
        items, more = _items(session, choice, site)
        picture = _chart(session, choice, site)
    return page(
        request,
        "overview.html",
        section="overview",
        choice=choice,
        days=by_day(items, site),
        kinds=KINDS,
        significances=SIGNIFICANCES,
        chart=picture,
        older=choice.address("/", before=items[-1].id) if more else "",
        feed=choice.address("/wijzigingen.atom"),
    )


def feed(request: Request) -> Response:
    """The same as an Atom feed, with the same filters."""
    site, choice = site_of(request), choice_from(request.query_params)
    with site.database.read() as session:
        items, _ = _items(session, choice, site)
        installation = setting(session, "installation_id")
    here, there = choice.address("/wijzigingen.atom"), choice.address("/")
    body = atom(
        items, site, installation, site.address(request, here), site.address(request, there), site.address(request, "")
    )
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/atom+xml", headers={"ETag": tag})


def _items(session: Session, choice: Choice, site: Site) -> tuple[list[Item], bool]:
    """One page of changes, and whether there are older ones."""
    query = changes_of(choice, ZoneInfo(site.timezone)).options(joinedload(Change.article)).limit(PAGE + 1)
    if choice.before:
        query = query.where(Change.id < choice.before)
    found = session.scalars(query).all()
    return items_of(session, found[:PAGE], site), len(found) > PAGE


def _chart(session: Session, choice: Choice, site: Site) -> Chart:
    """Counted by the database: half a year of a large archive is a hundred thousand changes."""
    zone = ZoneInfo(site.timezone)
    starts = [datetime.combine(day, time(), zone) for day in mondays(site)]
    chosen = changes_of(choice, zone).order_by(None).with_only_columns(func.count())
    weeks = [
        chosen.where(Change.detected >= start, Change.detected < end).scalar_subquery().label(f"week_{number}")
        for number, (start, end) in enumerate(pairwise(starts))
    ]
    return chart(list(session.execute(select(*weeks)).one()), site)
