"""Row 33: a site that serves a new text and a stale copy of the old one in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from tests.crawl.conftest import Watching, slugs, watching
from tests.databases import fresh_url
from tests.delivery.builders import World, text

__all__ = ["watching"]
A, B, C = text("het plan er is"), text("het plan er in mei is"), text("het plan van de baan is")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opened = open_database(fresh_url(tmp_path))
    yield World(opened)
    opened.close()


def _swing(world: World, article: int, times: int) -> list[int]:
    """The text goes to and fro, with a mail due after each turn; the number of entries that are told each time."""
    told = []
    for number in range(times):
        body = B if number % 2 == 0 else A
        world.edit(article, body, kind="edited" if number == 0 else "reverted")
        told.append(sum(mail.entries for mail in world.digest()))
    return told


def test_r33_an_edit_and_its_return_are_told_and_what_swings_on_is_told_once_a_day(world: World) -> None:
    article = world.publish(A)
    reader = world.welcomed()
    assert _swing(world, article, 9) == [1, 1, 0, 0, 0, 0, 0, 0, 0]
    world.later(hours=20)
    world.edit(article, A, kind="reverted")
    world.edit(article, B, kind="reverted")
    (mail,) = world.digest(dry_run=True)
    assert "om en om" in " ".join(mail.message.decode().replace("=\n", "").split())
    assert [mail.entries for mail in world.digest()] == [1], "and then he stands where the site does"
    assert world.digest() == []
    assert len(world.told(reader)) == 11


def test_r33_a_page_that_swings_back_to_what_the_reader_knows_is_silence(world: World) -> None:
    article = world.publish(A)
    world.welcomed()
    assert sum(_swing(world, article, 8)) == 2
    world.later(days=2)
    assert world.digest() == []


def test_r33_a_text_never_seen_before_does_not_wait_for_the_swinging_to_end(world: World) -> None:
    article = world.publish(A)
    world.welcomed()
    _swing(world, article, 6)
    world.edit(article, C)
    (mail,) = world.digest(dry_run=True)
    assert "van de baan" in " ".join(mail.message.decode().replace("=\n", "").split())
    assert [mail.entries for mail in world.digest()] == [1]


@pytest.mark.parametrize("body", [A, B])
def test_r33_an_article_that_goes_while_its_text_swings_is_told_at_once(world: World, body: str) -> None:
    article = world.publish(A)
    world.welcomed()
    _swing(world, article, 6)
    world.edit(article, body, kind="reverted")
    world.happen(article, "gone")
    assert [mail.entries for mail in world.digest()] == [1]


def test_r33_a_crawl_that_meets_a_stale_copy_in_turn_makes_one_edit_and_returns_of_it(watching: Watching) -> None:
    monitor = watching(10)
    slug, old = slugs(monitor)[1], monitor.replica.articles()[1].title
    for number in range(6):
        monitor.replica.edit(slug, title=old if number % 2 else "De kop van vandaag boven dit stuk")
        monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", slug, ("title",)), *[("reverted", slug, ("title",))] * 5]
    assert monitor.versions("quarantined") == []
