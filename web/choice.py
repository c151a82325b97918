"""Which changes a reader wants to see, as it stands in the address of the page, and the query that finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, or_, select

from storage.tables import Change, Judgement, Version

KINDS = ("new", "edited", "reverted", "moved", "gone", "returned")
SIGNIFICANCES = ("major", "minor")
_NAMES = ("watch", "kind", "significance", "q", "since", "until")


@dataclass(frozen=True)
class Choice:
    """Empty: no such limit; both days are included. `before`: the id of the change at the end of the page before."""

    watch: str = ""
    kind: str = ""
    significance: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None
    before: int = 0
    bad_since: str = ""
    bad_until: str = ""

    @property
    def query(self) -> str:
        """The choice as the query of an address, without the place in the list."""
        values = {name: str(getattr(self, name)) for name in _NAMES if getattr(self, name)}
        return urlencode(values)

    def address(self, path: str, *, before: int = 0) -> str:
        query = "&".join(part for part in (self.query, f"before={before}" if before else "") if part)
        return f"{path}?{query}" if query else path


def choice_from(query: Mapping[str, str]) -> Choice:
    """What cannot be meant is left out; a date that is none is named."""
    kind, significance, before = (query.get(name, "") for name in ("kind", "significance", "before"))
    since, bad_since = _date(query.get("since", "").strip()[:40])
    until, bad_until = _date(query.get("until", "").strip()[:40])
    return Choice(
        watch=query.get("watch", "")[:100],
        kind=kind if kind in KINDS else "",
        significance=significance if significance in SIGNIFICANCES else "",
        q=" ".join(query.get("q", "")[:200].split()),
        since=since,
        until=until,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0,
        bad_since=bad_since,
        bad_until=bad_until,
    )


def changes_of(choice: Choice, zone: ZoneInfo) -> Select[Change]:
    """Changes that are news, newest first, whatever `before` says."""
    query = select(Change).where(Change.tellable.is_(True)).order_by(Change.id.desc())
    if choice.watch:
        query = query.where(
            exists().where(
                Judgement.watch == choice.watch,
                Judgement.matches,
                Judgement.version_id.in_((Change.from_id, Change.to_id)),
            )
        )
    if choice.kind:
        query = query.where(Change.kind == choice.kind)
    if choice.significance:
        # What was not weighed yet counts as major everywhere.
        weights = ("major", "") if choice.significance == "major" else ("minor",)
        query = query.where(Change.significance.in_(weights))
    if choice.since:
        query = query.where(Change.detected >= _midnight(choice.since, zone))
    if choice.until:
        query = query.where(Change.detected < _midnight(choice.until, zone, after=1))
    for word in choice.q.split():
        query = query.where(_says(word))
    return query


def _midnight(day: date, zone: ZoneInfo, *, after: int = 0) -> datetime:
    """That begins the day, or one `after` it. Days that no change was seen on may be too far off to reckon with."""
    near = min(max(day, date(1970, 1, 1)), date(9000, 1, 1))
    return datetime.combine(near + timedelta(days=after), time(), zone)


def _says(word: str) -> Any:
    """Either version of the change has the word in its headline or text."""
    return exists().where(
        Version.id.in_((Change.from_id, Change.to_id)),
        or_(Version.title.icontains(word, autoescape=True), Version.text.icontains(word, autoescape=True)),
    )


def _date(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, text
