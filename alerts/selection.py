"""Which changes a subscription has still to hear of, and what they amount to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from alerts.collapse import Net, Said, Step, collapse
from alerts.entries import ChangeKind
from alerts.flapping import flapping, goes_back, told_lately
from alerts.judge import reach
from storage.tables import Article, Change, Judgement, Subscription, Told, Version

_CHUNK = 500
_GONE_THROUGH = 500  # changes that may be gone through at each turn, for each subscription


@dataclass(frozen=True)
class Matching:
    """`concerns`: the version before or after it matches. `became_relevant`: only the one after it does."""

    concerns: bool
    became_relevant: bool = False


def matching(session: Session, watch: str, change: Change) -> Matching:
    """Whether a change is news for a watch; an edit that takes the subject out of an article is news too."""
    matched = _matched(session, watch, [version for version in (change.from_id, change.to_id) if version])
    before, after = change.from_id in matched, change.to_id in matched
    return Matching(before or after, after and not before and change.from_id is not None)


def watches_of(session: Session, changes: Iterable[Change]) -> dict[int, list[str]]:
    """Change id → the names of the watches it concerns, in order of name."""
    names: dict[int, set[str]] = {}
    sides: defaultdict[int, list[int]] = defaultdict(list)
    for change in changes:
        names[change.id] = set()
        for version in {change.from_id, change.to_id} - {None}:
            sides[cast(int, version)].append(change.id)
    for chunk in _chunks(list(sides)):
        matched = select(Judgement.version_id, Judgement.watch).where(
            Judgement.version_id.in_(chunk), Judgement.matches
        )
        for version, watch in session.execute(matched):
            for change_id in sides[version]:
                names[change_id].add(watch)
    return {change_id: sorted(found) for change_id, found in names.items()}


def pending_ids(session: Session, subscription: Subscription) -> list[int]:
    """Ids of the changes this subscription has not been told and should be, oldest first."""
    judged = reach(session, subscription.watch)
    after = max(subscription.start_change_id, subscription.settled_change_id, judged.floor)
    known = {"reader": subscription.id, "watch": subscription.watch, "after": after, "judged": judged.change}
    return list(session.scalars(_pending(), known))


@cache  # asked for every reader, and so put together once
def _pending() -> Select[int]:
    told = exists().where(Told.subscription_id == bindparam("reader"), Told.change_id == Change.id)
    return (
        select(Change.id)
        .where(
            Change.id > bindparam("after"),
            Change.id <= bindparam("judged"),
            Change.tellable.is_(True),
            _concerns(bindparam("watch")),
            ~told,
        )
        .order_by(Change.id)
    )


def settle_past(session: Session, subscription: Subscription) -> None:
    """Note up to where nothing is left to tell, so that nobody goes through the changes of years at each turn.

    What a crawl has not decided on yet has its place in the order of ids, and may still be told.
    """
    judged = reach(session, subscription.watch)
    if judged.change - max(subscription.start_change_id, subscription.settled_change_id) <= _GONE_THROUGH:
        return
    undecided = session.scalar(select(func.min(Change.id)).where(Change.tellable.is_(None)))
    first = min([judged.change + 1, *pending_ids(session, subscription)[:1], *filter(None, [undecided])])
    subscription.settled_change_id = first - 1


@dataclass(frozen=True)
class Amount:
    """What a row of pending changes amounts to for whoever is still to hear of exactly these.

    `nets` by article; `swinging`: those articles of which some readers are not told yet, see `alerts.flapping`.
    """

    nets: Mapping[int, Sequence[Net]]
    swinging: Set[int]


def net_changes(session: Session, subscription: Subscription, now: datetime) -> list[Net]:
    """What this subscription is to be told now, one Net per article as a rule, in order of their first change."""
    found = amount(session, subscription.watch, pending_ids(session, subscription), now)
    return nets_for(found, held_back(session, subscription, found, now))


def amount(session: Session, watch: str, pending: Sequence[int], now: datetime) -> Amount:
    judged = reach(session, watch)
    rows = _by_article(session, pending)
    versions = {version for row in rows for change in row for version in (change.from_id, change.to_id) if version}
    said = _said(session, watch, sorted(versions))
    urls = _urls(session, [row[0].article_id for row in rows])
    swinging = flapping(session, urls, now) if urls else set()
    nets: dict[int, list[Net]] = {}
    for row in rows:
        article = row[0].article_id
        nets[article] = collapse(_steps(row, said, urls[article], set(pending), judged.change))
        if article in swinging and goes_back(nets[article][-1]):
            nets[article].append(replace(nets[article].pop(), flapping=True))
    return Amount(nets, swinging)


def held_back(session: Session, subscription: Subscription, found: Amount, now: datetime) -> frozenset[int]:
    """The articles that this reader heard of lately, and that swing to and fro since."""
    return frozenset(told_lately(session, subscription, found.swinging, now) if found.swinging else ())


def nets_for(found: Amount, held: Set[int]) -> list[Net]:
    told = [net for article, nets in found.nets.items() for net in nets if not (net.flapping and article in held)]
    return sorted(told, key=lambda net: net.steps[0].change_id)


def _concerns(watch: BindParameter[str]) -> ColumnElement[bool]:
    return exists().where(
        Judgement.watch == watch, Judgement.matches, Judgement.version_id.in_((Change.from_id, Change.to_id))
    )


def _by_article(session: Session, pending: Sequence[int]) -> list[list[Change]]:
    """For each article with pending changes, all its changes from the first of those on."""
    first: dict[int, int] = {}
    for chunk in _chunks(pending):
        rows = select(Change.article_id, func.min(Change.id)).where(Change.id.in_(chunk)).group_by(Change.article_id)
        for article_id, change_id in session.execute(rows):
            first[article_id] = min(change_id, first.get(article_id, change_id))
    changes: defaultdict[int, list[Change]] = defaultdict(list)
    for chunk in _chunks(list(first)):
        since = min(first[article_id] for article_id in chunk)
        for change in session.scalars(
            select(Change).where(Change.article_id.in_(chunk), Change.id >= since).order_by(Change.id)
        ):
            if change.id >= first[change.article_id]:
                changes[change.article_id].append(change)
    return list(changes.values())


def _steps(
    changes: Sequence[Change], said: dict[int, Said], url: str, pending: set[int], judged_up_to: int
) -> list[Step]:
    """Walked backwards from the article's present address, so that each step knows the one it led to."""
    steps = []
    for change in reversed(changes):
        before, after = said.get(change.from_id or 0), said.get(change.to_id or change.from_id or 0)
        if change.id <= judged_up_to and after is not None:
            steps.append(
                Step(
                    change_id=change.id,
                    kind=cast(ChangeKind, change.kind),
                    before=after if change.kind in ("moved", "gone", "returned") else before,
                    after=after,
                    pending=change.id in pending,
                    tellable=bool(change.tellable),
                    former_url=change.former_url,
                    url=url,
                )
            )
        if change.kind == "moved" and change.former_url:
            url = change.former_url
    return steps[::-1]


