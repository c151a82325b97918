"""A term finds its own spellings, and nothing else."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.watch import Watch, match_text, packaged_watches, parse_watch

(PACKAGED,) = packaged_watches()
NAMES = [term.name for term in PACKAGED.any if term.points >= 1]
JOINTS = ["", "-", " ", "\u00a0", "\u202f", "\u2010", "\u2011", "\u2013", "- \n", "\n"]
LETTERS = st.text(alphabet="bdfgkmprtvz", min_size=1, max_size=6)


def watch_for(term: str, **more: object) -> Watch:
    return parse_watch({"name": "proef", "any": [{"terms": [term], **more}]})


def matches(term: str, text: str, **more: object) -> bool:
    return match_text(watch_for(term, **more), text).matches


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(JOINTS), min_size=8, max_size=8))
def test_words_of_a_name_may_be_joined_in_any_way(name: str, joints: list[str]) -> None:
    words = re.findall(r"[^\W\d_]+|\d+", name)
    written = "".join(word + joint for word, joint in zip(words, [*joints[: len(words) - 1], ""], strict=True))
    assert matches(name, f"Volgens {written} kan dat."), written


@given(st.sampled_from(NAMES), st.randoms())
def test_case_does_not_matter(name: str, chance: random.Random) -> None:
    written = "".join(char.upper() if chance.random() < 0.5 else char.lower() for char in name)
    assert matches(name, f"Volgens {written} kan dat.")


@given(st.sampled_from(NAMES), st.data())
def test_soft_hyphens_and_zero_width_characters_do_not_hide_a_name(name: str, data: st.DataObject) -> None:
    written = "".join(char + data.draw(st.sampled_from(["", "\u00ad", "\u200b", "\u2060"])) for char in name)
    assert matches(name, f"Volgens {written} kan dat.")


@given(st.sampled_from(NAMES), LETTERS, LETTERS)
def test_a_name_inside_another_word_is_not_found(name: str, before: str, after: str) -> None:
    assert not match_text(PACKAGED, f"Het woord {before}{name.replace(' ', '')}{after} bestaat niet.").matches
    assert not matches(name, f"Het woord {before}{name} bestaat niet.")


@given(st.sampled_from(["restr", "tr", "m", "maint", "cont", "obt", "expl", "susta"]), st.sampled_from(["", "\u00ad"]))
def test_english_words_that_end_in_ained_are_not_the_programme(start: str, hidden: str) -> None:
    text = f"The {start}{hidden}ained model was {start}-ained, {start.upper()}AINED and {start}-\nained again."
    assert not match_text(PACKAGED, text).matches


@pytest.mark.parametrize(
    "written",
    [
        "AI-coalitiepartners",
        "AI-coalitie's",
        "AI-coalitie’s",
        "AI-coalitie-partner",
        "#AIcoalitie",
        "(AI-coalitie)",
        "‘AI-coalitie’",
        "_AI-coalitie_",
        "oud-AI-coalitielid",
        "A.I.-coalitie",
        "AI&nbsp;coalitie",
        "AI&#8209;coalitie",
        "AI-coali-\ntiepartners",
    ],
)
def test_compounds_possessives_and_marks_around_a_term_are_fine(written: str) -> None:
    assert matches("AI-coalitie", f"Volgens de {written} kan dat.")


@pytest.mark.parametrize(
    "written", ["AI - coalitie", "AI – coalitie", "AI, coalitie", "AI: coalitie", "AI. Coalitie", "OpenAI-coalitie"]
)
def test_signs_that_part_words_part_names_as_well(written: str) -> None:
    assert not matches("AI-coalitie", f"Nu over {written} en oppositie.")


def test_a_short_word_takes_a_plural_but_no_compound() -> None:
    assert matches("ELSA Lab", "Twee ELSA-labs en het ELSA Lab's team.")
    assert not matches("ELSA Lab", "Elsa Labots en ELSA Labyrint.")


def test_an_exact_term_takes_no_compound_and_no_plural() -> None:
    assert matches("regel", "De regeling.")
    assert not matches("regel", "De regeling en de regels.", exact=True)
    assert matches("regel", "Eén REGEL.", exact=True)


def test_a_term_with_capitals_is_only_found_with_them() -> None:
    assert matches("Learning Communities", "De Learning Communities.", capitals=True)
    assert not matches("Learning Communities", "De Learning communities.", capitals=True)


def test_a_sign_inside_a_term_has_to_be_there() -> None:
    assert matches("R&D", "Meer R&D graag.")
    assert not matches("R&D", "Meer RD en R D graag.")


def test_a_name_does_not_run_on_from_one_block_into_the_next() -> None:
    assert not matches("AI-coalitie", "Alles over AI\n\nCoalitie verdeeld over algoritmes.\n\nMeer volgt.")


def test_a_text_made_to_be_slow_is_judged_all_the_same() -> None:
    hostile = "AI coalitie van " + "a " * 20_000 + "een-" * 20_000 + "AI-" * 20_000 + "Nederlandse AI-coalitie " * 3_000
    assert match_text(PACKAGED, hostile).matches
