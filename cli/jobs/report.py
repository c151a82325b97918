"""What a crawl came to, as `crawl --json` prints it: what was looked at, what was left alone and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from crawler.plan import SourcePlan
from crawler.retry import LONGEST_REST
from crawler.run import Fetched
from storage import tables
from storage.crawls import Report, add_changes
from storage.database import Database
from storage.known import rest_of
from storage.sources import SourceHealth


def resting_sources(database: Database, now: datetime) -> dict[str, SourceHealth]:
    """The sources whose server asked us to come back later than `now`, as they were when it did.

    A moment that no server can have asked for was written by a clock that has been set back since.
    """
    with database.read() as session:
        rows = session.scalars(
            select(tables.Source).where(
                tables.Source.not_before > now, tables.Source.not_before <= now + timedelta(seconds=LONGEST_REST)
            )
        )
        return {row.name: SourceHealth(row.state, [_left_alone(row)]) for row in rows}


def _left_alone(row: tables.Source) -> str:
    was = f"; when it did, {row.reason}" if row.reason else ""
    return f"its server asked to be left alone until {_utc(row.not_before)}, so nothing was asked{was}"


def make_report(
    database: Database,
    crawl_id: int,
    plans: Sequence[SourcePlan],
    healths: Mapping[str, SourceHealth],
    fetched: Fetched,
    *,
    now: datetime,
) -> Report:
    """`healths`: of the sources of `plans`, and of those that were left alone."""
    report = Report(crawl_id, requests=fetched.requests, not_modified=fetched.not_modified)
    with database.read() as session:
        add_changes(session, report)
    looked_at = {plan.source.name: _looked_at(database, plan, now) for plan in plans}
    for plan in plans:
        report.unchanged += len(plan.ledger.unchanged)
        report.quarantined += healths[plan.source.name].quarantined
        report.failures += [{"url": url, "cause": cause} for url, cause in plan.ledger.failed]
    for name, health in healths.items():
        report.sources.append(
            {"name": name, "state": health.state, "reasons": health.reasons, "asked": name in looked_at}
            | looked_at.get(name, {})
        )
    report.failed = len(report.failures)
    if fetched.stopped_by:
        report.outcome = "interrupted"
    elif healths and all(health.state == "broken" for health in healths.values()):
        report.outcome = "failed"
    elif report.failed:
        report.outcome = "partial"
    return report


def _looked_at(database: Database, plan: SourcePlan, now: datetime) -> dict[str, Any]:
    with database.read() as session:
        rest = rest_of(session, plan.ledger.source_id, now)
    return {
        "seeds": len(plan.results),
        "seeds_read": sum(seed.read for seed in plan.results.values()),
        "listed": sum(seed.listed for seed in plan.results.values()),
        "known": rest.known,
        "not_due": rest.not_due,
        "next_due": _utc(rest.next_due) if rest.next_due else None,
    }


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else ""
