"""One edition for one subscription: entries with their diffs, in the order a reader should meet them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.collapse import Net
from alerts.diff import diff_articles
from alerts.entries import Edition, EditionKind, Entry, Language, Rhythm, Significance
from alerts.health import Health
from alerts.permalinks import change_path, overview_url
from alerts.watch import Watch
from alerts.windows import Timetable
from storage.article import Article
from storage.tables import Article as ArticleRow
from storage.tables import Change, Judgement, Subscription, Version

NEWEST = 10


@dataclass(frozen=True)
class DigestContext:
    """What digests need from the configuration. `unsubscribe_to`: the address that a request to stop is mailed to."""

    watches: Sequence[Watch]
    sender: str
    source_title: str
    language: Language = "nl"
    timetable: Timetable = field(default_factory=Timetable)
    base_url: str = ""
    unsubscribe_to: str = ""
    # With web pages: the links by which this one reader stops, or changes the rhythm.
    unsubscribe_url: Callable[[Subscription], str] = lambda _subscription: ""
    preferences_url: Callable[[Subscription], str] = lambda _subscription: ""

    def watch(self, name: str) -> Watch | None:
        return next((watch for watch in self.watches if watch.name == name), None)


def covered_since(subscription: Subscription) -> datetime:
    """From when on the next edition covers."""
    return subscription.last_digest or subscription.created


def edition(
    session: Session,
    context: DigestContext,
    subscription: Subscription,
    kind: EditionKind,
    now: datetime,
    seen: Health,
    entries: Sequence[Entry] = (),
) -> Edition:
    """`seen`: since `covered_since`."""
    watch = context.watch(subscription.watch)
    since = covered_since(subscription)
    return Edition(
        kind=kind,
        rhythm=cast(Rhythm, subscription.rhythm),
        watch_name=subscription.watch,
        watch_title=watch.title if watch else subscription.watch,
        source_title=context.source_title,
        since=since,
        until=now,
        entries=tuple(entries),
        newest=_newest(session, subscription.watch) if kind == "welcome" else (),
        checked=seen.checked,
        unreadable=seen.unreadable,
        troubled_since=seen.troubled_since,
        quarantined=seen.quarantined,
        language=context.language,
        timezone=context.timetable.timezone,
        base_url=context.base_url,
        overview_url=_overview_url(context, subscription, kind, since, now),
        unsubscribe_url=context.unsubscribe_url(subscription),
        unsubscribe_mailto=_unsubscribe_mailto(context, subscription),
        preferences_url=context.preferences_url(subscription),
    )


@dataclass(frozen=True)
class Telling:
    """Changes to mark as told, and the entry that tells them; none when they cancelled out."""

    change_ids: tuple[int, ...]
    entry: Entry | None


def tellings_of(session: Session, nets: Sequence[Net], base_url: str = "") -> list[Telling]:
    """In a mail's order: major changes, new, minor changes, moved, gone, returned, silent."""
    tellings = [Telling(tuple(net.pending_ids), _entry(session, net, base_url)) for net in nets]
    return sorted(tellings, key=lambda telling: _rank(telling.entry) if telling.entry else len(_RANKS))


def _entry(session: Session, net: Net, base_url: str) -> Entry | None:
    article = _read(session, net.after.version_id)
    before = _read(session, net.before.version_id) if net.before is not None and net.compares else None
    diff = diff_articles(before, article) if before is not None else None
    kind = net.kind
    if kind in ("edited", "reverted") and not diff and not net.became_relevant:
        kind = "moved" if net.former_url else None  # nothing a reader could see differs
    if kind is None:
        return None
    return Entry(
        change=kind,
        significance=cast(Significance, diff.significance) if diff else "major",
        url=net.url,
        article=article,
        seen_between=_seen_between(session, net),
        version=net.after.number,
        former_url=net.former_url,
        before=before,
        diff=diff,
        versions_between=net.versions_between,
        became_relevant=net.became_relevant,
        flapping=net.flapping,
        permalink=base_url + _page(session, net) if base_url and kind in ("edited", "reverted", "gone") else "",
    )


def _page(session: Session, net: Net) -> str:
    """Where our pages show it: the comparison, or what was kept of an article that is gone."""
    before = net.before.number if net.before is not None and net.compares else None
    return change_path(session.get_one(Version, net.after.version_id).article_id, before, net.after.number)


_RANKS = ("major", "new", "minor", "moved", "gone", "returned")


def _rank(entry: Entry) -> int:
    if entry.became_relevant:
        return _RANKS.index("new")
    return _RANKS.index(entry.significance if entry.change in ("edited", "reverted") else entry.change)


def _read(session: Session, version_id: int) -> Article:
    return Article.from_dict(session.get_one(Version, version_id).data)


def _seen_between(session: Session, net: Net) -> tuple[datetime | None, datetime]:
    """For texts: the last look at the old one and the first at the new one. For the rest: when we noticed."""
    if net.kind in ("new", "edited", "reverted"):
        versions = [step.after.version_id for step in net.steps if step.after is not step.before]
        first = session.get_one(Version, versions[0])
        last = first if net.kind == "new" else session.get_one(Version, versions[-1])
        return first.seen_after, last.seen_at
    noticed = [step.change_id for step in net.steps if step.kind == net.kind][-1:] or [net.steps[-1].change_id]
    change = session.get_one(Change, noticed[0])
    if net.kind == "gone":
        last_good = session.get_one(ArticleRow, change.article_id).last_checked
        return (last_good if last_good and last_good < change.detected else None), change.detected
    return None, change.detected


def _newest(session: Session, watch: str) -> tuple[Article, ...]:
    rows = session.scalars(
        select(Version.data)
        .join(ArticleRow, ArticleRow.current_id == Version.id)
        .join(Judgement, Judgement.version_id == Version.id)
        .where(Judgement.watch == watch, Judgement.matches, ArticleRow.state == "live")
        .order_by(ArticleRow.published_day.desc(), ArticleRow.first_seen.desc(), ArticleRow.id.desc())
        .limit(NEWEST)
    )
    return tuple(Article.from_dict(data) for data in rows)


def _overview_url(
    context: DigestContext, subscription: Subscription, kind: EditionKind, since: datetime, until: datetime
) -> str:
    """A week is worth a picture: whoever gets each change in a mail of its own has seen it all."""
    if not context.base_url or subscription.rhythm != "weekly" or kind == "welcome":
        return ""
    first, last = (moment.astimezone(ZoneInfo(context.timetable.timezone)).date() for moment in (since, until))
    return overview_url(context.base_url, subscription.watch, first, last)


def _unsubscribe_mailto(context: DigestContext, subscription: Subscription) -> str:
    if not context.unsubscribe_to:
        return ""
    return f"mailto:{context.unsubscribe_to}?subject=unsubscribe%20{subscription.watch}"
