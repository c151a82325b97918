"""What only the operator may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.tokens import make_token, new_key
from storage import tables
from storage.article import Article
from storage.locks import crawling
from tests.delivery.builders import World, text
from tests.web.visiting import SAME_SITE, Visitor, shown, site_of


@pytest.fixture
def suspect(world: World) -> int:
    """A version in quarantine; returns its id."""
    article = world.publish(text("het budget 204 miljoen euro is"), title="Het budget")
    with world.database.write() as session:
        row = session.get_one(tables.Article, article)
        before = session.get_one(tables.Version, row.current_id)
        seen = Article.from_dict(
            before.data | {"blocks": [{"kind": "paragraph", "text": text("alles weg is"), "links": []}]}
        )
        version = tables.Version(
            article_id=article, status="quarantined", change="edited", seen_at=world.now, extractor="test",
            reason="only 9 % of the text is left", content_hash=seen.content_hash(), hashes=seen.facet_hashes(),
            fields=["body"], title=seen.title, text=seen.text, data=seen.to_dict(),
        )  # fmt: skip
        session.add(version)
        session.flush()
        return version.id


def link(world: World) -> str:
    with world.database.write() as session:
        return f"/beheer/{make_token(session, 'operator', 'operator', world.now)}"


@pytest.fixture
def operator(world: World, visitor: Visitor) -> Visitor:
    where = link(world)
    assert "Open het beheer" in visitor.text(where)
    answer = visitor.post(where)
    assert (answer.status_code, answer.headers["location"]) == (303, "/bronnen")
    return visitor


def decide(visitor: Visitor, version: int, verdict: str):  # type: ignore[no-untyped-def]
    token = visitor.form_token("/bronnen")
    return visitor.post(f"/bronnen/quarantaine/{version}", {"besluit": verdict, "form_token": token})


def status(world: World, version: int) -> str:
    with world.database.read() as session:
        return session.get_one(tables.Version, version).status


def test_everybody_sees_that_something_waits_and_nobody_else_can_settle_it(
    world: World, suspect: int, visitor: Visitor
) -> None:
    page = visitor.text("/bronnen")
    assert "Nog na te kijken" in page
    assert "Het budget" in page
    assert "only 9 %" not in page
    assert visitor.get(f"/bronnen/quarantaine/{suspect}").status_code == 404
    answer = visitor.client.post(f"/bronnen/quarantaine/{suspect}", data={"besluit": "melden"}, headers=SAME_SITE)
    assert answer.status_code == 403
    assert status(world, suspect) == "quarantined"


def test_the_operator_compares_before_deciding(world: World, suspect: int, operator: Visitor) -> None:
    page = operator.text(f"/bronnen/quarantaine/{suspect}")
    assert "only 9 % of the text is left" in page
    assert "204 miljoen" in page
    assert "alles weg is" in page


@pytest.mark.parametrize(
    ("verdict", "left", "told"),
    [("melden", "accepted", [True]), ("stil", "accepted", [False]), ("verwerpen", "rejected", [])],
)
def test_the_operator_settles_it(
    verdict: str, left: str, told: list[bool], world: World, suspect: int, operator: Visitor
) -> None:
    answer = decide(operator, suspect, verdict)
    assert answer.status_code == 303
    assert "De beslissing is vastgelegd." in operator.text(answer.headers["location"])
    assert status(world, suspect) == left
    with world.database.read() as session:
        changes = session.query(tables.Change).filter_by(to_id=suspect).all()
        assert [change.tellable for change in changes] == told


def test_what_was_settled_cannot_be_settled_again(world: World, suspect: int, operator: Visitor) -> None:
    decide(operator, suspect, "verwerpen")
    assert decide(operator, suspect, "melden").status_code == 404
    assert status(world, suspect) == "rejected"


def test_a_decision_needs_the_token_of_the_form(world: World, suspect: int, operator: Visitor) -> None:
    where = f"/bronnen/quarantaine/{suspect}"
    for fields in ({}, {"form_token": ""}, {"form_token": Visitor(site_of(world)).form_token("/aanmelden")}):
        assert operator.post(where, {"besluit": "melden", **fields}).status_code == 403
    token = operator.form_token("/bronnen")
    assert operator.post(where, {"besluit": "weggooien", "form_token": token}).status_code == 403
    assert status(world, suspect) == "quarantined"


def test_during_a_crawl_nothing_is_settled(
    world: World, suspect: int, operator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.operator._WAIT", 0)
    with crawling(world.database, ["ibestuur"]):
        answer = decide(operator, suspect, "melden")
    assert answer.status_code == 503
    assert "wordt op dit moment gelezen" in shown(answer)
    assert status(world, suspect) == "quarantined"


def test_looking_at_the_link_opens_nothing(world: World, suspect: int, visitor: Visitor) -> None:
    answer = visitor.get(link(world))
    assert "set-cookie" not in answer.headers
    assert "U bent hier als beheerder" not in visitor.text("/bronnen")


def test_the_link_ends_after_twelve_hours(world: World, operator: Visitor) -> None:
    where = link(world)
    world.now += timedelta(hours=12, minutes=1)
    assert operator.get(where).status_code == 404
    assert operator.post(where).status_code == 404
    assert "U bent hier als beheerder" not in operator.text("/bronnen")


def test_a_new_key_ends_the_operators_links(world: World, operator: Visitor) -> None:
    assert "U bent hier als beheerder" in operator.text("/bronnen")
    with world.database.write() as session:
        new_key(session)
    assert "U bent hier als beheerder" not in operator.text("/bronnen")


def test_the_operator_can_leave(operator: Visitor) -> None:
    operator.post("/beheer/sluiten", {"form_token": operator.form_token("/bronnen")})
    assert "U bent hier als beheerder" not in operator.text("/bronnen")


def test_another_signed_link_is_no_operators_link(world: World, visitor: Visitor) -> None:
    with world.database.write() as session:
        tokens = [
            make_token(session, "form", "operator", world.now),
            make_token(session, "confirm", "operator", world.now),
        ]
    for token in (*tokens, "x", "k1.x.y"):
        assert visitor.get(f"/beheer/{token}").status_code == 404
        assert visitor.post(f"/beheer/{token}").status_code == 404
