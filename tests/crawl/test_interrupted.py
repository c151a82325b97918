"""Crawls that are killed or stopped while there is news: it is told all the same, and once."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.demo.content import articles, later_articles
from cli.demo.model import Replica
from cli.demo.server import serve
from tests.crawl.monitor import Monitor
from tests.databases import answers
from tests.service.conftest import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def replica() -> Replica:
    made = Replica(articles(24))
    made.set_noise(2)
    return made


@pytest.fixture
def monitor(replica: Replica, tmp_path: Path) -> Iterator[Monitor]:
    with serve(replica) as site:
        yield Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml", concurrency=2)


def test_kills_while_there_is_news_lose_none_of_it_and_tell_none_of_it_twice(
    replica: Replica, monitor: Monitor
) -> None:
    assert monitor.crawl().code == 0
    edited, gone = (replica.articles()[at].slug for at in (3, 8))
    (new,) = later_articles()
    replica.edit(edited, title="Na de storing staat hier een heel andere kop")
    replica.remove(gone, 410)
    replica.add(new)
    replica.configure(latency=0.03)
    moments = random.Random(54)
    for _ in range(4):
        killed = monitor.crawl_until(replica, moments.randint(2, 24), signal.SIGKILL)
        assert killed.returncode == -signal.SIGKILL
    replica.configure(latency=0)
    assert monitor.crawl().code == 0
    assert monitor.crawl().changes == {}
    told = [
        (change["change"], change["url"].rstrip("/").rpartition("/")[2])
        for change in monitor.run("changes", "--json").document
    ]
    for one in (("edited", edited), ("gone", gone), ("new", new.slug)):
        assert told.count(one) == 1
    assert len([kind for kind, _ in told if kind != "new"]) == 2


def test_r29_a_crawl_that_is_killed_does_not_forget_that_a_server_asked_to_be_left_alone(
    replica: Replica, tmp_path: Path
) -> None:
    slow = Replica(articles(24))
    with serve(replica) as site, serve(slow) as other:
        monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{other}/sitemap.xml", concurrency=1)
        assert monitor.crawl().code == 0
        replica.set_fault("429", retry_after="3600")
        slow.configure(latency=1)
        process = monitor.start("crawl", "--json")
        wait_until(lambda: answers(monitor.url, "SELECT not_before FROM sources") != [(None,)], "the wait to be kept")
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=20) == -signal.SIGKILL, "the other site was still being read"
        spared = monitor.crawl()
    assert spared.document["requests"] == 0
    assert "asked to be left alone" in spared.document["sources"][0]["reasons"][0]


def test_a_first_crawl_that_is_asked_to_stop_ends_cleanly_and_stays_a_starting_point(
    replica: Replica, monitor: Monitor
) -> None:
    replica.configure(latency=0.05)
    stopped = monitor.crawl_until(replica, 9, signal.SIGTERM)
    assert stopped.returncode == 143
    replica.configure(latency=0)
    rest = monitor.crawl()
    assert (rest.code, rest.document["baseline"]) == (0, True)
    assert len(monitor.articles()) == 24
    assert monitor.run("subscribe", "lezer@example.org").code == 0
    kinds = [one["kind"] for one in monitor.run("digest", "--json").document["digests"]]
    assert kinds == ["welcome"]
