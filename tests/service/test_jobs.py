"""What the service does with the ways its jobs can end. The jobs are fakes here; test_service.py has real ones."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.service.children import Children, Ended
from cli.service.plan import Plan
from cli.service.service import BACKOFF, CRAWL_NOTE, Service
from cli.signals import StopSignals
from tests.service.conftest import wait_until

NOON = datetime(2025, 5, 1, 10, 0, tzinfo=UTC)
QUIET = {"settled_crawls": [], "written": 0, "unwritten": [], "sent": 0, "waiting": 0, "failed": 0, "reason": ""}
GOOD_CRAWL = Ended(0, json.dumps({"crawl_id": 1, "outcome": "finished", "sources": []}))


class Jobs(Children):
    """Ends each job as told: crawls in the order of `crawls`, turns as `turned`."""

    def __init__(self, *crawls: Ended | None, turned: Ended | None = None, next_attempt: str | None = None) -> None:
        super().__init__()
        self.crawls, self.commands = list(crawls), list[list[str]]()
        self.turned = turned or Ended(0, json.dumps({**QUIET, "next_attempt": next_attempt}))

    def run(self, command: Sequence[str], deadline: float) -> Ended | None:
        self.commands.append(list(command))
        return self.crawls.pop(0) if command[0] == "crawl" else self.turned

    @property
    def names(self) -> list[str]:
        return [command[1].removeprefix("--") if command[0] == "run" else command[0] for command in self.commands]


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def service(jobs: Jobs, clock: Clock, last_crawl: datetime | None = None) -> Service:
    plan = Plan("archive.db", "every 10 minutes", "07:30", "mon 07:30", "Europe/Amsterdam", last_crawl=last_crawl)
    return Service(plan, jobs, clock)


class Signals(StopSignals):
    """Nothing for three looks at the clock, then TERM."""

    looks = 0

    def wait(self, seconds: float) -> int:
        self.looks += 1
        return signal.SIGTERM if self.looks > 3 else 0


def test_systemd_hears_at_each_look_at_the_clock_that_the_service_is_alive(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        clock.now = datetime.now(UTC)  # the scheduler has no other
        assert service(Jobs(), clock, last_crawl=clock.now).serve(Signals()) == signal.SIGTERM
        heard = [systemd.recv(64).decode() for _ in range(5)]
    assert heard == ["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]


def test_mails_are_made_right_after_each_crawl(clock: Clock) -> None:
    jobs = Jobs(GOOD_CRAWL)
    service(jobs, clock).crawl()
    assert jobs.names == ["crawl", "turn"]


def test_nothing_is_started_any_more_once_the_service_stops(clock: Clock) -> None:
    jobs = Jobs(None)
    service(jobs, clock).crawl()
    assert jobs.names == ["crawl"]


def test_r82_a_full_disk_opens_a_notice_and_is_not_met_by_a_crash_loop(clock: Clock) -> None:
    jobs = Jobs(*[Ended(8)] * 3, GOOD_CRAWL)
    at_work = service(jobs, clock)
    at_work.crawl()
    assert jobs.commands[-1][:2] == ["run", "--turn"]
    assert (
        f"{CRAWL_NOTE}=A crawl did not come to its end: it ended with exit code 8. The disk is full or nearly so"
        in jobs.commands[-1][3]
    )
    at_work.crawl()
    assert jobs.names.count("crawl") == 1, "backs off"
    for wait, crawls in ((BACKOFF[1], 2), (BACKOFF[2], 3), (BACKOFF[3], 4)):
        clock.now += wait - timedelta(seconds=1)
        at_work.crawl()
        assert jobs.names.count("crawl") == crawls - 1
        clock.now += timedelta(seconds=1)
        at_work.crawl()
        assert jobs.names.count("crawl") == crawls
    assert jobs.commands[-1] == ["run", "--turn", "--note", f"{CRAWL_NOTE}="], "it is over"
    clock.now += timedelta(seconds=1)
    assert at_work.not_before is None


def test_one_crash_costs_no_crawl_and_the_second_in_a_row_backs_off(clock: Clock) -> None:
    jobs = Jobs(Ended(-11), Ended(-11), GOOD_CRAWL)
    at_work = service(jobs, clock)
    at_work.crawl()
    assert "it was killed by SIGSEGV" in jobs.commands[-1][3]
    at_work.crawl()
    at_work.crawl()
    assert jobs.names.count("crawl") == 2


def test_a_notice_that_could_not_be_stored_is_offered_again(clock: Clock) -> None:
    jobs = Jobs(Ended(8), turned=Ended(8))
    at_work = service(jobs, clock)
    at_work.crawl()
    jobs.turned = Ended(0, json.dumps({**QUIET, "next_attempt": None}))
    at_work.turn()
    at_work.turn()
    assert [len(command) for command in jobs.commands if command[0] == "run"] == [4, 4, 2]


def test_a_broken_source_is_an_answer_and_not_a_crash(clock: Clock) -> None:
    broken = Ended(5, json.dumps({"sources": [{"name": "a", "state": "broken", "reasons": ["no seed"]}]}))
    jobs = Jobs(broken, GOOD_CRAWL)
    at_work = service(jobs, clock)
    at_work.crawl()
    at_work.crawl()
    assert at_work.last_crawl == NOON
    assert jobs.names == ["crawl", "turn", "crawl", "turn"]


def test_a_crawl_of_somebody_else_is_waited_for(clock: Clock) -> None:
    jobs = Jobs(Ended(7))
    at_work = service(jobs, clock, last_crawl=NOON)
    at_work.declare()
    at_work.scheduler.start(paused=True)
    at_work.crawl()
    job = at_work.scheduler.get_job("crawl")
    at_work.scheduler.shutdown(wait=False)
    assert job.next_run_time == NOON + timedelta(minutes=1)
    assert at_work.crashes == 0


def test_waiting_mail_is_offered_again_when_its_back_off_is_over_and_not_before(clock: Clock) -> None:
    jobs = Jobs(next_attempt="2025-05-01T10:05:00Z")
    at_work = service(jobs, clock)
    at_work.turn()
    clock.now += timedelta(minutes=4)
    at_work.send_again()
    assert jobs.names == ["turn"]
    clock.now += timedelta(minutes=1)
    jobs.turned = Ended(0, json.dumps({**QUIET, "sent": 1, "next_attempt": None}))
    at_work.send_again()
    at_work.send_again()
    assert jobs.names == ["turn", "turn"]


def test_a_digest_of_somebody_else_is_waited_for(clock: Clock) -> None:
    jobs = Jobs(turned=Ended(7))
    at_work = service(jobs, clock)
    at_work.turn()
    clock.now += timedelta(minutes=1)
    at_work.send_again()
    assert jobs.names == ["turn", "turn"]


def test_jobs_missed_while_the_service_was_down_are_due_at_its_start(clock: Clock) -> None:
    at_work = service(Jobs(), clock, last_crawl=NOON - timedelta(days=3))
    at_work.declare()
    at_work.scheduler.start(paused=True)
    due = {job.id for job in at_work.scheduler.get_jobs() if job.next_run_time == NOON}
    at_work.scheduler.shutdown(wait=False)
    assert due == {"crawl", "recovery"}


def test_the_first_crawl_comes_before_the_first_welcome_which_would_have_nothing_to_show(clock: Clock) -> None:
    at_work = service(Jobs(), clock)
    at_work.declare()
    at_work.scheduler.start(paused=True)
    due = {job.id for job in at_work.scheduler.get_jobs() if job.next_run_time == NOON}
    at_work.scheduler.shutdown(wait=False)
    assert due == {"crawl"}


class SlowCrawls(Jobs):
    """Crawls that last longer than the pause between them."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once, self.most = 0, 0

    def run(self, command: Sequence[str], deadline: float) -> Ended | None:
        if command[0] == "crawl":
            self.crawls.append(GOOD_CRAWL)
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            time.sleep(0.6)
            self.at_once -= 1
        return super().run(command, deadline)


