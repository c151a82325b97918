"""Our own words: complete in both languages, formal, rightly spelt, with the right plurals, dates and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from alerts.diff.significance import REASONS
from alerts.entries import ChangeKind, Entry, Language, Rhythm
from alerts.render import render_parts
from alerts.render.clean import slug_label
from alerts.render.languages import LANGUAGES
from alerts.render.moments import Moments
from alerts.render.phrases import Phrases, Plural
from storage.article import BLOCK_KINDS, FACETS
from tests.spelling import DICTIONARIES, misspelt

from .articles import FACTORY, LABS, NOW, SEEN, edition, told
from .cases import CASES

DUTCH, ENGLISH = LANGUAGES["nl"], LANGUAGES["en"]


def phrases_of(language: Phrases) -> Iterator[tuple[str, str]]:
    """(where, phrase) for every word of a language."""
    for field in fields(language):
        if field.name in ("language", "locale", "clock"):
            continue  # codes, not words
        value = getattr(language, field.name)
        entries = value.items() if isinstance(value, Mapping) else [("", value)]
        for key, entry in entries:
            forms = enumerate(entry) if isinstance(entry, Plural) else [("", entry)]
            yield from ((f"{field.name} {key} {form}".strip(), phrase) for form, phrase in forms)


def test_mails_are_written_in_every_language_that_can_be_chosen() -> None:
    assert set(LANGUAGES) == set(get_args(Language))


def test_both_languages_say_the_same_things_with_the_same_gaps() -> None:
    dutch, english = dict(phrases_of(DUTCH)), dict(phrases_of(ENGLISH))
    assert set(dutch) == set(english)
    for where in dutch:
        assert set(re.findall(r"{\w*}", dutch[where])) == set(re.findall(r"{\w*}", english[where])), where


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_there_is_a_word_for_everything_that_can_happen(language: Phrases) -> None:
    changes = set(get_args(ChangeKind))
    assert set(language.counts) == changes
    assert set(language.seen) == changes
    assert set(language.subject_single) | {"edited"} == changes
    assert set(language.facets) == set(FACETS)
    assert set(language.blocks) == set(BLOCK_KINDS)
    assert set(language.rhythm) == set(language.why) == set(language.welcome_promise) == set(get_args(Rhythm))
    assert set(language.kinds) <= set(REASONS)


def test_dutch_readers_are_addressed_formally() -> None:
    informal = [phrase for _, phrase in phrases_of(DUTCH) if re.search(r"\b(je|jij|jou|jouw|jullie)\b", phrase, re.I)]
    assert informal == []


@pytest.mark.parametrize("language", DICTIONARIES)
def test_our_own_words_are_rightly_spelt(language: str) -> None:
    words = " ".join(re.sub(r"{\w*}", " ", phrase) for _, phrase in phrases_of(LANGUAGES[language]))
    assert misspelt(words, language) == []


@pytest.mark.parametrize(
    ("earlier", "later", "words"),
    [
        ("2026-01-08T12:00", "2026-01-08T17:00", "tussen 8 januari 13.00 en 18.00 uur"),
        ("2026-01-08T12:00", "2026-01-09T06:30", "tussen 8 januari 13.00 uur en 9 januari 7.30 uur"),
        ("2025-12-31T12:00", "2026-01-01T06:30", "tussen 31 december 2025 13.00 uur en 1 januari 7.30 uur"),
        ("2026-07-08T12:00", "2026-07-08T17:05", "tussen 8 juli 14.00 en 19.05 uur"),
        ("2026-01-08T22:30", "2026-01-08T23:30", "tussen 8 januari 23.30 uur en 9 januari 0.30 uur"),
        ("2026-01-08T12:00:10", "2026-01-08T12:00:50", "omstreeks 8 januari 13.00 uur"),
        (None, "2026-01-08T12:00", "uiterlijk 8 januari 13.00 uur"),
    ],
)
def test_we_say_between_which_two_moments_something_happened(earlier: str | None, later: str, words: str) -> None:
    moments = Moments(DUTCH, "Europe/Amsterdam", NOW)
    start = datetime.fromisoformat(earlier).replace(tzinfo=UTC) if earlier else None
    assert moments.between(start, datetime.fromisoformat(later).replace(tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2025-01-08", "8 januari 2025"),
        ("2025-01-08T23:30:00+00:00", "9 januari 2025"),
        ("gisteren", "gisteren"),
        ("2025-02-30", "2025-02-30"),
    ],
)
def test_a_publication_date_is_written_in_words_or_left_as_it_was(value: str, words: str) -> None:
    assert Moments(DUTCH, "Europe/Amsterdam", NOW).published(value) == words


def test_the_clock_that_goes_back_confuses_nobody() -> None:
    moments = Moments(DUTCH, "Europe/Amsterdam", NOW)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moments.at(first) == moments.at(first + timedelta(hours=1)) == "25 oktober 2.30 uur"


@pytest.mark.parametrize(
    ("n", "words"),
    [(0, "0 nieuwe artikelen"), (1, "1 nieuw artikel"), (2, "2 nieuwe artikelen"), (1204, "1.204 nieuwe artikelen")],
)
def test_one_is_singular_and_anything_else_plural(n: int, words: str) -> None:
    assert DUTCH.plural(DUTCH.counts["new"], n) == words


@pytest.mark.parametrize(
    ("slug", "label"),
    [("data-en-ai", "Data en AI"), ("nieuws", "Nieuws"), ("digitale-toekomst-eu", "Digitale toekomst EU"), ("", "")],
)
def test_a_slug_is_shown_as_words(slug: str, label: str) -> None:
    assert slug_label(slug) == label


@pytest.mark.parametrize("case", CASES)
def test_no_gap_is_left_unfilled(case: str) -> None:
    parts = render_parts(CASES[case]())
    assert not re.search(r"{\w+}|None|\bnan\b", parts.text + parts.subject)


APART, TOGETHER, ONCE = SEEN, (SEEN[1], SEEN[1]), (None, SEEN[1])
BETWEEN = {"nl": (r"tussen \d", "vandaar “tussen”"), "en": (r"between \w+ \d|between \d", "hence “between”")}


@pytest.mark.parametrize("language", BETWEEN)
@pytest.mark.parametrize(
    "entries",
    [
        (),
        (told("new", FACTORY, seen_between=ONCE),),
        (told("gone", FACTORY, seen_between=TOGETHER),),
        (told("gone", FACTORY, seen_between=APART),),
        (told("gone", FACTORY, seen_between=ONCE), told("gone", LABS, seen_between=APART)),
        # The last has no room for more than its headline.
        (*[told("gone", FACTORY, seen_between=ONCE)] * 40, told("gone", LABS, seen_between=APART)),
    ],
    ids=["quiet", "seen once", "seen within a minute", "seen twice", "both", "only listed"],
)
def test_between_is_explained_where_it_is_said_and_nowhere_else(language: Language, entries: tuple[Entry, ...]) -> None:
    said, explained = BETWEEN[language]
    parts = render_parts(edition(*entries, language=language))
    text = " ".join(parts.text.split())
    assert (explained in text) == bool(re.search(said, text))
    assert (explained in text) == (explained in parts.html)
    assert (explained in text) == any(entry.seen_between == APART for entry in entries[:40])
