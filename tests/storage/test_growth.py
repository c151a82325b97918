"""What a crawl, a digest and a look at the archive cost does not grow with the archive. Counted in steps, not in time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from alerts.channels.folder import FolderChannel
from alerts.compose import DigestContext
from alerts.digest import compile_due
from alerts.health import health
from alerts.operator import operator_mails
from alerts.outbox import next_attempt, send_waiting
from alerts.watch import Term, Watch
from bench.archive import WATCH, fill
from cli.app import App
from cli.demo.content import articles
from cli.demo.edits import demo_edits
from cli.demo.model import Replica
from cli.show.documents import article_documents
from storage.database import Database, open_database
from storage.history import accepted_versions, all_articles, changes_since, find_article, version_of
from storage.ledger import SourceLedger
from storage.search import search
from storage.tables import Source
from tests.crawl.offline import Offline
from tests.databases import sqlite_only
from web.choice import changes_of, choice_from
from web.site import Site
from web.timeline import items_of

_SMALL, _LARGE = 40, 400  # articles, with ten versions each
_ZONE = ZoneInfo("Europe/Amsterdam")
_STEP = 10  # of SQLite's machine, between two counts
# The index of words merges its pages now and then.
_MERGES = "INSERT INTO versions "
# The report of a crawl says how many articles are known and rest: that is counted, in an index.
_COUNTED = "SELECT count(*) AS count_1 FROM articles WHERE articles.source_id"
EVERYTHING = Watch(name=WATCH, title="Alles", any=(Term("de"), Term("het")))


class Steps:
    """How many steps SQLite took for each statement, whatever the number of its parameters."""

    def __init__(self, database: Database) -> None:
        self.taken: Counter[str] = Counter()
        self._now, self._asked = "", 0
        database.engine.dispose()
        event.listen(database.engine, "connect", lambda connection, _: connection.set_progress_handler(self._on, _STEP))
        event.listen(database.engine, "before_cursor_execute", self._begin)

    def statements(self, work: Callable[[], object]) -> int:
        """How many the work asks."""
        before = self._asked
        work()
        return self._asked - before

    def _begin(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        self._asked += 1
        self._now = re.sub(r"\(\?(, \?)*\)", "(?)", " ".join(statement.split()))

    def _on(self) -> int:
        self.taken[self._now] += _STEP
        return 0


def a_day(folder: Path, size: int, patch: pytest.MonkeyPatch) -> Counter[str]:
    """Two crawls of ten articles with news in an archive of this size, the mails about it, and a reader's looks."""
    folder.mkdir()
    patch.setattr("storage.search._COMMON", 100)  # texts with a word are counted so far: in both, further than that
    replica = Replica(articles())
    monitor = Offline(folder, replica, patch)
    monitor.source = replace(monitor.source, name="site")
    monitor.watches = [EVERYTHING]
    fill(monitor.database, replica.base_url, size, monitor.now)
    monitor.crawl()
    steps = Steps(monitor.database)
    demo_edits(replica)
    monitor.crawl()
    monitor.crawl()

    context = DigestContext(watches=[EVERYTHING], sender="wacht@example.org", source_title="Proef")
    assert compile_due(monitor.database, context, monitor.now)
    with monitor.database.write() as session:
        operator_mails(session, "beheer@example.org", monitor.now, sender=context.sender, language="nl")
    assert send_waiting(monitor.database, FolderChannel(folder / "mails"), monitor.now).sent
    looks: list[Callable[[Session], object]] = [
        next_attempt,
        lambda session: health(session, monitor.now - timedelta(minutes=5)),
        lambda session: version_of(session, find_article(session, f"{replica.base_url}/artikel/oud-000007/"), 10),
        lambda session: accepted_versions(session, find_article(session, f"{replica.base_url}/artikel/oud-000007/")),
        lambda session: changes_since(session, monitor.now - timedelta(hours=1)),
        lambda session: session.scalars(changes_of(choice_from({}), _ZONE).limit(50)).all(),
        lambda session: session.scalars(changes_of(choice_from({"watch": WATCH}), _ZONE).limit(50)).all(),
        lambda session: search(session, '"Dossier 7"'),
    ]
    for look in looks:
        with monitor.database.read() as session:
            look(session)
    with monitor.database.read() as session:
        source_id = session.scalars(select(Source.id)).one()
    listed = [f"{replica.base_url}/artikel/oud-{number:06}/" for number in range(30)]
    assert SourceLedger(monitor.database, 1, source_id, lambda: monitor.now, timedelta()).known(listed)
    taken = Counter(steps.taken)
    assert {change for change, _, _ in monitor.told()} >= {"new", "edited"}
    monitor.database.close()
    return taken


@sqlite_only
@pytest.mark.slow
def test_an_archive_ten_times_as_large_costs_a_crawl_a_digest_and_a_reader_no_more_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, large = (a_day(tmp_path / str(size), size, monkeypatch) for size in (_SMALL, _LARGE))
    assert len(small) > 50
    grown = {
        statement: (small[statement], taken)
        for statement, taken in large.items()
        if taken > 2 * small[statement] + 1000 and not statement.startswith((_COUNTED, _MERGES))
    }
    assert not grown, "\n".join(f"{before:,} steps became {after:,}: {said}" for said, (before, after) in grown.items())


@sqlite_only
def test_listing_articles_asks_no_statement_for_each(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    fill(database, "http://127.0.0.1:9", _SMALL, datetime(2026, 3, 2, 9, tzinfo=UTC))
    steps = Steps(database)
    with database.read() as session:
        assert steps.statements(lambda: list(article_documents(App(), session, all_articles(session)))) <= 5
    database.close()


@sqlite_only
def test_a_page_of_changes_asks_no_statement_for_each(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    fill(database, "http://127.0.0.1:9", _SMALL, datetime(2026, 3, 2, 9, tzinfo=UTC))
    site = Site(database, watches=[EVERYTHING], source_title="Proef", sender="wacht@example.org")
    steps = Steps(database)
    with database.read() as session:
        changes = session.scalars(changes_of(choice_from({}), _ZONE).limit(50)).all()
        assert len(changes) == 50
        assert steps.statements(lambda: items_of(session, changes, site)) <= 3
    database.close()
