"""How far a reader's past is settled: what is behind it is not gone through again, and nothing that may be told is."""

from __future__ import annotations

import pytest

from alerts import selection
from storage import tables
from tests.delivery.builders import World, text


@pytest.fixture(autouse=True)
def settles_at_each_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "_GONE_THROUGH", 0)


def settled(world: World, subscription: int) -> int:
    with world.database.read() as session:
        return session.get_one(tables.Subscription, subscription).settled_change_id


def decide(world: World, change: int, *, tellable: bool | None) -> None:
    with world.database.write() as session:
        session.get_one(tables.Change, change).tellable = tellable


def test_what_was_told_or_is_no_news_is_behind_the_reader(world: World) -> None:
    reader = world.welcomed()
    world.publish(text("er een plan is"))
    world.publish(text("het mooi weer wordt", coalition=False))
    last = world.edit(1, text("er geen plan is"))
    world.digest()
    world.digest()
    assert world.told(reader) == [1, 3]
    assert settled(world, reader) == last


def test_what_waits_for_a_weekly_mail_is_not_settled_and_is_in_it(world: World) -> None:
    reader = world.welcomed(rhythm="weekly")
    world.publish(text("er een plan is"))
    for words in ("er geen plan is", "er toch een plan is"):
        world.edit(1, text(words))
        world.digest()
    assert (world.told(reader), settled(world, reader)) == ([], 0)
    world.later(days=8)
    world.digest()
    assert world.told(reader) == [1, 2, 3]


def test_what_a_crawl_has_yet_to_decide_on_is_told_once_it_has_though_later_news_was_told_before(world: World) -> None:
    reader = world.welcomed()
    world.publish(text("er een plan is"))
    world.digest()
    undecided = world.happen(1, "moved", url="https://example.org/elders")
    decide(world, undecided, tellable=None)
    later = world.edit(1, text("er geen plan is"))
    world.digest()
    world.digest()
    assert (world.told(reader), settled(world, reader)) == ([1, later], undecided - 1)
    decide(world, undecided, tellable=True)
    world.digest()
    assert world.told(reader) == [1, undecided, later]
