"""The monitor as it runs for its readers: an archive in a file, a clock of its own, and ends that come too early."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.http import Response
from sqlalchemy import event, select

from alerts import selection
from alerts.compose import DigestContext
from alerts.outbox import retry
from alerts.subscriptions import subscribe, unsubscribe
from alerts.watch import packaged_watches
from cli.jobs.digest import deliver
from crawler import visits
from crawler.extraction import Extraction, NotAnArticle, extract
from crawler.reading import page_of
from crawler.urls import UrlRules
from storage import tables
from storage.crawls import settle_left_behind
from storage.database import Database
from tests.crawl.offline import Crashed, Offline
from tests.delivery.machine.newsroom import Newsroom
from tests.delivery.machine.post import Post
from tests.delivery.machine.sightings import End, Served

START = datetime(2025, 5, 29, 9, tzinfo=UTC)
WATCH = "ai-coalitie"
OPERATOR = "beheer@example.org"
SEEDS = ("/thema/data-en-ai/", "/sitemap.xml")
CONTEXT = DigestContext(packaged_watches(), "Nieuwswacht <wacht@example.org>", "iBestuur")


class Installation:
    """One archive, and the site it watches, again and again from the start: `begin` puts back what was there then."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.templates = _templates(folder)
        self.monitor = _monitor(folder, Newsroom(), patch)
        self.database = self.monitor.database

    def begin(self, newsroom: Newsroom, post: Post, *, watching: bool) -> None:
        """With `watching` false nothing has been crawled yet."""
        self.newsroom, self.post = newsroom, post
        self.monitor.replica, self.now = newsroom.replica, START
        # A file put in the place of another, under one engine: what SQLAlchemy compiled serves every run.
        self.database.close()
        for file in self.folder.glob("archive.db*"):
            file.unlink()
        shutil.copy(self.templates[watching], self.folder / "archive.db")

    @property
    def now(self) -> datetime:
        return self.monitor.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.monitor.now = moment

    def close(self) -> None:
        self.database.close()

    # --- commands ---

    def crawl(
        self, *, everything: bool, crash_at: int | None = None, stop_after: int | None = None
    ) -> tuple[Served, End]:
        """`crash_at`: the statement or commit at which the process dies; `stop_after`: so many answers."""
        replica = self.newsroom.replica
        replica.forget_requests()
        replica.faulted.clear()
        self.monitor.stop_after = stop_after
        crawl = self.monitor.recrawl if everything else self.monitor.crawl
        finished = self._unless_killed(lambda: crawl(hours=0), crash_at)
        end: End = "crashed" if finished is None else "stopped" if finished.report.outcome == "interrupted" else "whole"
        answers = [(urlsplit(request.path).path, request.status) for request in replica.log]
        return Served(answers, set(replica.faulted), self.now), end

    def digest(self, *, force: bool = False, crash_at: int | None = None) -> bool:
        """Whether the process lived to the end of it."""
        turn = lambda: deliver(self.database, CONTEXT, self.post, self.now, operator=OPERATOR, force=force)  # noqa: E731
        return self._unless_killed(turn, crash_at) is not None

    def subscribe(self, address: str, rhythm: str) -> str:
        with self.database.write() as session:
            return subscribe(session, address, WATCH, rhythm, self.now).outcome

    def unsubscribe(self, address: str) -> None:
        with self.database.write() as session:
            unsubscribe(session, address, None, self.now)

    def retry(self) -> int:
        """What a person does once the server is well: `nieuwswacht outbox retry`. How many mails it concerns."""
        with self.database.write() as session:
            return retry(session, None, self.now)

    # --- what there is to see ---

    def outbox(self, besides: Collection[str] = ()) -> list[tables.Mail]:
        """In the order in which they were written."""
        with self.database.read() as session:
            mails = session.execute(select(tables.Mail.id, tables.Mail.message_id).order_by(tables.Mail.id)).all()
            return [session.get_one(tables.Mail, mail_id) for mail_id, identity in mails if identity not in besides]

    def paused(self) -> set[str]:
        with self.database.read() as session:
            query = select(tables.Subscription.address).where(tables.Subscription.state == "paused")
            return set(session.scalars(query))

    # --- ends that come too early ---

    def _unless_killed(self, work: Callable[[], Any], crash_at: int | None) -> Any:
        try:
            with dying(self.database, crash_at):
                return work()
        except Crashed:
            self.restart()
            return None

    def restart(self) -> None:
        """As a service does when it starts: what a crash left is settled first."""
        self.database.close()
        settle_left_behind(self.database, self.now)


@contextmanager
def dying(database: Database, at: int | None) -> Iterator[None]:
    """The process dies where it would run its statement, or commit, with this number."""
    left = at

    def count(*_: Any) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left < 0:
                left = None
                raise Crashed

    events = ("before_cursor_execute", "commit")
    for name in events:
        event.listen(database.engine, name, count)
    try:
        yield
    finally:
        for name in events:
            event.remove(database.engine, name, count)


def _templates(folder: Path) -> dict[bool, Path]:
    """An archive after its first crawl (True), and an empty one; nobody has them open."""
    templates = {True: folder / "watching" / "archive.db", False: folder / "empty" / "archive.db"}
    for watching, path in templates.items():
        path.parent.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            monitor = _monitor(path.parent, Newsroom(), patch)
            if watching:
                assert monitor.crawl(hours=0).report.baseline
            monitor.database.close()
    return templates


def _monitor(folder: Path, newsroom: Newsroom, patch: pytest.MonkeyPatch) -> Offline:
    monitor = Offline(folder, newsroom.replica, patch, *SEEDS, gone_after=6)
    monitor.watches, monitor.now = CONTEXT.watches, START
    # Most pages are served again and again, in this run and the next; each is read by the extractor once.
    patch.setattr(visits, "page_of", lambda response: response)
    patch.setattr(visits, "extract", _extract)
    patch.setattr(selection, "_GONE_THROUGH", 0)  # a life here is short: readers' pasts are settled at each turn
    return monitor


def _extract(response: Response, rules: UrlRules) -> Extraction:
    key = (response.url, response.body)
    if key not in _PAGES:
        try:
            _PAGES[key] = extract(page_of(response), rules)
        except NotAnArticle as reason:
            _PAGES[key] = reason
    found = _PAGES[key]
    if isinstance(found, NotAnArticle):
        raise found
    return found


_PAGES: dict[tuple[str, bytes], Extraction | NotAnArticle] = {}
