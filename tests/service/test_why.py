"""`why` gives the real reason, for each of the reasons there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import click.testing
import pytest

from alerts.watch import Term, Watch
from cli.app import App
from cli.main import cli
from cli.service.turn import turn
from storage import tables
from storage.history import UnknownTarget
from storage.urls import url_key
from tests.delivery.builders import World, text
from tests.service.conftest import Installation

Install = Callable[..., Installation]
URL = "https://example.org/artikel-1"


@pytest.fixture
def place(installed: Install) -> Installation:
    return installed()


@pytest.fixture
def world(place: Installation) -> World:
    return World(place.database())


def article(world: World, about: str = "er iets is", *, coalition: bool = True, tellable: bool = True) -> int:
    number = world.publish(text(about, coalition), tellable=tellable)
    with world.database.write() as session:
        row = session.query(tables.ArticleUrl).filter_by(article_id=number).one()
        row.url_key = url_key(row.url)
    return number


def why(place: Installation, world: World, target: str = URL) -> str:
    app = App(config_file=str(place.config), clock=lambda: world.now)
    try:
        result = click.testing.CliRunner().invoke(cli, ["why", target], obj=app, standalone_mode=False)
    finally:
        app.close()
    if result.exception:
        raise result.exception
    return result.stdout


def mailed(place: Installation, world: World) -> None:
    turn(place.app(world.later()), {})


def test_what_the_first_crawl_found_was_never_news(place: Installation, world: World) -> None:
    article(world, tellable=False)
    world.subscribe()
    mailed(place, world)
    said = why(place, world)
    assert "first seen 2025-01-08 10:10, as part of the starting point" in said
    assert "nobody is told: part of the starting point" in said
    assert "matches the watch coalitie: “AIC4NL” in body" in said


def test_a_told_change_names_its_mail_and_what_became_of_it(place: Installation, world: World) -> None:
    world.subscribe()
    mailed(place, world)
    article(world)
    mailed(place, world)
    said = why(place, world)
    assert "lezer@example.org (coalitie, immediately): told in the digest of 2025-01-08 10:40 (1 entry): sent" in said
    with world.database.write() as session:
        mail = session.query(tables.Mail).order_by(tables.Mail.id.desc()).first()
        assert mail is not None
        mail.state, mail.last_error = "failed", "no such mailbox"
    assert "failed (no such mailbox); `nieuwswacht outbox retry" in why(place, world)


def test_who_came_later_was_not_told_what_was_there_before(place: Installation, world: World) -> None:
    world.subscribe("eerder@example.org")
    article(world)
    world.subscribe("later@example.org")
    mailed(place, world)
    assert "later@example.org (coalitie, immediately): not told: it was there before this subscription" in why(
        place, world
    )


def test_what_does_not_match_was_not_told(place: Installation, world: World) -> None:
    world.subscribe()
    article(world, coalition=False)
    mailed(place, world)
    said = why(place, world)
    assert "does not match the watch coalitie" in said
    assert "not told: neither text matches the watch coalitie" in said


def test_what_was_seen_without_counting_is_told(place: Installation, world: World) -> None:
    article(world)
    world.judge(Watch("kring", "Kring", any=(Term("AIC4NL", needs=("Nederland",)),)))
    said = why(place, world)
    assert "does not match the watch kring" in said
    assert "not counted: “AIC4NL” in body: without Nederland" in said


def test_a_daily_reader_waits_for_his_slot(place: Installation, world: World) -> None:
    world.subscribe(rhythm="daily")
    mailed(place, world)
    article(world)
    mailed(place, world)
    assert "(coalitie, daily): waits for the daily mail of 2025-01-09 07:30" in why(place, world)
    assert "1 change is still to tell: waits for the daily mail of" in why(place, world, "Lezer@example.org")


def test_an_edit_taken_back_in_time_was_not_told(place: Installation, world: World) -> None:
    number = article(world, tellable=False)
    world.subscribe()
    mailed(place, world)
    world.edit(number, text("er iets anders is"))
    world.edit(number, text("er iets is"), kind="reverted")
    mailed(place, world)
    assert "cancelled out with a later change before it could be told" in why(place, world)


def test_an_improved_extractor_and_a_redesign_are_told_from_an_editor(place: Installation, world: World) -> None:
    number = article(world, tellable=False)
    changed = world.edit(number, text("er meer gelezen is"), tellable=False)
    with world.database.write() as session:
        change = session.get_one(tables.Change, changed)
        session.get_one(tables.Version, change.to_id).cause = "extractor"
    world.happen(number, "moved", url=URL, tellable=False)
    said = why(place, world)
    assert "our own reading of the page improved" in said
    assert "it moved with much of the site: a redesign" in said


def test_a_paused_reader_and_a_text_in_quarantine_say_what_to_do(place: Installation, world: World) -> None:
    world.subscribe()
    mailed(place, world)
    number = article(world)
    world.judge()
    with world.database.write() as session:
        session.query(tables.Subscription).one().state = "paused"
        version = session.query(tables.Version).filter_by(article_id=number).one()
        copied = {column.name: getattr(version, column.name) for column in tables.Version.__table__.columns}
        session.add(
            tables.Version(**(copied | {"id": 99, "number": None, "status": "quarantined", "reason": "cut off"}))
        )
    said = why(place, world)
    assert "held: the address is paused after refusals" in said
    assert "is in quarantine: cut off; `nieuwswacht quarantine` settles it" in said
    assert "paused after refusals" in why(place, world, "lezer@example.org")


def test_an_address_is_told_its_last_mails_and_what_is_to_come(place: Installation, world: World) -> None:
    world.subscribe()
    assert "its welcome goes with the next mails" in why(place, world, "lezer@example.org")
    mailed(place, world)
    said = why(place, world, "lezer@example.org")
    assert "lezer@example.org follows coalitie, immediately, since 2025-01-08 10:10" in said
    assert "the welcome of 2025-01-08 10:20 (0 entries): sent" in said
    assert "nothing is still to tell" in said


def test_an_address_that_left_gets_nothing_any_more(place: Installation, world: World) -> None:
    subscription = world.subscribe().subscription
    with world.database.write() as session:
        reader = session.get_one(tables.Subscription, subscription.id)
        reader.state, reader.ended = "ended", world.now + timedelta(minutes=1)
    assert "ended 2025-01-08 10:11: nothing is mailed any more" in why(place, world, "lezer@example.org")


@pytest.mark.parametrize("target", ["https://example.org/onbekend", "niemand@example.org"])
def test_an_unknown_target_says_where_to_look(place: Installation, world: World, target: str) -> None:
    with pytest.raises(UnknownTarget, match=r"`nieuwswacht (articles|subscriptions)`"):
        why(place, world, target)
