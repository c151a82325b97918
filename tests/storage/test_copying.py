"""An archive brought into another database: all of it, with its numbers, or nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from storage import tables
from storage.copying import copy_archive
from storage.database import Database, open_database
from storage.errors import DatabaseUnusable
from storage.search import search
from storage.shelf import read_snapshot
from tests.databases import contents, fresh_url
from tests.delivery.builders import World, text
from tests.storage.test_glance import ARTICLE, Site

READER = "lezer@example.org"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Some of everything: news, edits, a reader who was told some of it, and a gap in the numbers."""
    database = open_database(fresh_url(tmp_path, "before"))
    world = World(database)
    for number in range(12):
        world.publish(text(f"er {number} plannen zijn — één café €5"))
    world.welcomed(READER)
    world.edit(3, text("er meer plannen zijn"))
    world.happen(4, "gone")
    world.digest()
    with database.write() as session:
        session.add(tables.Setting(key="emoji 🤖 and 'quotes'", value="a\\b\n%s :c"))
        session.add(tables.Crawl(id=40, kind="crawl", started=world.now, report={"articles": [{"url": "é"}]}))
    yield world
    database.close()


@pytest.fixture(params=["a file", "where tests have their archive"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty archive, on either kind of database."""
    url = f"sqlite:///{tmp_path}/after.db" if request.param == "a file" else fresh_url(tmp_path, "elsewhere")
    database = open_database(url)
    yield database
    database.close()


def copied(before: Database, after: Database, **options: Any) -> dict[str, int]:
    with before.read() as session:
        return copy_archive(session, after, **options)


def test_a_copy_holds_every_row_with_its_number(world: World, target: Database) -> None:
    progress: list[tuple[int, int]] = []
    rows = copied(world.database, target, progress=lambda *at: progress.append(at))
    before = contents(world.database.url)
    assert contents(target.url) == before
    assert rows == {name: len(found) for name, found in before.items()}
    assert progress[-1] == (sum(rows.values()), sum(rows.values()))
    assert progress[-1][0] > 60
    assert before["told"]
    assert before["mails"]


def test_a_copy_of_a_copy_is_the_same_again(world: World, target: Database, tmp_path: Path) -> None:
    copied(world.database, target)
    back = open_database(fresh_url(tmp_path, "back"))
    copied(target, back)
    back.close()
    assert contents(back.url) == contents(world.database.url)


def test_life_goes_on_in_the_copy_where_it_stopped(world: World, target: Database) -> None:
    copied(world.database, target)
    there = World(target, now=world.now)
    told = contents(target.url)["told"]
    assert there.publish(text("het doorgaat")) == 13
    there.edit(3, text("het ook hier doorgaat"))
    with target.write() as session:
        crawl = tables.Crawl(kind="crawl", started=there.later())
        session.add(crawl)
        session.flush()
        assert crawl.id == 41, "numbers go on after the highest"
    (mail,) = there.digest()
    assert mail.entries == 2
    after = contents(target.url)["told"]
    assert set(told) < set(after), "what was told before the copy is told no second time"


def test_what_is_searched_for_is_found_in_the_copy(world: World, target: Database) -> None:
    copied(world.database, target)
    for words in ("plannen", "cafe", "meer plannen", "niets"):
        with world.database.read() as here, target.read() as there:
            found = [{hit.version.id for hit in search(session, words)} for session in (here, there)]
        assert found[0] == found[1]


def test_pages_can_still_be_unpacked(tmp_path: Path, target: Database) -> None:
    database = open_database(fresh_url(tmp_path, "pages"))
    site = Site(database)
    for hours in (0, 30, 60):  # kept anew once a day, the later ones packed with the first as their dictionary
        site.look(ARTICLE, hours)
    site.settle()
    copied(database, target)
    with target.read() as session:
        snapshots = session.scalars(select(tables.Snapshot)).all()
        assert any(snapshot.base_id for snapshot in snapshots)
        for snapshot in snapshots:
            assert b"keuringsdienst" in read_snapshot(session, snapshot)
    database.close()


@pytest.mark.parametrize("table", ["sources", "versions", "told"])
def test_a_copy_that_is_cut_short_leaves_nothing_and_starts_again(world: World, target: Database, table: str) -> None:
    @event.listens_for(target.engine, "after_cursor_execute")
    def cut(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copied(world.database, target)
    event.remove(target.engine, "after_cursor_execute", cut)
    gc.collect()  # SQLite lets go of its file when the statement is gone: at the end of the process, or here
    assert not any(contents(target.url).values())
    copied(world.database, target)
    assert contents(target.url) == contents(world.database.url)


def test_nothing_is_copied_over_anything(world: World, target: Database) -> None:
    with target.write() as session:
        session.add(tables.Setting(key="mine", value="kept"))
    before = contents(target.url)
    with pytest.raises(DatabaseUnusable, match=r"not empty \(settings\)"):
        copied(world.database, target)
    assert contents(target.url) == before
