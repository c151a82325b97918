"""The service as it has to live: news all the time, killed twice, the mail server away, readers who come and go.

As part of the suite it lasts half a minute. NIEUWSWACHT_TEST_SOAK=120 makes it the full two, see CONTRIBUTING.md.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import random
import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from cli.demo.article import ReplicaArticle
from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from tests.databases import answers, fresh_url
from tests.delivery.smtp_server import ScriptedServer
from tests.service.conftest import Installation, crawled, crawls_of, stop, wait_until

SECONDS = float(os.environ.get("NIEUWSWACHT_TEST_SOAK", "30"))
EARLY, LATE, LEAVES = "vroeg@example.org", "laat@example.org", "gaat@example.org"
OPERATOR = "beheer@example.org"
AT_ONCE = 4  # happenings between two crawls: of many at once it is asked, rightly, whether they are the site's doing
MARK = re.compile(r"kenmerk-\d{4}")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * SECONDS + 240)]


@dataclass
class Editors:
    """Every so often one of them changes a piece or publishes one; each happening has a mark that is used once."""

    replica: Replica
    later: list[ReplicaArticle]
    marks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.unedited = [article.slug for article in self.replica.articles() if article.coalition]
        random.Random(4).shuffle(self.unedited)

    def work(self) -> None:
        mark = f"kenmerk-{len(self.marks) + 1:04}"
        if len(self.marks) % 3 == 2 or not self.unedited:
            article = self.later.pop()
            article.title = f"{article.title}, {mark}"
            self.replica.add(article)
        else:
            told = f"AIC4NL meldt later op de dag dat het besluit {mark} van kracht is."
            self.replica.edit(self.unedited.pop(), lambda article: article.add_block(told))
        self.marks.append(mark)


@dataclass
class Watched:
    """The service's process, its successors after a kill, and what the last of them weighed once it had crawled."""

    place: Installation
    process: subprocess.Popen[str]
    crawls_before: int = 0
    weights: list[tuple[float, int, int]] = field(default_factory=list)

    @property
    def crawls(self) -> int:
        return [event["event"] for event in self.place.log()].count("crawl")

    def weigh(self) -> None:
        """Megabytes, open files and threads."""
        if self.crawls > self.crawls_before:
            seen = psutil.Process(self.process.pid)
            self.weights.append((seen.memory_info().rss / 1e6, seen.num_fds(), seen.num_threads()))

    def kill_amid(self, at_work: Callable[[], object]) -> None:
        wait_until(at_work, "a job at work")
        self.process.kill()
        self.process.wait()
        self.crawls_before, self.weights = self.crawls, []
        self.process = self.place.start("run", "--log-format", "json")

    def kill_amid_a_crawl(self) -> None:
        self.kill_amid(lambda: crawls_of(self.process))

    def kill_amid_a_turn(self) -> None:
        self.kill_amid(lambda: _turns(self.process.pid))


def _turns(pid: int) -> list[psutil.Process]:
    found = []
    with suppress(psutil.Error):
        found = [child for child in psutil.Process(pid).children() if "--turn" in child.cmdline()]
    return found


@pytest.fixture
def post() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@dataclass
class Readers:
    """What each of them has been told: reader -> mark -> the Message-IDs of the mails that tell it."""

    post: ScriptedServer
    told: dict[str, defaultdict[str, set[str]]] = field(default_factory=dict)
    read: int = 0

    def look(self) -> Readers:
        for one in self.post.accepted[self.read :]:
            self.read += 1
            mail = email.message_from_bytes(one.message, policy=email.policy.default)
            body = mail.get_body(("plain",))
            text = body.get_content() if body else ""
            if one.recipient not in self.told:
                self.told[one.recipient] = defaultdict(set)
                assert "Welkom" in str(mail["Subject"])
                assert "/artikel/" in text, "a welcome shows what is there"
                continue
            for mark in MARK.findall(text):
                self.told[one.recipient][mark].add(str(mail["Message-ID"]))
        return self


def test_two_kills_and_a_mail_server_that_is_away_lose_nothing_and_tell_nothing_twice(
    post: ScriptedServer, tmp_path: Path
) -> None:
    known, later = articles(24), [article for article in articles(140)[24:] if article.coalition]
    slugs = {article.slug for article in known}
    replica = Replica(known)
    replica.set_noise(5)
    editors = Editors(replica, [article for article in later if article.slug not in slugs])
    with serve(replica) as site:
        place = Installation(
            tmp_path,
            site,
            schedule={"crawl": "every 5 seconds"},
            mail={"channel": "smtp", "host": "127.0.0.1", "port": post.port, "security": "none"},
            operator={"email": OPERATOR},
        )
        try:
            _live_through(place, editors, post)
        finally:
            place.end()


