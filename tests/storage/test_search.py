"""What a search finds, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.search import search
from tests.databases import SERVER, fresh_url, sqlite_only
from tests.delivery.builders import World

TEXTS = {
    "coalitie": "De AI-coalitie voor Nederland (AIC4NL) vergadert. Er komt 204 miljoen euro.",
    "los": "De AI coalitie, zonder streepje geschreven, en/of een andere.",
    "omgekeerd": "Een coalitie die over AI gaat.",
    "fabriek": "In Groningen komt een AI-fabriek; de fabrieken van de toekomst (foto's volgen) staan in Europa.",
    "café": "Het café van coördinator Zoë is open. Zie ibestuur.nl/artikel voor v2.0.",
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(fresh_url(tmp_path))
    world = World(opened)
    for title, text in TEXTS.items():
        world.publish(text, title=title)
    yield opened
    opened.close()


def found(database: Database, words: str) -> set[str]:
    with database.read() as session:
        return {hit.version.title for hit in search(session, words)}


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("AI-coalitie", {"coalitie", "los"}),
        ("ai-COALITIE", {"coalitie", "los"}),
        ("coalitie AI", {"coalitie", "los", "omgekeerd"}),
        ("AI-coalitie vergadert", {"coalitie"}),
        ("AIC4NL", {"coalitie"}),
        ("204", {"coalitie"}),
        ("fabriek*", {"fabriek"}),
        ("AI-fabr*", {"fabriek"}),
        ("foto's", {"fabriek"}),
        ("cafe coordinator zoe", {"café"}),
        ("CAFÉ", {"café"}),
        ("ibestuur", {"café"}),
        ("artikel", {"café"}),
        ("andere", {"los"}),
        ("klimaat", set()),
    ],
)
def test_a_search_finds_articles_that_hold_all_the_words(database: Database, words: str, titles: set[str]) -> None:
    assert found(database, words) == titles


@pytest.mark.parametrize(
    "words",
    ['"', "'", "*", "-", "AND", "coalitie AND", "OR NOT", "coalitie:", "a:b", "(", "coalitie)", "& |", "<->", ":*", "\\",
     "NEAR(a b)", "^coalitie", "{title}: x", "coalitie -", "--", "%s :words", "\x00", "$1", "coalitie ***", "🤖"],
)  # fmt: skip
def test_no_sign_is_an_operator_or_an_error(database: Database, words: str) -> None:
    assert found(database, words) <= set(TEXTS)


@pytest.mark.parametrize("words", ['"AI-coalitie"', "AI-coalitie!", "(AI-coalitie)", "'AI-coalitie'"])
def test_quotes_and_signs_around_a_word_change_nothing(database: Database, words: str) -> None:
    assert found(database, words) == {"coalitie", "los"}


@pytest.mark.skipif(not SERVER, reason="only PostgreSQL knows how Dutch words are inflected")
def test_an_inflected_word_is_found_by_its_stem(database: Database) -> None:
    assert found(database, "fabrieken") == found(database, "fabriek") == {"fabriek"}


def test_a_hit_shows_the_place(database: Database) -> None:
    with database.read() as session:
        (hit,) = search(session, "miljoen")
    assert "204 miljoen euro" in hit.snippet


def test_a_former_text_is_found_and_the_newest_version_shown(database: Database) -> None:
    world = World(database)
    article = world.publish("Het oude plan noemt nachtvlinders.", title="nachtvlinders")
    world.edit(article, "Het nieuwe plan noemt nog steeds nachtvlinders, maar anders.")
    world.edit(article, "Het nieuwste plan noemt ze niet meer.", title="vlinders")
    with database.read() as session:
        (hit,) = search(session, "nachtvlinders plan")
    assert hit.version.number == 2


@sqlite_only
def test_words_that_very_many_hold_find_the_same_and_the_newest_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighed = {words: found(database, words) for words in ("een", "de coalitie", "AI* een", "coalitie AI")}
    monkeypatch.setattr("storage.search._COMMON", 1)
    assert {words: found(database, words) for words in weighed} == weighed
    with database.read() as session:
        ids = [hit.version.id for hit in search(session, "een")]
        rare_weighs = [hit.version.title for hit in search(session, "de los")]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(TEXTS)
    assert rare_weighs == ["los"]


def test_a_hit_shows_its_own_place_among_others(database: Database) -> None:
    with database.read() as session:
        for hit in search(session, "coalitie"):
            assert "oalitie" in hit.snippet
            assert hit.snippet.strip("… \n") in f"{hit.version.title}\n{hit.version.text}"
