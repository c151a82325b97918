"""From a visitor to a subscription: nothing without a confirmation, and nothing told about who reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.subscriptions import subscriptions
from storage import tables
from tests.delivery.builders import COALITION, World
from tests.web.visiting import Visitor, header, mail_links, shown, site_of
from web.site import Site

ADDRESS = "lezer@example.org"


def sign_up(visitor: Visitor, address: str = ADDRESS, **fields: str):  # type: ignore[no-untyped-def]
    values = {
        "address": address,
        "watch": "coalitie",
        "rhythm": "daily",
        "form_token": visitor.form_token("/aanmelden"),
    }
    return visitor.post("/aanmelden", values | fields)


def confirm_path(world: World) -> str:
    (link,) = mail_links(world.mails(ADDRESS)[-1].message or b"")
    return link.removeprefix("http://localhost")


def followers(world: World) -> list[tuple[str, str, str]]:
    with world.database.read() as session:
        return [(one.address, one.watch, one.rhythm) for one in subscriptions(session)]


def test_a_visitor_subscribes_by_confirming_a_mail(world: World, visitor: Visitor) -> None:
    assert "Kijk in uw mail" in shown(sign_up(visitor))
    assert followers(world) == []
    (mail,) = world.mails()
    assert header(mail.message or b"", "To") == ADDRESS
    assert "“De coalitie”" in mail.subject
    page = visitor.get(confirm_path(world))
    assert "U volgt daarna “De coalitie” op iBestuur: één overzicht per dag" in shown(page)
    assert followers(world) == []
    assert "U bent aangemeld" in shown(visitor.post(confirm_path(world)))
    assert followers(world) == [(ADDRESS, "coalitie", "daily")]


def test_the_question_leaves_at_once(world: World) -> None:
    turns: list[int] = []
    sign_up(Visitor(site_of(world, send=lambda: turns.append(len(world.mails())))))
    assert turns == [1]


def test_confirming_twice_changes_nothing(world: World, visitor: Visitor) -> None:
    sign_up(visitor)
    path = confirm_path(world)
    assert shown(visitor.post(path)) == shown(visitor.post(path))
    assert len(followers(world)) == 1


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_mail(world: World, visitor: Visitor) -> None:
    world.subscribe(ADDRESS)
    known, unknown = sign_up(visitor), sign_up(visitor, "nieuw@example.org")
    assert known.text == unknown.text
    assert known.headers["content-length"] == unknown.headers["content-length"]
    first, second = (mail.message or b"" for mail in world.mails())
    assert header(first, "Subject") == header(second, "Subject")
    assert len(mail_links(first)) == len(mail_links(second)) == 1


def test_a_known_reader_who_confirms_gets_the_new_rhythm(world: World, visitor: Visitor) -> None:
    world.subscribe(ADDRESS, "weekly")
    sign_up(visitor)
    visitor.post(confirm_path(world))
    assert followers(world) == [(ADDRESS, "coalitie", "daily")]


@pytest.mark.parametrize(
    "address", ["", "lezer", "a@b@c.nl", "lezer@example.org\r\nBcc: x@example.org", "x@example.org, y@example.org"]
)
def test_what_is_no_address_gets_no_mail(address: str, world: World, visitor: Visitor) -> None:
    answer = sign_up(visitor, address)
    assert answer.status_code == 422
    assert "Dit is geen e-mailadres." in shown(answer)
    assert world.mails() == []


@pytest.mark.parametrize("fields", [{"watch": "geheim"}, {"rhythm": "hourly"}, {"watch": ""}])
def test_only_what_is_offered_can_be_chosen(fields: dict[str, str], world: World, visitor: Visitor) -> None:
    assert sign_up(visitor, **fields).status_code == 422
    assert world.mails() == []


def test_a_form_keeps_what_was_filled_in(visitor: Visitor) -> None:
    assert 'value="lezer@fout"' in sign_up(visitor, "lezer@fout").text


def test_a_link_works_seven_days(world: World, visitor: Visitor) -> None:
    sign_up(visitor)
    path = confirm_path(world)
    world.now += timedelta(days=7)
    assert visitor.get(path).status_code == 200
    world.now += timedelta(minutes=1)
    assert visitor.get(path).status_code == 404
    assert visitor.post(path).status_code == 404
    assert followers(world) == []


def test_a_link_for_something_else_confirms_nothing(world: World, visitor: Visitor) -> None:
    sign_up(visitor)
    path = confirm_path(world)
    for wrong in (path[:-1], path + "x", "/aanmelden/k1.x.y", path.replace("/k1.", "/k2."), "/aanmelden/" + "é" * 20):
        assert visitor.get(wrong).status_code == 404
        assert visitor.post(wrong).status_code == 404
    assert followers(world) == []


def test_a_link_to_a_watch_that_was_taken_away_confirms_nothing(world: World, visitor: Visitor) -> None:
    sign_up(visitor)
    site = site_of(world)
    without = Visitor(Site(**{**vars(site), "watches": ()}))
    assert without.post(confirm_path(world)).status_code == 404


def test_one_connection_cannot_ask_for_many_mails(world: World, visitor: Visitor) -> None:
    answers = [sign_up(visitor, f"lezer{n}@example.org").status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2
    assert len(world.mails()) == 10
    world.now += timedelta(hours=1)
    assert sign_up(visitor, "later@example.org").status_code == 200


def test_one_address_gets_few_mails_and_nobody_can_tell(world: World) -> None:
    site, answers = site_of(world), set()
    for case in (ADDRESS, ADDRESS.upper(), ADDRESS, ADDRESS, ADDRESS):
        world.later(minutes=1)
        answers.add(sign_up(Visitor(site), case).text)
    assert len(answers) == 1
    assert len(world.mails()) == 3


def test_pressing_the_button_twice_is_one_mail(world: World, visitor: Visitor) -> None:
    assert [sign_up(visitor).status_code for _ in range(2)] == [200, 200]
    assert len(world.mails()) == 1


def test_an_unconfirmed_address_is_kept_nowhere_but_in_its_mail(world: World, visitor: Visitor) -> None:
    sign_up(visitor)
    with world.database.read() as session:
        assert session.scalars(select(tables.Subscription)).all() == []


def test_a_form_of_another_browser_is_not_accepted(world: World, visitor: Visitor) -> None:
    token = Visitor(site_of(world)).form_token("/aanmelden")
    visitor.form_token("/aanmelden")
    values = {"address": ADDRESS, "watch": COALITION.name, "rhythm": "daily", "form_token": token}
    answer = visitor.post("/aanmelden", values)
    assert answer.status_code == 403
    assert "Dit formulier was verlopen" in shown(answer)
    assert world.mails() == []
