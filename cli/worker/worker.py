"""One worker: takes jobs from the queue until it is asked to stop, and tries to be the one who keeps the timetable."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import procrastinate
from procrastinate.exceptions import ConnectorException

from cli.service.children import Children
from cli.service.plan import Plan
from cli.signals import StopSignals
from cli.worker.jobs import CRAWLS, MAILS, STALLED, Jobs
from cli.worker.queue import queue_at
from cli.worker.timetable import Timetable
from storage.crawls import last_scheduled
from storage.errors import DatabaseUnusable

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.seeds import Source
    from storage.database import Database


async def work(
    database: Database, sources: Iterable[Source], plan: Plan, children: Children, crawls: int, signals: StopSignals
) -> int:
    """Work until a signal; its number. At most `crawls` sources at once. Raises DatabaseUnusable."""
    locks = host_locks({source.name: source.locks - {source.name} for source in sources})
    threads = ThreadPoolExecutor(crawls + 1)
    jobs = Jobs(queue_at(database.url), children, locks, threads, plan.ping_url)

    def last_crawl() -> datetime | None:
        with database.read() as session:
            last = last_scheduled(session)
        return last.started if last else None

    timetable = Timetable(jobs, plan.times, list(locks), plan.lock_place, last_crawl)
    try:
        async with jobs.queue.open_async():
            return await _until_stopped(jobs, timetable, crawls, signals)
    except ConnectorException as error:
        raise DatabaseUnusable(f"the queue on the database server cannot be used: {error}") from error


async def _until_stopped(jobs: Jobs, timetable: Timetable, crawls: int, signals: StopSignals) -> int:
    at_work = [
        asyncio.create_task(work)
        for work in (timetable.keep(), _take(jobs.queue, CRAWLS, crawls), _take(jobs.queue, MAILS, 1))
    ]
    number = 0
    while not number and not any(task.done() for task in at_work):
        number = await asyncio.to_thread(signals.wait, 0.5)
    for task in at_work:
        task.cancel()  # no more jobs are taken; what is at work is ended now, and puts its job back
    await asyncio.to_thread(jobs.children.stop)
    for task in at_work:
        with suppress(asyncio.CancelledError):
            await task
    return number


async def _take(queue: procrastinate.App, kind: str, concurrency: int) -> None:
    """Jobs of one kind, so many at once: crawls that take hours keep no mail waiting."""
    await queue.run_worker_async(
        queues=[kind],
        concurrency=concurrency,
        install_signal_handlers=False,
        update_heartbeat_interval=STALLED / 4,
        stalled_worker_timeout=STALLED,
        delete_jobs="always",  # what came of them stands in the archive and in the log
    )


def host_locks(hosts: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Source -> lock. Sources that share a host, also by way of a third, share a lock: a host hears one worker."""
    locks: dict[str, str] = {}
    for source in sorted(hosts):
        together = {source}
        while grown := {other for other in hosts if any(hosts[other] & hosts[one] for one in together)} - together:
            together |= grown
        locks[source] = f"hosts of {min(together)}"
    return locks
