"""Changes as a reader meets them: by day, each with what it was and where to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from alerts.permalinks import change_path
from alerts.render.clean import clean
from alerts.selection import watches_of
from storage.tables import Change, Version
from web.site import Site


@dataclass(frozen=True)
class Item:
    """`path` leads to what changed, `article_path` to the article; both without the site's root."""

    id: int
    kind: str
    significance: str
    title: str
    language: str
    summary: str
    watches: tuple[str, ...]
    detected: datetime
    clock: str
    article_path: str
    path: str
    shows_text: bool


@dataclass(frozen=True)
class Day:
    day: date
    name: str
    items: tuple[Item, ...]


def by_day(items: Sequence[Item], site: Site) -> list[Day]:
    """Days in the order of the items."""
    moments = site.moments
    return [
        Day(day, format_date(day, site.words.day, locale=site.phrases.locale), tuple(group))
        for day, group in groupby(items, key=lambda item: moments.local(item.detected).date())
    ]


def items_of(session: Session, changes: Sequence[Change], site: Site) -> list[Item]:
    watches = watches_of(session, changes)
    versions = _versions(session, changes)
    moments = site.moments
    return [
        Item(
            id=change.id,
            kind=change.kind,
            significance=change.significance or "major",
            title=_title(change, versions),
            language=language_of(versions.get(change.to_id or 0)),
            summary=change.summary or (clean(change.former_url) if change.kind == "moved" else ""),
            watches=tuple(site.watch_title(name) for name in watches[change.id]),
            detected=change.detected,
            clock=moments.clock(change.detected),
            article_path=f"/artikel/{change.article_id}",
            path=_path(change, versions),
            shows_text=change.kind not in ("edited", "reverted"),
        )
        for change in changes
    ]


def _versions(session: Session, changes: Sequence[Change]) -> dict[int, Version]:
    """Both sides of a page of changes in one statement, without their texts."""
    sides = {id_ for change in changes for id_ in (change.from_id, change.to_id) if id_}
    query = select(Version).options(load_only(Version.number, Version.title, Version.data))
    return {version.id: version for version in session.scalars(query.where(Version.id.in_(sides)))}


def language_of(version: Version | None) -> str:
    """A language tag fit for an attribute, or Dutch: that is what the site writes."""
    tag = str(version.data.get("language") or "") if version is not None else ""
    return tag if tag.replace("-", "").isalnum() and tag.isascii() and len(tag) <= 12 else "nl"


def _title(change: Change, versions: dict[int, Version]) -> str:
    version = versions.get(change.to_id or change.from_id or 0)
    return clean(version.title if version is not None else change.article.title) or clean(change.article.url)


def _path(change: Change, versions: dict[int, Version]) -> str:
    after = versions.get(change.to_id or change.from_id or 0)
    if after is None or after.number is None:
        return f"/artikel/{change.article_id}"
    before = versions.get(change.from_id or 0)
    return change_path(change.article_id, before.number if before is not None else None, after.number)
