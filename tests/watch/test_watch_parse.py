"""Watches as they are written down."""

from __future__ import annotations

from typing import Any

import pytest

from alerts.watch import WatchError, combine, match_text, packaged_watches, parse_watch

MINIMAL = {"name": "woo", "any": ["Wet open overheid"]}


@pytest.mark.parametrize(
    ("table", "key", "words"),
    [
        ({"any": ["a"]}, "name", "required"),
        ({**MINIMAL, "name": "Open Overheid"}, "name", "small letters"),
        ({**MINIMAL, "name": 7}, "name", "text"),
        ({"name": "woo"}, "any", "at least one term"),
        ({"name": "woo", "none": ["a"]}, "any", "at least one term"),
        ({**MINIMAL, "any": "Woo"}, "any", "a list"),
        ({**MINIMAL, "any": [7]}, "any[0]", "a term"),
        ({**MINIMAL, "any": ["…"]}, "any[0].terms[0]", "plain words"),
        ({**MINIMAL, "any": ["--"]}, "any[0].terms[0]", "letters or digits"),
        ({**MINIMAL, "any": ["coalitie*"]}, "any[0].terms[0]", "plain words"),
        ({**MINIMAL, "any": ["Woo", "woo"]}, "any", "twice"),
        ({**MINIMAL, "any": [{"terms": []}]}, "any[0].terms", "at least one term"),
        ({**MINIMAL, "any": [{"terms": ["a"], "points": 0}]}, "any[0].points", "greater than 0"),
        ({**MINIMAL, "any": [{"terms": ["a"], "points": float("nan")}]}, "any[0].points", "number"),
        ({**MINIMAL, "any": [{"terms": ["a"], "unles": ["b"]}]}, "any[0].unles", "did you mean `unless`"),
        ({**MINIMAL, "any": [{"terms": ["a"], "unless": ["* b"]}]}, "any[0].unless[0]", "begin and end"),
        ({**MINIMAL, "any": [{"terms": ["a"], "exact": 1}]}, "any[0].exact", "true or false"),
        ({**MINIMAL, "any": [{"terms": ["a"], "unless": ["a in {land}"]}]}, "any", "names the list {land}"),
        ({**MINIMAL, "any": ["a {land}"], "words": {"lang": ["b"]}}, "any", "lists in `words`: lang"),
        ({**MINIMAL, "any": ["a {land}"], "words": {"land": ["b*"]}}, "any", "plain words"),
        ({**MINIMAL, "words": {"Land": ["b"]}}, "words.Land", "small letters"),
        ({**MINIMAL, "words": {"land": ["--"]}}, "words.land[0]", "letters or digits"),
        ({**MINIMAL, "words": {"land": []}}, "words.land", "at least one"),
        ({**MINIMAL, "any": [{"terms": ["a"], "doubt": ["b"]}]}, "any[0]", "`needs`"),
        ({**MINIMAL, "anny": []}, "anny", "did you mean `any`"),
        ({**MINIMAL, "weights": {"kop": 1}}, "weights.kop", "allowed: title, lead, body, caption, tags"),
        ({**MINIMAL, "weights": {"title": -1}}, "weights.title", "greater than or equal to 0"),
        ({**MINIMAL, "weights": {"title": True}}, "weights.title", "a number"),
        ({**MINIMAL, "weights": dict.fromkeys(("title", "lead", "body", "caption", "tags"), 0)}, "weights", "all 0"),
        ({**MINIMAL, "threshold": 10}, "threshold", "at most 3 points"),
        ({**MINIMAL, "title": "x" * 81}, "title", "80"),
    ],
)
def test_an_impossible_watch_is_refused_with_its_key_and_what_is_allowed(
    table: dict[str, Any], key: str, words: str
) -> None:
    with pytest.raises(WatchError) as raised:
        parse_watch(table)
    assert raised.value.key == key
    assert words in raised.value.message


def test_a_watch_needs_only_a_name_and_a_term() -> None:
    watch = parse_watch(MINIMAL)
    assert watch.title == "woo"
    assert match_text(watch, "De Wet open overheid wordt geëvalueerd.").matches


def test_the_packaged_watch_is_the_coalition() -> None:
    assert [(watch.name, watch.title) for watch in packaged_watches()] == [("ai-coalitie", "AI-coalitie")]
    assert combine([]) == packaged_watches()


def test_a_configuration_adds_watches_after_the_packaged_ones() -> None:
    assert [watch.name for watch in combine([MINIMAL])] == ["ai-coalitie", "woo"]


def test_a_configuration_may_replace_a_packaged_watch() -> None:
    (watch,) = combine([{"name": "ai-coalitie", "any": ["iets anders"]}])
    assert [term.name for term in watch.any] == ["iets anders"]


def test_naming_a_packaged_watch_keeps_its_rule() -> None:
    assert combine([{"name": "ai-coalitie"}]) == packaged_watches()
    (watch,) = combine([{"name": "ai-coalitie", "title": "De coalitie"}])
    assert watch.title == "De coalitie"
    assert watch.any == packaged_watches()[0].any


def test_a_name_used_twice_is_refused() -> None:
    with pytest.raises(WatchError, match="used twice") as raised:
        combine([MINIMAL, MINIMAL])
    assert raised.value.key == "watch[1].name"


def test_an_error_in_a_configuration_says_in_which_watch() -> None:
    with pytest.raises(WatchError) as raised:
        combine([MINIMAL, {"name": "leeg"}])
    assert raised.value.key == "watch[1].any"
