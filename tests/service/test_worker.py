"""Several workers on one archive: they share the sources, and what a lost one had begun another does again."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from cli.demo import server
from cli.demo.content import articles
from cli.demo.edits import DemoEdit, demo_edits
from cli.demo.model import Replica
from tests.databases import SERVER, answers, fresh_url
from tests.service.conftest import ROOT, Installation, crawls_of, stop, wait_until

on_a_server = pytest.mark.skipif(not SERVER, reason="workers share an archive on PostgreSQL")
READERS = ("een@example.org", "twee@example.org")
# Three hosts; the second one has two sources.
START = {
    "een": (0, "data-en-ai"),
    "twee": (1, "data-en-ai"),
    "ook-twee": (1, "overheid-in-transitie"),
    "drie": (2, "data-en-ai"),
}


class Sites:
    """Replicas that note how many requests of each were being answered at once, and take their time for each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replicas = [Replica(articles()) for _ in range(3)]
        self.most: Counter[int] = Counter()
        self._now: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._respond = server.respond
        monkeypatch.setattr(server, "respond", self._noted)

    def _noted(self, replica: Replica, *request: Any) -> Any:
        number = next(index for index, one in enumerate(self.replicas) if one is replica)
        with self._lock:
            self._now[number] += 1
            self.most[number] = max(self.most[number], self._now[number])
        time.sleep(0.1)
        try:
            return self._respond(replica, *request)
        finally:
            with self._lock:
                self._now[number] -= 1


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sites]:
    made = Sites(monkeypatch)
    with ExitStack() as serving:
        for replica in made.replicas:
            serving.enter_context(server.serve(replica))
        yield made


@pytest.fixture
def place(sites: Sites, installed: Callable[..., Installation]) -> Installation:
    place = installed(
        crawl={"seeds": [f"{name}.toml" for name in START], "concurrency": 1}, schedule={"crawl": "every 5 seconds"}
    )
    for name, (site, theme) in START.items():
        seed = sites.replicas[site].theme_url(theme)
        (place.folder / f"{name}.toml").write_text(f'name = "{name}"\nstart_urls = {json.dumps([seed])}\n')
    return place


def worker(place: Installation, name: str) -> subprocess.Popen[str]:
    """One more worker, with a log of its own."""
    with (place.folder / name).open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "worker", "--log-format", "json", "--config", str(place.config)],
            stderr=log, text=True, cwd=ROOT,
        )  # fmt: skip
    place.started.append(process)
    return process


def said(place: Installation, name: str) -> set[str]:
    """The events in a worker's log."""
    return {json.loads(line)["event"] for line in (place.folder / name).read_text().splitlines()}


def told(place: Installation, edits: list[DemoEdit]) -> Counter[tuple[str, str]]:
    """(reader, URL) of every change in mails after the welcome."""
    found: Counter[tuple[str, str]] = Counter()
    for raw in place.mails():
        mail = email.message_from_string(raw, policy=email.policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        if "Welkom" not in mail["Subject"]:
            text = " ".join(body.get_content().split())
            found.update({(mail["To"], edit.url): text.count(edit.url) for edit in edits})
    return +found


def rows(place: Installation, statement: str) -> list[tuple[Any, ...]]:
    return answers(fresh_url(place.folder), statement)


def finished(place: Installation) -> int:
    return len(rows(place, "SELECT 1 FROM crawls WHERE outcome = 'finished'"))


def amid_news(service: subprocess.Popen[str], sites: Sites, edits: list[DemoEdit]) -> list[psutil.Process]:
    """Its crawls that have read something of what is new, and not yet ended."""
    found = []
    for crawl in crawls_of(service):
        with suppress(psutil.NoSuchProcess):
            words = crawl.cmdline()
            paths = sites.replicas[START[words[words.index("--source") + 1]][0]].paths()
            if any(urlsplit(edit.url).path in paths for edit in edits):
                found.append(crawl)
    return found


@on_a_server
@pytest.mark.timeout(900)
@pytest.mark.slow
def test_a_worker_killed_amid_news_costs_no_page_no_change_and_no_second_mail(
    sites: Sites, place: Installation
) -> None:
    for reader in READERS:
        assert place.run("subscribe", reader, "--every", "immediately")[0] == 0
    first, second = worker(place, "first"), worker(place, "second")
    begun = "SELECT count(*) FROM seeds WHERE baseline_at IS NOT NULL"
    wait_until(lambda: rows(place, begun) == [(len(START),)] and len(place.mails()) == 2, "all first crawls", 240)
    wait_until(lambda: "crawl" in said(place, "first") & said(place, "second"), "both to have crawled", 240)
    assert stop(second) == 143

    edits = [edit for replica in sites.replicas for edit in demo_edits(replica)]
    edits = [edit for edit in edits if edit.change != "gone"]  # which is of a theme that nobody watches here
    for replica in sites.replicas:
        replica.forget_requests()
    third = worker(place, "third")
    wait_until(lambda: amid_news(first, sites, edits), "the first one amid news", 120)
    crawls = crawls_of(first)
    first.kill()
    first.wait()
    wait_until(lambda: not any(crawl.is_running() for crawl in crawls), "its crawls to go with it")

    everything = {(reader, edit.url) for reader in READERS for edit in edits}
    wait_until(lambda: set(told(place, edits)) == everything, "all the news", 240)
    before = finished(place)
    wait_until(lambda: finished(place) > before + len(START), "another round of crawls", 120)
    assert stop(third) == 143

    assert {"a worker was lost; its job is put back", "keeping the timetable", "stopped"} <= said(place, "third")
    assert set(told(place, edits).values()) == {1}, "each reader is told each change once"
    assert list(sites.most.values()) == [1, 1, 1], "no host hears two workers at once"
    happened = rows(place, "SELECT kind, count(*) FROM changes WHERE tellable GROUP BY kind ORDER BY kind")
    assert happened == sorted(Counter(edit.change for edit in edits).items())
    published = {
        sites.replicas[site].url(one.slug)
        for site, theme in START.values() for one in sites.replicas[site].articles() if one.theme == theme
    }  # fmt: skip
    kept = [url for (url,) in rows(place, "SELECT url FROM articles")]
    assert sorted(kept) == sorted(published), "every page is read, and no piece kept twice"
    twice = "SELECT article_id, content_hash FROM versions WHERE status = 'accepted' GROUP BY 1, 2 HAVING count(*) > 1"
    assert rows(place, twice) == []


def test_an_archive_in_a_file_has_no_workers(installed: Callable[..., Installation], tmp_path: Path) -> None:
    place = installed(storage={"url": f"sqlite:///{tmp_path}/archive.db"})
    code, _ = place.run("worker")
    assert code == 3
    assert "nieuwswacht copy" in place.stderr()
