"""The overview of changes, and the same as a feed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload
from starlette.requests import Request
from starlette.responses import Response

from alerts.installation import setting
from storage.tables import Change
from web.chart import Chart, Span, chart
from web.choice import KINDS, SIGNIFICANCES, Choice, changes_of, choice_from
from web.feed import atom
from web.render import page
from web.site import Site, site_of
from web.timeline import Item, by_day, items_of

PAGE = 50


def overview(request: Request) -> Response:
    """What changed, by day; the filters are in the address: watch, kind, significance, q, since, until."""
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
        days_chosen=_days_chosen(choice, site),
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


def _days_chosen(choice: Choice, site: Site) -> str:
    since, until = (day and site.moments.full_day(day) for day in (choice.since, choice.until))
    words = site.words
    form = words.days_between if since and until else words.days_since if since else words.days_until if until else ""
    return form.format(since=since, until=until)


def _chart(session: Session, choice: Choice, site: Site) -> Chart:
    """All that fits the choice, whenever it happened: the days that were chosen are marked in it.

    Counted by the database: half a year of a large archive is a hundred thousand changes.
    """
    zone, span = ZoneInfo(site.timezone), Span(site, choice.since, choice.until)
    starts = [datetime.combine(day, time(), zone) for day in span.mondays]
    ever = _counted(replace(choice, since=None, until=None), zone)
    chosen = _counted(choice, zone)
    counts = [
        within.where(Change.detected >= start, Change.detected < end).scalar_subquery()
        for within, start, end in [*((ever, *week) for week in pairwise(starts)), (chosen, starts[0], starts[-1])]
    ]
    numbered = (count.label(f"count_{number}") for number, count in enumerate(counts))
    *weeks, of_chosen = session.execute(select(*numbered)).one()
    return chart(weeks, of_chosen, span, site)


def _counted(choice: Choice, zone: ZoneInfo) -> Select[int]:
    return changes_of(choice, zone).order_by(None).with_only_columns(func.count())
