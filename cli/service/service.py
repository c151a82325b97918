"""The service: a timetable, and for each of its jobs a process of its own."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from cli.exits import Exit
from cli.service.children import Children, Ended
from cli.service.notify import ALIVE, READY, STOPPING, notify
from cli.service.ping import ping
from cli.service.plan import Plan
from cli.signals import StopSignals
from cli.timetable import MAIL_LOOK, RECOVERY, Moment

log = logging.getLogger("service")

CRAWL_DEADLINE = 6 * 3600.0
TURN_DEADLINE = 3600.0
CLOCK_LOOK = 15.0  # seconds; a few milliseconds of CPU an hour
BUSY_AGAIN = timedelta(minutes=1)
# After crawls that did not come to an end; the first of these does not cost readers a crawl.
BACKOFF = (timedelta(0), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
READ = (Exit.DONE, Exit.SOME_UNREAD, Exit.SOURCE_BROKEN)  # a crawl that came to its end
CRAWL_NOTE = "service crawl"  # as in cli.jobs.trouble


@dataclass
class Service:
    plan: Plan
    children: Children
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        self.times = self.plan.times
        self.last_crawl = self.plan.last_crawl
        self.next_mail: datetime | None = None
        self.crashes = 0
        self.not_before: datetime | None = None
        self.notes: dict[str, str] = {}
        self._turning, self._crawling = threading.Lock(), threading.Lock()
        self.scheduler = BackgroundScheduler(
            timezone=self.times.zone,
            executors={"default": ThreadPoolExecutor(6)},
            job_defaults={"misfire_grace_time": 3600, "coalesce": True, "max_instances": 1},
        )

    def serve(self, signals: StopSignals) -> int:
        """Work until a signal; its number."""
        self.declare()
        self.scheduler.start()
        notify(READY)
        before = self.moment()
        try:
            while not (number := signals.wait(CLOCK_LOOK)):
                now = self.moment()
                if before.clock_was_set(now):
                    log.warning("the clock was set, or the machine slept: looking at what was missed")
                    self.declare()
                before = now
                notify(ALIVE)
        finally:
            notify(STOPPING)
            # Crawls first: a job that ends by itself now would start the next one.
            self.children.stop()
            self.scheduler.shutdown(wait=False)
        return number

    def declare(self) -> None:
        """Put the jobs on the timetable, as seen from now: what was missed runs at once."""
        now, times = self.clock(), self.times
        crawl_at = times.next_crawl(self.last_crawl, now)
        # An archive that was never crawled has nothing to welcome a reader with; its crawl brings a turn of its own.
        recover_at = now if self.last_crawl is not None else now + RECOVERY
        jobs = (
            ("crawl", self.crawl, times.crawl_trigger(), crawl_at),
            ("daily digests", self.turn, times.daily_trigger(), times.next_daily(now)),
            ("weekly digests", self.turn, times.weekly_trigger(), times.next_weekly(now)),
            ("recovery", self.turn, _every(RECOVERY, times.zone), recover_at),
            ("waiting mail", self.send_again, _every(MAIL_LOOK, times.zone), now + MAIL_LOOK),
        )
        for name, job, trigger, first in jobs:
            self.scheduler.add_job(job, trigger, id=name, next_run_time=first, replace_existing=True)
        log.info("on the timetable", extra={"crawl": str(times.crawl), "next_crawl": _shown(crawl_at)})

    def crawl(self) -> None:
        """One scheduled crawl, and right after it the mails that it makes due."""
        now = self.clock()
        if self.not_before is not None and now < self.not_before:
            log.info("no crawl yet after the last one failed", extra={"until": _shown(self.not_before)})
            return
        if not self._crawling.acquire(blocking=False):
            return
        try:
            ping(self.plan.ping_url, "start")
            ended = self.children.run(["crawl", "--json"], CRAWL_DEADLINE)
            if ended is None:
                return
            self.crawled(ended, now)
        finally:
            self._crawling.release()
        self.turn()

    def crawled(self, ended: Ended, began: datetime) -> None:
        """Read a crawl's end: log it, tell the dead-man's switch, and back off from one that crashes."""
        if ended.code == Exit.BUSY and not ended.overdue:
            log.info("another crawl is at work; trying again shortly")
            self._again_soon()
            return
        if ended.code in READ:
            self.last_crawl, self.crashes, self.not_before = began, 0, None
            self.notes[CRAWL_NOTE] = ""
            log_report(ended)
        else:
            self._crashed(ended)
        ping(self.plan.ping_url, "success" if ended.code in (Exit.DONE, Exit.SOME_UNREAD) else "fail")

    def turn(self) -> None:
        """Recover, write what is due, send what waits. One at a time; who comes second still gets its own turn."""
        with self._turning:
            notes = dict(self.notes)
            options = [part for key, text in notes.items() for part in ("--note", f"{key}={text}")]
            ended = self.children.run(["run", "--turn", *options], TURN_DEADLINE)
            if ended is None:
                return
            self.next_mail = None
            if ended.code == Exit.BUSY:
                self.next_mail = self.clock() + BUSY_AGAIN
            elif (document := document_of(ended)) is None:
                log.error("writing and sending mails failed", extra={"cause": str(ended)})
            else:
                self._turned(document, notes)

    def send_again(self) -> None:
        if self.next_mail is not None and self.next_mail <= self.clock():
            self.turn()

    def moment(self) -> Moment:
        return Moment(self.clock(), time.monotonic())

    def _turned(self, document: dict[str, Any], notes: dict[str, str]) -> None:
        for key, text in notes.items():
            if self.notes.get(key) == text:
                del self.notes[key]
        again = document.pop("next_attempt")
        self.next_mail = datetime.fromisoformat(again) if again else None
        if said := {name: value for name, value in document.items() if value}:
            level = logging.WARNING if document["reason"] or document["unwritten"] else logging.INFO
            log.log(level, "mails", extra=said)

    def _crashed(self, ended: Ended) -> None:
        self.crashes += 1
        # A full disk does not empty itself within seconds; anything else may have been bad luck, once.
        steps = self.crashes + (ended.code == Exit.DATABASE)
        wait = BACKOFF[min(steps, len(BACKOFF)) - 1]
        self.not_before = self.clock() + wait
        self.notes[CRAWL_NOTE] = crash_note(ended)
        log.error("a crawl did not come to its end", extra={"cause": str(ended), "wait_minutes": wait.seconds // 60})

    def _again_soon(self) -> None:
        job, soon = self.scheduler.get_job("crawl"), self.clock() + BUSY_AGAIN
        if job is not None and job.next_run_time > soon:
            job.modify(next_run_time=soon)


def crash_note(ended: Ended) -> str:
    """What the operator is told of a crawl that crashed."""
    return (
        f"A crawl did not come to its end: it {'was ' if ended.code < 0 else ''}{ended}."
        f"{' The disk is full or nearly so, or the archive is damaged.' if ended.code == Exit.DATABASE else ''}"
        " `nieuwswacht check` looks for the cause; the service keeps trying."
    )


def log_report(ended: Ended) -> None:
    report = document_of(ended) or {}
    counts = ("new", "edited", "moved", "gone", "returned", "quarantined", "unchanged", "failed", "requests")
    said = {name: report[name] for name in counts if report.get(name)}
    said |= {
        source["name"]: f"{source['state']}: {'; '.join(source['reasons'])}"
        for source in report.get("sources", ())
        if source["state"] != "ok"
    }
    level = logging.INFO if ended.code == Exit.DONE else logging.WARNING
    log.log(level, "crawl", extra={"crawl_id": report.get("crawl_id"), "outcome": report.get("outcome"), **said})


def document_of(ended: Ended) -> dict[str, Any] | None:
    """What a job printed, when it came far enough to print it."""
    try:
        found: dict[str, Any] = json.loads(ended.output)
    except ValueError:
        return None
    return found


def _every(span: timedelta, zone: Any) -> IntervalTrigger:
    return IntervalTrigger(seconds=span.total_seconds(), timezone=zone)


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
