"""The pages' own words: complete in both languages, formal, rightly spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import get_args

import pytest

from alerts.entries import ChangeKind, Rhythm, Significance
from tests.spelling import DICTIONARIES, misspelt
from web.words import WORDS, PageWords


def phrases_of(language: PageWords) -> Iterator[tuple[str, str]]:
    for field in fields(language):
        value = getattr(language, field.name)
        parts = value.items() if isinstance(value, Mapping) else enumerate([value] if isinstance(value, str) else value)
        yield from ((f"{field.name}[{key}]", phrase) for key, phrase in parts)


def test_both_languages_say_the_same_things() -> None:
    gaps = [
        {name: sorted(re.findall(r"{\w+}", phrase)) for name, phrase in phrases_of(language)}
        for language in WORDS.values()
    ]
    assert gaps[0] == gaps[1]
    assert len(gaps[0]) > 150


@pytest.mark.parametrize("language", WORDS)
def test_there_is_a_word_for_everything_that_can_happen(language: str) -> None:
    words = WORDS[language]
    assert set(words.kinds) == set(get_args(ChangeKind))
    assert set(words.significances) == set(get_args(Significance))
    assert set(words.rhythms) == set(get_args(Rhythm))
    assert set(words.states) == {"ok", "attention", "broken"}


def test_dutch_visitors_are_addressed_formally() -> None:
    informal = [
        phrase for _, phrase in phrases_of(WORDS["nl"]) if re.search(r"\b(je|jij|jou|jouw|jullie)\b", phrase, re.I)
    ]
    assert informal == []


@pytest.mark.parametrize("language", DICTIONARIES)
def test_the_words_of_the_pages_are_rightly_spelt(language: str) -> None:
    spoken = [phrase for name, phrase in phrases_of(WORDS[language]) if not name.startswith(("day[", "language"))]
    words = re.sub(r"{\w*}|\S+@\S+|Nieuwswacht|Atom-feed|Atom", " ", " ".join(spoken))
    assert misspelt(words, language) == []
