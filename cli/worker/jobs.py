"""What is in the queue: a crawl of one source, and a turn of mails; each starts a process, as the service does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation

from cli.exits import Exit
from cli.service.children import Children, Ended
from cli.service.ping import ping
from cli.service.service import (
    CRAWL_DEADLINE,
    CRAWL_NOTE,
    READ,
    TURN_DEADLINE,
    crash_note,
    document_of,
    log_report,
)

log = logging.getLogger("worker")
CRAWLS, MAILS = "crawls", "mails"
BUSY_AGAIN = 60  # seconds
STALLED = 20.0  # seconds without a sign of life, after which a worker's jobs are another's


@dataclass
class Jobs:
    """`hosts`: source -> the lock of its hosts, which no two crawls hold at once."""

    queue: procrastinate.App
    children: Children
    hosts: Mapping[str, str]
    threads: ThreadPoolExecutor
    ping_url: str = ""
    _tasks: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tasks = {
            "crawl": self.queue.task(name="crawl", queue=CRAWLS)(self.crawl),
            "turn": self.queue.task(name="turn", queue=MAILS)(self.turn),
            "later turn": self.queue.task(name="later turn", queue=MAILS)(self.want_turn),
        }

    async def crawl(self, source: str) -> None:
        """One crawl of a source, and right after it the mails that it makes due."""
        await self._ping("start")
        ended = await self._run(["crawl", "--json", "--source", source], CRAWL_DEADLINE)
        if ended is None:  # this worker is asked to stop: another takes it over
            await self.want_crawl(source)
            return
        if ended.code == Exit.BUSY and not ended.overdue:
            log.info("another crawl of it is at work; trying again shortly", extra={"source": source})
            await self.want_crawl(source, schedule_in={"seconds": BUSY_AGAIN})
            return
        came_to_its_end = ended.code in READ
        if came_to_its_end:
            log_report(ended)
        else:
            log.error("a crawl did not come to its end", extra={"source": source, "cause": str(ended)})
        await self._ping("success" if ended.code in (Exit.DONE, Exit.SOME_UNREAD) else "fail")
        await self.want_turn({f"{CRAWL_NOTE} {source}": "" if came_to_its_end else f"{source}: {crash_note(ended)}"})

    async def turn(self, notes: Mapping[str, str]) -> None:
        """Recover, write what is due, send what waits; for all turns that are asked for by now, with their notes."""
        waiting = list(await self.queue.job_manager.list_jobs_async(task="turn", status="todo"))
        noted: list[Any] = [notes, *(job.task_kwargs["notes"] for job in waiting)]
        together = {key: text for each in noted for key, text in each.items()}
        options = [part for key, text in together.items() for part in ("--note", f"{key}={text}")]
        ended = await self._run(["run", "--turn", *options], TURN_DEADLINE)
        document = document_of(ended) if ended is not None else None
        if ended is None:
            await self.want_turn(notes)
        elif ended.code == Exit.BUSY:
            once = {} if notes else {"queueing_lock": "turn again"}
            await self._want_turn_later(notes, schedule_in={"seconds": BUSY_AGAIN}, **once)
        elif document is None:
            log.error("writing and sending mails failed", extra={"cause": str(ended)})
        else:
            for job in waiting:  # only now: had this one been lost, they would have been needed
                if job.id is not None:
                    await self.queue.job_manager.cancel_job_by_id_async(job.id, delete_job=True)
            if again := document.pop("next_attempt"):
                await self._want_turn_later({}, schedule_at=datetime.fromisoformat(again), queueing_lock="waiting mail")
            if said := {name: value for name, value in document.items() if value}:
                log.log(
                    logging.WARNING if document["reason"] or document["unwritten"] else logging.INFO,
                    "mails",
                    extra=said,
                )

    async def want_crawl(self, source: str, **options: Any) -> None:
        """Put a crawl of this source into the queue, unless one waits there."""
        await self._want(
            "crawl", {"lock": self.hosts[source], "queueing_lock": f"crawl {source}", **options}, source=source
        )

    async def want_turn(self, notes: Mapping[str, str]) -> None:
        """Put a turn of mails into the queue; one without notes only where none waits."""
        once = {} if notes else {"queueing_lock": "turn"}
        await self._want("turn", {"lock": "turn", **once}, notes=dict(notes))

    async def _want_turn_later(self, notes: Mapping[str, str], **when: Any) -> None:
        """Without its lock until then: a job that waits for its time keeps all others of its lock waiting too."""
        await self._want("later turn", when, notes=dict(notes))

    async def recover(self) -> None:
        """Put back what a worker had begun that gives no sign of life."""
        for job in await self.queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            log.warning("a worker was lost; its job is put back", extra={"job": job.task_name, **job.task_kwargs})
            try:
                await self.queue.job_manager.retry_job(job)
            except UniqueViolation:  # the same job waits already
                status = procrastinate.jobs.Status.FAILED
                await self.queue.job_manager.finish_job(job, status=status, delete_job=True)

    async def _want(self, task: str, options: dict[str, Any], **arguments: Any) -> None:
        try:
            await self._tasks[task].configure(**options).defer_async(**arguments)
        except AlreadyEnqueued:
            log.debug("it waits in the queue already", extra={"job": task, **arguments})

    async def _run(self, command: Sequence[str], deadline: float) -> Ended | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, self.children.run, command, deadline)

    async def _ping(self, what: Literal["start", "success", "fail"]) -> None:
        if self.ping_url:
            await asyncio.get_running_loop().run_in_executor(self.threads, ping, self.ping_url, what)