def _said(session: Session, watch: str, ids: Sequence[int]) -> dict[int, Said]:
    said: dict[int, Said] = {}
    matched = _matched(session, watch, ids)
    twin = aliased(Version)
    earliest = (
        select(func.min(twin.number))
        .where(
            twin.article_id == Version.article_id,
            twin.content_hash == Version.content_hash,
            twin.status == "accepted",
        )
        .scalar_subquery()
    )
    for chunk in _chunks(ids):
        rows = select(Version.id, Version.number, Version.content_hash, earliest).where(Version.id.in_(chunk))
        for version_id, number, content_hash, first_number in session.execute(rows):
            said[version_id] = Said(
                version_id=version_id,
                number=number or 0,
                content_hash=content_hash,
                first_number=first_number or number or 0,
                matches=version_id in matched,
            )
    return said


def _urls(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    return {
        article_id: url
        for chunk in _chunks(article_ids)
        for article_id, url in session.execute(select(Article.id, Article.url).where(Article.id.in_(chunk)))
    }


def _matched(session: Session, watch: str, versions: Sequence[int]) -> set[int]:
    return {
        version
        for chunk in _chunks(versions)
        for version in session.scalars(
            select(Judgement.version_id).where(
                Judgement.watch == watch, Judgement.version_id.in_(chunk), Judgement.matches
            )
        )
    }


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
