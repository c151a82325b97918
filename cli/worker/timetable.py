"""The timetable: one of the workers keeps it for all, and another as soon as that one is gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from cli.timetable import RECOVERY, Times
from cli.worker.jobs import STALLED, Jobs
from storage.errors import LockHeld
from storage.locks import held_at

log = logging.getLogger("worker")
_ELECTION = 5.0  # seconds between two tries to become the one


@dataclass
class Timetable:
    """`last_crawl` asks the archive when the last crawl that came to its end had begun."""

    jobs: Jobs
    times: Times
    sources: Iterable[str]
    lock_place: Path | str
    last_crawl: Callable[[], datetime | None]
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    async def keep(self) -> None:
        """Wait to be the one, then keep the timetable until cancelled.

        The lock is a session of the server's. Were it lost unnoticed, two would keep the timetable for a while, and
        the queue would take each job from one of them only.
        """
        with ExitStack() as lock:
            while True:
                try:
                    await asyncio.to_thread(lock.enter_context, held_at(self.lock_place, "run"))
                    break
                except LockHeld:
                    await asyncio.sleep(_ELECTION)
            log.info("keeping the timetable", extra={"crawl": str(self.times.crawl)})
            scheduler = AsyncIOScheduler(
                timezone=self.times.zone,
                job_defaults={"misfire_grace_time": 3600, "coalesce": True, "max_instances": 1},
            )
            await self._declare(scheduler)
            scheduler.start()
            try:
                await asyncio.Event().wait()
            finally:
                scheduler.shutdown(wait=False)

    async def _declare(self, scheduler: AsyncIOScheduler) -> None:
        """The jobs as seen from now: what was missed runs at once."""
        now, times = self.clock(), self.times
        crawl_at = times.next_crawl(await asyncio.to_thread(self.last_crawl), now)
        recovery = IntervalTrigger(seconds=RECOVERY.total_seconds(), timezone=times.zone)
        looking = IntervalTrigger(seconds=STALLED / 2, timezone=times.zone)
        for name, job, trigger, first in (
            ("crawl", self._crawl_all, times.crawl_trigger(), crawl_at),
            ("daily digests", self._turn, times.daily_trigger(), times.next_daily(now)),
            ("weekly digests", self._turn, times.weekly_trigger(), times.next_weekly(now)),
            ("recovery", self._turn, recovery, now + RECOVERY),
            ("lost workers", self.jobs.recover, looking, now + timedelta(seconds=1)),
        ):
            scheduler.add_job(job, trigger, id=name, next_run_time=first)

    async def _crawl_all(self) -> None:
        for source in self.sources:
            await self.jobs.want_crawl(source)

    async def _turn(self) -> None:
        await self.jobs.want_turn({})