def _live_through(place: Installation, editors: Editors, post: ScriptedServer) -> None:
    (place.folder / "source.toml").write_text(
        f'name = "proef"\nstart_urls = ["{editors.replica.base_url}/thema/data-en-ai/", "{editors.replica.base_url}/sitemap.xml"]\n'
    )
    for reader in (EARLY, LEAVES):
        assert place.run("subscribe", reader, "--log-format", "json")[0] == 0
    service = Watched(place, place.start("run", "--log-format", "json"))
    readers = Readers(post)
    wait_until(lambda: crawled(place)() and len(post.accepted) == 2, "the first crawl and two welcomes")
    known_late, left = 0, 0

    def late_reader_comes() -> None:
        nonlocal known_late
        known_late = len(editors.marks)
        assert place.run("subscribe", LATE, "--log-format", "json")[0] == 0

    def one_leaves() -> None:
        nonlocal left
        assert place.run("unsubscribe", LEAVES, "--log-format", "json")[0] == 0
        left = len(post.accepted)

    happenings: list[tuple[float, Callable[[], object]]] = [
        (0.20, service.kill_amid_a_crawl),
        (0.30, one_leaves),
        (0.35, post.go_away),
        (0.45, late_reader_comes),
        (0.50, service.kill_amid_a_turn),
        (0.60, post.come_back),
        *((0.85 * step / 20, editors.work) for step in range(20)),
    ]
    at_crawl: dict[int, int] = {}  # how many happenings there had been when there were so many crawls
    began = time.monotonic()
    for share, happening in sorted(happenings, key=lambda one: one[0]):
        # On a busy machine crawls take longer, and editors no less time.
        while time.monotonic() < began + share * SECONDS or (
            happening == editors.work
            and len(editors.marks) >= AT_ONCE + at_crawl.setdefault(service.crawls, len(editors.marks))
        ):
            service.weigh()
            time.sleep(0.5)
        happening()
    if SECONDS < 100:  # what the server did not take is offered again after a minute, or when asked for
        assert place.run("outbox", "retry", "--log-format", "json")[0] == 0

    def all_is_told() -> bool:
        told = readers.look().told
        return set(told[EARLY]) == set(editors.marks) and set(editors.marks[known_late + 2 :]) <= set(
            told.get(LATE, ())
        )

    # To each of them: a service that is stopped right after one reader's mail has the others' still to send.
    wait_until(all_is_told, "all of it to be told")
    while time.monotonic() < began + SECONDS or service.crawls < service.crawls_before + 3:
        service.weigh()
        time.sleep(0.5)
    assert stop(service.process) == 143

    told = readers.look().told
    assert set(told[EARLY]) == set(editors.marks), "nothing lost"
    for reader, marks in told.items():
        assert {mark: ids for mark, ids in marks.items() if len(ids) > 1} == {}, f"nothing twice to {reader}"
    assert set(editors.marks[known_late + 2 :]) <= set(told[LATE])
    assert not [one for one in post.accepted[left:] if one.recipient == LEAVES], "who left hears nothing more"
    assert not [one for one in post.accepted if one.recipient == OPERATOR], "half a minute's absence is no trouble"
    repeats = Counter(post.message_ids).total() - len(set(post.message_ids))
    assert repeats <= 3, "at most the one mail that each kill, and the server's leaving, left unanswered"

    code, screen = place.run("status", "--json", "--log-format", "json")
    assert (code, json.loads(screen)["problems"]) == (0, [])
    url = fresh_url(place.folder)
    assert answers(url, "SELECT count(*) FROM mails WHERE state <> 'sent'") == [(0,)]
    crawls = answers(url, "SELECT outcome FROM crawls")
    assert {outcome for (outcome,) in crawls} <= {"finished", "interrupted"}
    assert place.log(), "one document a line, from the service, its jobs and the commands"
    first, last = service.weights[0], service.weights[-1]
    print(
        f"\n{SECONDS:.0f} s: {len(crawls)} crawls, {len(editors.marks)} happenings, {len(post.accepted)} mails, of them"
        f" {repeats} repeated; MB, files and threads of the service: {first}, at the end {last}"
    )
    assert last[0] < first[0] + 2, "memory flat"
    assert last[1] <= first[1] + 4, "no file or pipe left open; a job at work has some"
