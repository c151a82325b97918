"""How a source fares: did its seeds answer, was its layout understood, and what the operator should know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.acceptance import count_open_quarantine
from storage.settlement import accept_new, mark_gone, settle, take_over

if TYPE_CHECKING:
    from storage.baseline import SeedResult
    from storage.ledger import SourceLedger

# Causes that say "a page came, but not an article as we know it".
LAYOUT_CAUSES = frozenset({"no_article", "no_title", "no_body", "layout", "wall", "empty", "wrong_article"})
_FAIR_SHARE, _FEW = 0.3, 3


@dataclass
class SourceHealth:
    """The verdict on one source after one crawl. `state`: ok | attention | broken."""

    state: str = "ok"
    reasons: list[str] = field(default_factory=list)
    notices: dict[str, str] = field(default_factory=dict)
    quarantined: int = 0


def source_row(session: Session, name: str) -> tables.Source:
    row = session.scalar(select(tables.Source).where(tables.Source.name == name))
    if row is None:
        row = tables.Source(name=name)
        session.add(row)
        session.flush()
    return row


def source_names(session: Session) -> Sequence[str]:
    return session.scalars(select(tables.Source.name).order_by(tables.Source.name)).all()


def settle_new(session: Session, crawl_id: int, source_id: int) -> SourceHealth:
    """After a crawl that was stopped: keep what it met for the first time, and judge nothing."""
    accept_new(session, crawl_id, source_id)
    source = session.get_one(tables.Source, source_id)
    return SourceHealth(source.state, [source.reason] if source.reason else [])


def assess(
    session: Session, ledger: SourceLedger, seeds: Sequence[SeedResult], now: datetime, *, whole: bool, every: bool
) -> SourceHealth:
    """Settle the source's differences and say how it fares."""
    # What is gone cannot be looked at again: accepted later, what it said before it went would be its return.
    gone_now = None if whole or every else ledger.gone_candidates
    taken_over = take_over(session, ledger.crawl_id, ledger.source_id, gone_now)
    seen_before = (ledger.home | taken_over) - _new_ids(session, ledger.crawl_id)
    compared = len(seen_before | ledger.gone_candidates)
    settled = settle(session, ledger.crawl_id, ledger.source_id, now, compared=compared)
    gone = mark_gone(session, ledger, compared, now)
    health = SourceHealth(notices=dict(settled.notices), quarantined=len(settled.quarantined))
    _judge_seeds(health, seeds)
    _judge_pages(health, ledger)
    if gone:
        health.reasons.append(f"{gone} of {compared} articles answer 404 at once: taken for a fault of the site")
    held = count_open_quarantine(session, ledger.source_id)
    if held:
        health.reasons.append(f"{held} version(s) in quarantine")
    if health.reasons and health.state == "ok":
        health.state = "attention"
    _remember(session, ledger.source_id, health, now, whole=whole)
    return health


def _new_ids(session: Session, crawl_id: int) -> set[int]:
    new = select(tables.Version.article_id).where(tables.Version.crawl_id == crawl_id, tables.Version.change == "new")
    return set(session.scalars(new))


def _judge_pages(health: SourceHealth, ledger: SourceLedger) -> None:
    alien = sum(count for cause, count in ledger.failures.items() if cause in LAYOUT_CAUSES) - ledger.strangers
    unread = ledger.failures.total() - ledger.strangers
    if alien >= _FEW and alien >= _FAIR_SHARE * ledger.attempted:
        health.state = "broken"
        health.reasons.append(f"{alien} of {ledger.attempted} pages are not articles as we know them")
    elif unread >= _FEW and unread >= _FAIR_SHARE * ledger.attempted:
        cause = ledger.failures.most_common(1)[0][0]
        health.reasons.append(f"{unread} of {ledger.attempted} pages could not be read, most of them: {cause}")


def _judge_seeds(health: SourceHealth, seeds: Sequence[SeedResult]) -> None:
    unread = [seed for seed in seeds if not seed.read]
    if seeds and len(unread) == len(seeds):
        health.state = "broken"
        health.reasons.append(f"no seed could be read: {unread[0].url} ({unread[0].cause})")
    elif unread:
        health.reasons.append("; ".join(f"the seed {seed.url} could not be read ({seed.cause})" for seed in unread))
    empty = [seed for seed in seeds if seed.read and not seed.listed]
    if empty:
        health.reasons.append("; ".join(f"the seed {seed.url} lists no article" for seed in empty))
        if len(empty) + len(unread) == len(seeds):
            health.state = "broken"


def _remember(session: Session, source_id: int, health: SourceHealth, now: datetime, *, whole: bool) -> None:
    source = session.get_one(tables.Source, source_id)
    if not whole and health.state == "ok":
        return  # a recrawl of a few pages that went well says nothing about the rest
    if whole and source.state == "broken" and health.state != "broken":
        _make_due(session, source_id, now)
    if source.state != health.state:
        source.state, source.state_since = health.state, now
    source.reason = "; ".join(health.reasons)
    if health.state == "ok":
        source.bad_crawls, source.last_good = 0, now
    else:
        source.bad_crawls += 1


def _make_due(session: Session, source_id: int, now: datetime) -> None:
    """The site had failed, not these pages: after days of it they would be left alone for up to a week."""
    failing = update(tables.Article).where(tables.Article.source_id == source_id, tables.Article.failures > 0)
    session.execute(failing.values(failures=0, next_due=now).execution_options(synchronize_session=False))