def test_crawls_missed_for_three_days_are_made_up_for_by_one_and_no_crawl_overlaps_the_next() -> None:
    now = datetime.now(UTC)
    jobs = SlowCrawls()
    plan = Plan(
        "archive.db", "every 1 hour", "07:30", "mon 07:30", "Europe/Amsterdam", last_crawl=now - timedelta(days=3)
    )
    at_work = Service(plan, jobs)
    at_work.declare()
    at_work.scheduler.modify_job("crawl", next_run_time=now - timedelta(minutes=30))  # a worker that was held up
    at_work.scheduler.start()
    wait_until(lambda: jobs.names.count("turn") == 2, "the recovery at the start, and a crawl with its mails")
    assert jobs.names.count("crawl") == 1
    at_work.scheduler.reschedule_job("crawl", trigger="interval", seconds=0.2)
    wait_until(lambda: jobs.names.count("crawl") > 3, "more crawls")
    at_work.scheduler.shutdown(wait=True)
    assert jobs.most == 1


def test_a_late_job_runs_once_and_never_twice_at_a_time(clock: Clock) -> None:
    at_work = service(Jobs(), clock)
    at_work.declare()
    at_work.scheduler.start(paused=True)
    jobs = at_work.scheduler.get_jobs()
    at_work.scheduler.shutdown(wait=False)
    assert {(job.misfire_grace_time, job.coalesce, job.max_instances) for job in jobs} == {(3600, True, 1)}


def test_r84_a_clock_that_was_set_back_does_not_leave_jobs_far_in_the_future(clock: Clock) -> None:
    at_work = service(Jobs(), clock, last_crawl=NOON)
    at_work.declare()
    at_work.scheduler.start(paused=True)
    clock.now -= timedelta(days=30)
    at_work.declare()
    firsts = {job.id: job.next_run_time for job in at_work.scheduler.get_jobs()}
    at_work.scheduler.shutdown(wait=False)
    assert firsts["crawl"] == firsts["recovery"] == clock.now
    assert all(moment <= clock.now + timedelta(days=7) for moment in firsts.values())
