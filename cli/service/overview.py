"""Four questions and their answers: did we look, did we find, did we tell, when next. And what needs a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.deliveries import BACKLOG_AFTER, WAITING
from alerts.installation import SENDING_PAUSED, setting
from alerts.notices import open_notices
from cli.service.turn import LAST_TURN
from cli.timetable import Times
from storage import tables
from storage.acceptance import count_open_quarantine
from storage.crawls import last_crawl, last_scheduled

Utc = Callable[[datetime | None], str | None]
MISSED = 3  # crawls in a row without a good one: then somebody should look
PATIENCE = timedelta(minutes=10)  # and this long, for a crawl may take longer than the pause between two

NOTHING: dict[str, Any] = {
    "looked": {"last_crawl": None, "last_good": None, "crawling": False, "sources": []},
    "found": {
        "articles": 0, "gone": 0, "changes_24_hours": 0, "changes_7_days": 0, "quarantine": 0, "failures_last_crawl": 0,
    },
    "told": {
        "last_digest": None, "subscriptions": 0, "paused": [], "waiting": 0, "oldest_waiting": None, "failed": 0,
        "sending_paused": False,
    },
    "next": {"service": "stopped", "last_turn": None, "crawl": None, "daily": None, "weekly": None},
    "notices": [],
    "problems": [],
}  # fmt: skip


def looked(session: Session, utc: Utc, now: datetime, *, crawling: bool) -> dict[str, Any]:
    crawl, good = last_crawl(session, finished=not crawling), last_scheduled(session, good=True)
    sources = session.scalars(select(tables.Source).order_by(tables.Source.name)).all()
    return {
        "last_crawl": _crawl(crawl, utc) if crawl else None,
        "last_good": utc(good.finished) if good else None,
        "crawling": crawling,
        "sources": [
            {
                "name": source.name,
                "state": source.state,
                "since": utc(source.state_since),
                "reason": source.reason,
                "last_good": utc(source.last_good),
                "resting_until": utc(source.not_before) if source.not_before and source.not_before > now else None,
            }
            for source in sources
        ],
    }


def found(session: Session, now: datetime) -> dict[str, Any]:
    states = dict(session.execute(select(tables.Article.state, func.count()).group_by(tables.Article.state)).all())
    crawl = last_crawl(session)
    failures = (
        select(func.count()).select_from(tables.Failure).where(tables.Failure.crawl_id == (crawl.id if crawl else 0))
    )
    return {
        "articles": states.get("live", 0) + states.get("gone", 0),
        "gone": states.get("gone", 0),
        "changes_24_hours": _changes(session, now - timedelta(days=1)),
        "changes_7_days": _changes(session, now - timedelta(days=7)),
        "quarantine": count_open_quarantine(session),
        "failures_last_crawl": session.scalar(failures) or 0,
    }


def told(session: Session, utc: Utc) -> dict[str, Any]:
    digest = session.scalars(select(tables.Digest).order_by(tables.Digest.id.desc()).limit(1)).first()
    states = select(tables.Subscription.state, tables.Subscription.address).order_by(tables.Subscription.address)
    readers = session.execute(states).all()
    waiting, oldest = session.execute(
        select(func.count(), func.min(tables.Mail.created)).where(tables.Mail.state.in_((*WAITING, "sending")))
    ).one()
    failed = select(func.count()).select_from(tables.Mail).where(tables.Mail.state == "failed")
    return {
        "last_digest": {"created": utc(digest.created), "kind": digest.kind, "entries": digest.entries}
        if digest
        else None,
        "subscriptions": sum(state == "active" for state, _ in readers),
        "paused": sorted({address for state, address in readers if state == "paused"}),
        "waiting": waiting,
        "oldest_waiting": utc(oldest),
        "failed": session.scalar(failed) or 0,
        "sending_paused": bool(setting(session, SENDING_PAUSED)),
    }


def coming(session: Session, utc: Utc, times: Times, now: datetime, *, serving: bool) -> dict[str, Any]:
    """What the timetable says, which holds only while the service runs."""
    last = last_scheduled(session)
    return {
        "service": "running" if serving else "stopped",
        "last_turn": setting(session, LAST_TURN) or None,
        "crawl": utc(times.next_crawl(last.started if last else None, now)) if serving else None,
        "daily": utc(times.next_daily(now)) if serving else None,
        "weekly": utc(times.next_weekly(now)) if serving else None,
    }


def notices(session: Session, utc: Utc) -> list[dict[str, Any]]:
    return [{"key": one.key, "text": one.text, "since": utc(one.opened_at)} for one in open_notices(session)]


def problems(session: Session, document: dict[str, Any], times: Times, now: datetime) -> list[str]:
    """What needs a person, each with the next step."""
    noticed = [notice["text"] for notice in document["notices"]]
    ill = [
        f"Source {source['name']}: {source['reason'] or source['state']}. `nieuwswacht check` looks closer."
        for source in document["looked"]["sources"]
        if source["state"] != "ok" and not any(text.startswith(f"{source['name']}: ") for text in noticed)
    ]
    return [*noticed, *ill, *_untold(document, now), *_unseen(session, document, times, now)]


def _untold(document: dict[str, Any], now: datetime) -> list[str]:
    told = document["told"]
    quarantine, failed = document["found"]["quarantine"], told["failed"]
    keys = {notice["key"].partition(":")[0] for notice in document["notices"]}
    found = []
    if quarantine and "quarantine" not in keys:
        found.append(f"{quarantine} version(s) in quarantine, not told to readers; look with `nieuwswacht quarantine`.")
    if failed and not keys & {"mail", "refused", "operator's mail"}:
        found.append(
            f"{failed} mail(s) failed; `nieuwswacht outbox` says why, `nieuwswacht outbox retry` sends them again."
        )
    if told["sending_paused"]:
        found.append("Sending is paused; `nieuwswacht resume` lets mails leave again.")
    elif told["oldest_waiting"] and "outbox" not in keys:
        oldest = datetime.fromisoformat(told["oldest_waiting"])
        if now - oldest > BACKLOG_AFTER:
            found.append(f"{told['waiting']} mail(s) wait, for more than two hours; `nieuwswacht outbox` says why.")
    return found


def _unseen(session: Session, document: dict[str, Any], times: Times, now: datetime) -> list[str]:
    """Crawls that should have been: asked only where a service has run, since others crawl when they like."""
    good = last_scheduled(session, good=True)
    last = good.finished if good else None
    serving = document["next"]["service"] == "running"
    began = document["next"]["last_turn"]
    if not serving and not began:
        return []
    if last is None:
        last = datetime.fromisoformat(began) if began and not serving else None
    if last is None or now - last < PATIENCE or not times.crawls_missed(last, now, MISSED):
        return []
    start = "" if serving else "; the service is not running: start `nieuwswacht run`"
    return [f"No crawl could read its sources since {last:%Y-%m-%d %H:%M} UTC{start}."]


def _crawl(crawl: tables.Crawl, utc: Utc) -> dict[str, Any]:
    return {
        "id": crawl.id,
        "kind": crawl.kind,
        "started": utc(crawl.started),
        "finished": utc(crawl.finished),
        "outcome": crawl.outcome,
        "requests": crawl.report.get("requests", 0),
        "failed": crawl.report.get("failed", 0),
    }


def _changes(session: Session, since: datetime) -> int:
    query = select(func.count()).select_from(tables.Change)
    return session.scalar(query.where(tables.Change.detected >= since, tables.Change.tellable.is_(True))) or 0
