"""One archive on PostgreSQL, and the workers that share it: each its configuration, its log and its User-Agent."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.hosts import WORKER
from bench.measure import clean_environment
from bench.monitors import ROOT
from cli.service.children import Children
from cli.worker.jobs import Jobs
from cli.worker.queue import SCHEMA, queue_at
from cli.worker.worker import host_locks
from crawler.seeds import load_sources
from storage.postgresql import address

READERS = ("een@example.org", "twee@example.org")
_URL = re.compile(r"http://127\.0\.\d+\.\d+:\d+/artikel/[^\s\"<>]*/")
_CONFIGURATION = """
[storage]
url = {url}
min_free_bytes = 0
[crawl]
seeds = {seeds}
contact = "{contact}"
delay = {delay}
allow_private_hosts = true
[schedule]
crawl = "every 6 hours"
[mail]
folder = "outbox"
[[watch]]
name = "alles"
[[watch.any]]
terms = ["de", "het", "een"]
"""


class Installation:
    """`sources`: the host of each by its name."""

    def __init__(self, folder: Path, url: str, hosts: Iterable[str], delay: float) -> None:
        self.folder, self.url, self.delay = folder, url, delay
        self.sources = {f"bron-{at}": host for at, host in enumerate(hosts)}
        self.workers: dict[str, psutil.Popen] = {}
        self._started = 0
        for name, host in self.sources.items():
            (folder / f"{name}.toml").write_text(f'name = "{name}"\nstart_urls = ["{host}/sitemap.xml"]\n')
        self._session = psycopg.connect(address(url), autocommit=True)

    def start(self) -> None:
        """One more worker, with a name that none had before."""
        self._started += 1
        name = str(self._started)
        with (self.folder / f"{name}.log").open("w") as log:
            self.workers[name] = psutil.Popen(
                self._command(name, "worker", "--crawls", "1", "--log-format", "json"),
                stderr=log, cwd=ROOT, env=clean_environment(),
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """It and its crawls, as when its machine is gone; back when they are."""
        worker = self.workers.pop(name)
        family = [worker, *worker.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=30)

    def stop(self) -> None:
        for worker in self.workers.values():
            worker.terminate()
        _, alive = psutil.wait_procs(list(self.workers.values()), timeout=15)
        for worker in alive:
            worker.kill()
        self.workers.clear()
        self._session.close()

    def run(self, *command: str) -> None:
        subprocess.run(self._command("operator", *command), cwd=ROOT, env=clean_environment(), check=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._session.execute(query.encode()).fetchall()

    def number(self, query: str) -> int:
        return int(self.rows(query)[0][0])

    def waiting(self) -> list[tuple[Any, ...]]:
        """What is in the queue, or being done; nothing before there is one."""
        if self.number(f"SELECT count(*) FROM pg_tables WHERE schemaname = '{SCHEMA}'") == 0:
            return []
        table = f"{SCHEMA}.procrastinate_jobs"
        return self.rows(f"SELECT task_name, status, args::text FROM {table} WHERE status IN ('todo', 'doing')")

    def want_crawls(self, sources: Iterable[str], **options: Any) -> None:
        """What the timetable does when it is time."""
        locks = host_locks({one.name: one.locks - {one.name} for one in load_sources(self._seeds())})

        async def defer() -> None:
            jobs = Jobs(queue_at(self.url), Children(), locks, ThreadPoolExecutor(1))
            async with jobs.queue.open_async():
                for source in sources:
                    await jobs.want_crawl(source, **options)

        asyncio.run(defer())

    def told(self) -> Counter[tuple[str, str]]:
        """(reader, URL) of each article in the mails so far, without those that a mail says could not be read."""
        found: Counter[tuple[str, str]] = Counter()
        for file in sorted((self.folder / "outbox").glob("*.eml")):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",))
            text = body.get_content() if body else ""
            found.update((mail["To"], url) for url in _URL.findall(text.partition("niet worden gelezen")[0]))
        return found

    def trouble(self) -> list[str]:
        """What the workers' logs warn of, and what the queue still holds: shown when something is amiss."""
        lines = []
        for log in sorted(self.folder.glob("*.log")):
            for line in log.read_text().splitlines():
                if '"INFO"' not in line and '"info"' not in line:
                    lines.append(f"{log.stem}: {line[:300]}")
        return [*lines[-20:], *(f"in the queue: {job}" for job in self.waiting()[:20])]

    def _seeds(self) -> list[str]:
        return [str(self.folder / f"{name}.toml") for name in self.sources]

    def _command(self, name: str, *words: str) -> list[str]:
        config = self.folder / f"{name}.config.toml"
        config.write_text(
            _CONFIGURATION.format(
                url=json.dumps(self.url),
                seeds=json.dumps(self._seeds()),
                contact=WORKER.format(name),
                delay=self.delay,
            )
        )
        config.chmod(0o600)
        return [sys.executable, "-m", "cli.main", *words, "--config", str(config)]
