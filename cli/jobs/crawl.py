"""One crawl, from the seeds to what readers may be told: the straight line, read aloud."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from alerts.judge import judge
from alerts.watch import Watch
from cli.exits import Exit
from cli.jobs.report import make_report, resting_sources
from cli.jobs.trouble import note_events, note_no_crawl, note_trouble
from crawler.plan import SourcePlan
from crawler.reading import reader
from crawler.run import Fetched, fetch
from crawler.seeds import Source
from crawler.settings import FetchOptions
from storage.baseline import seeds_past_baseline
from storage.crawls import Report, begin, end
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.integrity import require_space
from storage.known import Known
from storage.ledger import SourceLedger
from storage.locks import crawling
from storage.sources import SourceHealth, source_row


@dataclass(frozen=True)
class Task:
    """What to crawl of one source. Empty `seeds` and `targets`: nothing but what is due."""

    source: Source
    seeds: Sequence[str]
    targets: Sequence[Known] | None = None
    every: bool = False


@dataclass(frozen=True)
class CrawlContext:
    """What a crawl needs of the configuration."""

    options: FetchOptions
    gone_after: timedelta
    watches: Sequence[Watch]
    language: str = "nl"
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    progress: Callable[[int, int], None] = lambda _done, _asked: None
    min_free: int = 0  # bytes the archive's disk must have left for a crawl to start


@dataclass
class Crawled:
    report: Report
    healths: dict[str, SourceHealth]
    exit_code: int


def crawl(database: Database, tasks: Sequence[Task], context: CrawlContext, *, kind: str = "crawl") -> Crawled:
    """Fetch, record, settle, judge. Raises LockHeld when another crawl is at work on one of them, and
    DatabaseUnusable when the archive cannot be used, or could not grow.
    """
    _require_space(database, context)
    locked = frozenset[str]().union(*(task.source.locks for task in tasks))
    with crawling(database, locked):
        crawl_id = begin(database, kind, context.clock(), os.getpid(), locked)
        resting = resting_sources(database, context.clock())
        plans = [_plan(database, crawl_id, task, context) for task in tasks if task.source.name not in resting]
        first = {plan.source.name for plan in plans if plan.seeds and not plan.past_baseline}
        fetched = fetch(plans, context.options) if plans else Fetched()
        stopped = bool(fetched.stopped_by)
        whole = kind == "crawl" and not stopped
        healths = {
            plan.source.name: plan.ledger.finish(
                plan.results.values(),
                whole=whole,
                every=plan.every,
                stopped=stopped,
                note=partial(note_events, source=plan.source.name, crawl_id=crawl_id, now=context.clock()),
            )
            for plan in plans
        }
        asleep = {task.source.name: resting[task.source.name] for task in tasks if task.source.name in resting}
        report = make_report(database, crawl_id, plans, healths | asleep, fetched, now=context.clock())
        report.baseline = bool(first) and kind == "crawl"
        end(database, report, context.clock())
        with database.write() as session:
            methods = {plan.source.name: plan.ledger.methods for plan in plans}
            note_trouble(session, healths, methods, report, context.clock())
            judge(session, context.watches, language=context.language)
    return Crawled(report, healths | asleep, _exit_code(report, healths | asleep, fetched))


def _require_space(database: Database, context: CrawlContext) -> None:
    try:
        require_space(database, context.min_free)
    except DatabaseUnusable as error:
        note_no_crawl(database, str(error), context.clock())
        raise


def _plan(database: Database, crawl_id: int, task: Task, context: CrawlContext) -> SourcePlan:
    with database.write() as session:
        source = source_row(session, task.source.name)
        source.not_before, source_id = None, source.id  # it is over, or a clock wrote it that has been set back since
    with database.read() as session:
        past_baseline = frozenset(seeds_past_baseline(session, source_id))
    read = reader(task.source.rules)
    ledger = SourceLedger(database, crawl_id, source_id, context.clock, context.gone_after, read)
    ledger.open()
    return SourcePlan(task.source, ledger, task.seeds, past_baseline, task.every, task.targets, context.progress)


def _exit_code(report: Report, healths: dict[str, SourceHealth], fetched: Fetched) -> int:
    if fetched.stopped_by:
        return 128 + fetched.stopped_by
    if any(health.state == "broken" for health in healths.values()):
        return Exit.SOURCE_BROKEN
    return Exit.SOME_UNREAD if report.failed else Exit.DONE
