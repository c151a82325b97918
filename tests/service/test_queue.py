"""In which order workers do what is in their queue. The queue is real, the processes are fakes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.exits import Exit
from cli.service.children import Children, Ended
from tests.databases import SERVER, fresh_url
from tests.service.test_jobs import QUIET

pytestmark = pytest.mark.skipif(not SERVER, reason="workers share an archive on PostgreSQL")
DONE = Ended(0, json.dumps({**QUIET, "next_attempt": None}))


class Processes(Children):
    """Turns that end as told, and note what they were to note."""

    def __init__(self, *ends: Ended) -> None:
        super().__init__()
        self.ends, self.noted = list(ends), list[list[str]]()

    def run(self, command: Sequence[str], deadline: float) -> Ended | None:
        self.noted.append([word for word in command if "=" in word])
        return self.ends.pop(0)


def turns(folder: Path, ends: Sequence[Ended], *rounds: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """What each turn noted: in each round so many are asked for, and a worker does all that may be done."""
    from cli.worker.jobs import MAILS, Jobs
    from cli.worker.queue import queue_at

    processes = Processes(*ends)

    async def work() -> None:
        jobs = Jobs(queue_at(fresh_url(folder)), processes, {}, ThreadPoolExecutor(1))
        async with jobs.queue.open_async():
            for asked in rounds:
                for notes in asked:
                    await jobs.want_turn(notes)
                await jobs.queue.run_worker_async(
                    queues=[MAILS], wait=False, install_signal_handlers=False, delete_jobs="always"
                )

    asyncio.run(work())
    return processes.noted


def test_a_mail_that_has_to_wait_keeps_nobody_elses_waiting(tmp_path: Path) -> None:
    in_an_hour = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    waits = Ended(0, json.dumps({**QUIET, "next_attempt": in_an_hour}))
    assert turns(tmp_path, [waits, DONE], [{}], [{"crawl": "lost"}]) == [[], ["crawl=lost"]]


def test_another_digest_at_work_keeps_no_later_turn_waiting(tmp_path: Path) -> None:
    assert turns(tmp_path, [Ended(Exit.BUSY), DONE], [{}], [{"crawl": ""}]) == [[], ["crawl="]]


def test_one_turn_does_for_all_that_wait_with_the_last_word_on_each_source(tmp_path: Path) -> None:
    asked = [{"een": "lost"}, {"twee": ""}, {"een": ""}, {}]
    (noted,) = turns(tmp_path, [DONE], asked)
    assert sorted(noted) == ["een=", "twee="]


def test_a_turn_that_fails_leaves_the_others_to_do_their_own(tmp_path: Path) -> None:
    failed = Ended(1)
    assert turns(tmp_path, [failed, DONE], [{"een": "lost"}, {"twee": ""}])[1] == ["twee="]
