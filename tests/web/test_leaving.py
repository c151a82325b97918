"""Unsubscribing and changing the rhythm by a link in a mail: fault table row 80."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import delete

from alerts.permalinks import preferences_url, unsubscribe_url
from alerts.tokens import new_key
from storage import tables
from tests.delivery.builders import World, text
from tests.web.visiting import BASE, Visitor, header, mail_links, shown, site_of

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader(world: World) -> int:
    return world.subscribe().subscription.id


def path(world: World, subscription: int, *, manage: bool = False) -> str:
    with world.database.write() as session:
        row = session.get_one(tables.Subscription, subscription)
        return (preferences_url if manage else unsubscribe_url)("", row)


def state(world: World, subscription: int) -> str:
    with world.database.read() as session:
        return session.get_one(tables.Subscription, subscription).state


def one_click(visitor: Visitor, where: str) -> str:
    """As a mail provider's server does it: no cookie, no origin, no session."""
    answer = visitor.client.post(where, data=ONE_CLICK)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_r80_looking_at_the_link_changes_nothing(method: str, world: World, reader: int, visitor: Visitor) -> None:
    for purpose in ({}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}):
        answer = visitor.client.request(method, path(world, reader), headers=purpose)
        assert answer.status_code == 200
    assert state(world, reader) == "active"


def test_r80_the_page_of_the_link_has_a_button_that_ends_it(world: World, reader: int, visitor: Visitor) -> None:
    where = path(world, reader)
    form = LexborHTMLParser(visitor.get(where).text).css_first("form[method=post]")
    assert form is not None
    assert form.attributes["action"] == where
    visitor.post(where)
    assert state(world, reader) == "ended"


def test_r80_one_click_ends_at_once_and_again_is_the_same(world: World, reader: int, visitor: Visitor) -> None:
    first = one_click(visitor, path(world, reader))
    assert state(world, reader) == "ended"
    assert one_click(visitor, path(world, reader)) == first


