"""Rows 81, 83 and 84: what a power cut, another process, or a clock can do to an archive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from alerts.channels import FolderChannel
from alerts.outbox import send_waiting
from storage import database as module
from storage import tables
from storage.crawls import begin
from storage.database import Database, open_database
from storage.errors import DatabaseUnusable
from tests.crawl.conftest import Watching, slugs, watching
from tests.databases import fresh_url, sqlite_only
from tests.delivery.builders import World
from tests.delivery.builders import text as about

__all__ = ["watching"]
FULL, NORMAL = 2, 1


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(fresh_url(tmp_path))
    yield opened
    opened.close()


def _commits(database: Database) -> list[int]:
    """How sure each commit from here on is that it outlives a power cut, as SQLite counts it."""
    found: list[int] = []

    @event.listens_for(database.engine, "commit")
    def note(connection: object) -> None:
        found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())  # type: ignore[attr-defined]

    return found


@sqlite_only
def test_r81_a_digest_and_each_step_of_its_mail_are_on_the_disk_before_the_next(
    database: Database, tmp_path: Path
) -> None:
    world = World(database)
    world.subscribe()
    world.publish(about("dit bewaard blijft"))
    commits = _commits(database)
    world.digest()
    assert send_waiting(database, FolderChannel(tmp_path / "mails"), world.now).all_accepted
    assert len(commits) >= 4
    assert set(commits) == {FULL}


@sqlite_only
def test_r81_only_looks_at_pages_which_the_next_crawl_repeats_do_not_wait_for_the_disk(watching: Watching) -> None:
    monitor = watching(8, first_crawl=False)
    commits = _commits(monitor.database)
    monitor.crawl()
    assert {NORMAL, FULL} == set(commits)
    assert commits[-1] == FULL, "the end of a crawl, with the changes it found, does"


def test_r83_who_finds_the_archive_locked_waits_for_its_turn_and_then_writes(database: Database) -> None:
    entered, order = threading.Event(), list[str]()

    def hold() -> None:
        with database.write() as session:
            session.add(tables.Setting(key="first", value=""))
            session.flush()
            entered.set()
            threading.Event().wait(0.3)
            order.append("first")

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(10)
    with database.write() as session:
        assert session.get(tables.Setting, "first") is not None
        order.append("second")
    holder.join()
    assert order == ["first", "second"]


@sqlite_only
def test_r83_a_writer_that_reads_first_holds_the_lock_already_and_cannot_fail_half_way(database: Database) -> None:
    with database.write() as session:
        session.scalars(select(tables.Setting)).all()
        other = _impatient(database)
        with pytest.raises(DatabaseUnusable, match="another process held it"), other.write() as theirs:
            theirs.scalars(select(tables.Setting)).all()
        session.add(tables.Setting(key="read, then written", value=""))
    with database.read() as session:
        assert session.get(tables.Setting, "read, then written") is not None


@sqlite_only
def test_r83_a_writer_has_ten_seconds_of_patience(database: Database) -> None:
    assert module.BUSY_TIMEOUT == 10
    with database.read() as session:
        assert session.execute(text("PRAGMA busy_timeout")).scalar_one() == 10_000


def test_r83_no_transaction_is_open_while_a_page_or_a_mail_server_is_waited_for(
    watching: Watching, tmp_path: Path
) -> None:
    monitor = watching(8, first_crawl=False)
    looked: list[str] = []

    def somebody_writes(url: str) -> None:
        with _impatient(monitor.database).write() as session:
            session.merge(tables.Setting(key="meanwhile", value=url))
        looked.append(url)

    monitor.intercept = somebody_writes
    monitor.crawl()
    assert len(looked) >= 8

    class Slow(FolderChannel):
        def send(self, message: bytes, recipient: str) -> None:
            somebody_writes(recipient)
            super().send(message, recipient)

    world = World(monitor.database, now=monitor.now)
    world.subscribe()
    world.digest()
    assert send_waiting(monitor.database, Slow(tmp_path / "mails"), world.now).sent == 1
    assert looked[-1] == "lezer@example.org"


def _impatient(database: Database) -> Database:
    """The same archive for somebody who does not wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BUSY_TIMEOUT", 0)
        return open_database(database.url)


def test_r84_a_clock_set_back_keeps_the_order_of_crawls_and_hides_no_edit(watching: Watching) -> None:
    monitor = watching(8)
    right = monitor.now
    monitor.now = right + timedelta(days=700)
    monitor.crawl(hours=1)
    monitor.now = right + timedelta(hours=1)
    slug = slugs(monitor)[2]
    monitor.replica.edit(slug, title="Deze kop kwam nadat de klok was teruggezet")
    crawled = monitor.crawl(hours=1)
    assert crawled.report.crawl_id == 3
    assert monitor.told() == [("edited", slug, ("title",))]
    assert monitor.crawl(hours=1).report.edited == 0
    assert len(monitor.told()) == 1


def test_r84_a_clock_set_back_makes_no_reader_wait_until_then_and_tells_nothing_twice(
    database: Database, tmp_path: Path
) -> None:
    world = World(database)
    world.welcomed(rhythm="daily")
    right = world.now
    world.publish(about("dit eerder was"))
    world.later(days=400)
    assert [mail.entries for mail in world.digest()] == [1]
    world.now = right + timedelta(days=1)
    world.publish(about("dit erna kwam"))
    sent = send_waiting(database, FolderChannel(tmp_path / "mails"), world.now)
    assert sent.sent == 1, "a mail that was written in the future leaves now"
    told = [mail.entries for _ in range(3) for mail in (world.later(days=1), world.digest())[1]]
    assert told == [1]


def test_r84_a_crawl_has_a_higher_number_than_any_before_it_whatever_the_clock_says(database: Database) -> None:
    now = World(database).now
    numbers = [begin(database, "crawl", now - timedelta(days=days), pid=1) for days in (0, 30, 60)]
    assert numbers == sorted(set(numbers))
