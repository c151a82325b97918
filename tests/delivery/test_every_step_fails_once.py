"""P1-P3 and P7: whichever statement of a crawl and its digest fails or dies, each reader hears of each change once."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from alerts.channels import FolderChannel
from alerts.compose import DigestContext
from alerts.subscriptions import subscribe
from alerts.watch import packaged_watches
from cli.demo.content import articles
from cli.demo.edits import demo_edits
from cli.demo.model import Replica
from cli.jobs import digest as job
from storage.errors import DatabaseUnusable
from tests.crawl.offline import Crashed, Offline

READERS = ("een@example.org", "twee@example.org")
CONTEXT = DigestContext(packaged_watches(), "Nieuwswacht <n@example.org>", "iBestuur")
# Every statement would take minutes; another set of them each time the code changes is as good over time.
STRIDE = 23


class Site:
    """A monitored replica with two readers who were welcomed, and edits waiting to be seen."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mails = folder / "mails"
        replica = Replica(articles())
        self.monitor = Offline(folder, replica, monkeypatch, "/thema/data-en-ai/", "/sitemap.xml")
        self.monitor.watches = CONTEXT.watches
        self.monitor.crawl()
        with self.monitor.database.write() as session:
            for reader in READERS:
                subscribe(session, reader, "ai-coalitie", "immediately", self.monitor.now)
        self.deliver()
        self.welcomes = len(list(self.mails.glob("*.eml")))
        self.edits = demo_edits(replica)

    def deliver(self) -> None:
        job.deliver(self.monitor.database, CONTEXT, FolderChannel(self.mails), self.monitor.now)

    def work(self) -> None:
        self.monitor.crawl(hours=0.1)
        self.deliver()

    def heard(self) -> Counter[tuple[str, str]]:
        """(reader, title) of everything told after the welcome."""
        told: Counter[tuple[str, str]] = Counter()
        for file in self.mails.glob("*.eml"):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",))
            text = " ".join(body.get_content().split()) if body is not None else ""
            if "Welkom" in mail["Subject"]:
                continue
            for edit in self.edits:
                told[mail["To"], edit.title] += text.count(edit.url)
        return told


@contextmanager
def failing(site: Site, number: int, error: BaseException) -> Iterator[list[int]]:
    """The statement with this number raises instead of running; the list counts them."""
    count = [0]

    def before(_connection: Any, _cursor: Any, _statement: str, *_rest: Any) -> None:
        count[0] += 1
        if count[0] == number:
            raise error

    event.listen(site.monitor.database.engine, "before_cursor_execute", before)
    try:
        yield count
    finally:
        event.remove(site.monitor.database.engine, "before_cursor_execute", before)


def _numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> range:
    site = Site(tmp_path / "count", monkeypatch)
    with failing(site, 0, RuntimeError()) as count:
        site.work()
    assert count[0] > 200
    return range(1, count[0], STRIDE)


@pytest.mark.parametrize("kind", ["fails", "dies"])
def test_each_reader_hears_of_each_change_once_whichever_statement_is_lost(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "count").mkdir()
    for number in _numbers(tmp_path, monkeypatch):
        folder = tmp_path / str(number)
        folder.mkdir()
        site = Site(folder, monkeypatch)
        error = OperationalError("disk", {}, Exception("disk I/O error")) if kind == "fails" else Crashed()
        with failing(site, number, error), suppress(OperationalError, DatabaseUnusable, Crashed):
            site.work()
        for _ in range(2):
            site.work()
        expected = Counter({(reader, edit.title): 1 for reader in READERS for edit in site.edits})
        assert site.heard() == expected, f"statement {number}"
        site.monitor.database.close()