def test_r80_one_click_may_come_as_multipart(world: World, reader: int, visitor: Visitor) -> None:
    answer = visitor.client.post(path(world, reader), files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert state(world, reader) == "ended"


def test_r80_an_old_link_does_not_end_a_new_subscription_of_another_reader(world: World, visitor: Visitor) -> None:
    old = world.subscribe("weg@example.org").subscription.id
    where = path(world, old)
    with world.database.write() as session:
        session.execute(delete(tables.Subscription))
        session.add(
            tables.Subscription(
                id=old, address="ander@example.org", watch="coalitie", rhythm="daily", created=world.now
            )
        )
    one_click(visitor, where)
    assert state(world, old) == "active"


def test_r80_a_replayed_link_ends_what_was_begun_again(world: World, reader: int, visitor: Visitor) -> None:
    """The reader asks the same thing again: the link is in every mail, and means the same in each."""
    where = path(world, reader)
    one_click(visitor, where)
    world.subscribe()
    assert state(world, reader) == "active"
    one_click(visitor, where)
    assert state(world, reader) == "ended"


def test_r80_a_forged_or_foreign_link_ends_nothing_and_gets_the_same_answer(
    world: World, reader: int, visitor: Visitor
) -> None:
    good, manage = path(world, reader), path(world, reader, manage=True)
    key, payload, signature = good.rpartition("/")[2].split(".")
    other = world.subscribe("ander@example.org").subscription.id
    forged = [
        good[:-2], good + "A", f"/afmelden/{key}.{payload}.", f"/afmelden/k9.{payload}.{signature}", "/afmelden/x",
        f"/afmelden/{key}.{path(world, other).split('.')[1]}.{signature}",
        "/afmelden/" + manage.rpartition("/")[2],
        "/afmelden/k1." + "A" * 3000, "/afmelden/k1.%FF.%00", "/afmelden/k1.W10.x",
    ]  # fmt: skip
    answers = {one_click(visitor, where) for where in forged}
    assert state(world, reader) == state(world, other) == "active"
    assert answers == {one_click(visitor, good)}
    assert state(world, reader) == "ended"


def test_r80_the_page_of_the_link_does_not_tell_whether_it_is_good(world: World, reader: int, visitor: Visitor) -> None:
    good = path(world, reader)
    bad = good[:-3] + "AAA"
    assert visitor.get(good).text.replace(good, "") == visitor.get(bad).text.replace(bad, "")
    assert visitor.get(good).status_code == visitor.get(bad).status_code == 200


def test_r80_links_survive_a_new_key(world: World, reader: int, visitor: Visitor) -> None:
    where = path(world, reader)
    for _ in range(3):
        with world.database.write() as session:
            new_key(session)
    assert path(world, reader) != where
    one_click(visitor, where)
    assert state(world, reader) == "ended"


def test_r80_links_never_expire(world: World, reader: int, visitor: Visitor) -> None:
    where = path(world, reader)
    world.later(days=4000)
    one_click(visitor, where)
    assert state(world, reader) == "ended"


def test_r80_the_link_of_an_erased_reader_gets_the_same_answer(world: World, reader: int, visitor: Visitor) -> None:
    where = path(world, reader)
    before = one_click(visitor, where)
    with world.database.write() as session:
        session.execute(delete(tables.Subscription))
    assert one_click(visitor, where) == before


def test_r80_only_unsubscribing_may_be_posted_from_anywhere(world: World, reader: int, visitor: Visitor) -> None:
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elders.example"}
    assert (
        visitor.client.post(path(world, reader, manage=True), data={"rhythm": "weekly"}, headers=cross).status_code
        == 403
    )
    assert visitor.client.post(path(world, reader), data=ONE_CLICK, headers=cross).status_code == 200
    assert state(world, reader) == "ended"


def test_what_waits_for_a_reader_who_left_is_not_sent(world: World, reader: int, visitor: Visitor) -> None:
    world.digest()
    assert len(world.mails()) == 1
    one_click(visitor, path(world, reader))
    assert world.mails() == []


def test_mails_carry_the_links_and_the_one_click_header(world: World) -> None:
    from functools import partial

    context = {
        "base_url": BASE,
        "unsubscribe_url": partial(unsubscribe_url, BASE),
        "preferences_url": partial(preferences_url, BASE),
    }
    world.context = type(world.context)(**{**vars(world.context), **context})
    world.publish(text("iets is"))
    reader = world.welcomed()
    message = world.mails()[0].message or b""
    target = re.search(r"<(https://[^>]+)>", header(message, "List-Unsubscribe"))
    assert target
    assert header(message, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert target[1] in mail_links(message)
    visitor = Visitor(site_of(world, base_url=BASE), "wacht.example.org")
    (preferences,) = [url for url in mail_links(message) if "/voorkeuren/" in url]
    assert visitor.get(preferences.removeprefix(BASE)).status_code == 200
    one_click(visitor, target[1].removeprefix(BASE))
    assert state(world, reader) == "ended"


def test_a_reader_chooses_another_rhythm(world: World, reader: int, visitor: Visitor) -> None:
    where = path(world, reader, manage=True)
    assert 'value="immediately" checked' in visitor.get(where).text
    assert "Uw keuze is bewaard: één overzicht per week" in shown(visitor.post(where, {"rhythm": "weekly"}))
    assert 'value="weekly" checked' in visitor.get(where).text


def test_looking_at_the_preferences_changes_nothing(world: World, reader: int, visitor: Visitor) -> None:
    visitor.get(path(world, reader, manage=True) + "?rhythm=weekly")
    with world.database.read() as session:
        assert session.get_one(tables.Subscription, reader).rhythm == "immediately"


@pytest.mark.parametrize("rhythm", ["", "hourly"])
def test_only_a_rhythm_that_is_offered_is_taken(rhythm: str, world: World, reader: int, visitor: Visitor) -> None:
    assert visitor.post(path(world, reader, manage=True), {"rhythm": rhythm}).status_code == 404
    with world.database.read() as session:
        assert session.get_one(tables.Subscription, reader).rhythm == "immediately"


def test_who_left_is_not_brought_back_by_an_old_preferences_link(world: World, reader: int, visitor: Visitor) -> None:
    where = path(world, reader, manage=True)
    one_click(visitor, path(world, reader))
    assert visitor.post(where, {"rhythm": "weekly"}).status_code == 404
    assert state(world, reader) == "ended"


def test_an_unsubscribe_link_does_not_open_the_preferences(world: World, reader: int, visitor: Visitor) -> None:
    token = path(world, reader).rpartition("/")[2]
    assert visitor.get(f"/voorkeuren/{token}").status_code == 404
