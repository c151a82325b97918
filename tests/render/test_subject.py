"""Subjects: short, what matters most first, no two alike."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.entries import Edition
from alerts.render import render_parts
from storage.article import Block

from .articles import AGENDA, FACTORY, LABS, NOW, edited, edition, told, with_block
from .cases import CASES

LONGER = replace(AGENDA, title="AI Coalitie 4 NL presenteert agenda voor iedereen")
AMOUNT = with_block(AGENDA, 2, AGENDA.blocks[2].text.replace("204,5", "210"))
MORE = replace(AGENDA, blocks=(*AGENDA.blocks, Block("paragraph", "Er doen ook waterschappen mee.")))
SLIP = with_block(LABS, 0, LABS.blocks[0].text.replace("departement", "departament"))


def subject(edition: Edition) -> str:
    return render_parts(edition).subject


@pytest.mark.parametrize(
    ("made", "start"),
    [
        (edition(told("new", FACTORY)), "Nieuw: Groningen begint met de bouw van de AI-fabriek"),
        (edition(edited(AGENDA, LONGER)), "Gewijzigd: kop van “AI Coalitie 4 NL"),
        (edition(edited(AGENDA, AMOUNT)), "Gewijzigd: bedrag in “AI Coalitie 4 NL"),
        (edition(edited(AGENDA, MORE)), "Gewijzigd: “AI Coalitie 4 NL"),
        (edition(edited(SLIP, LABS)), "Kleine wijziging: “ELSA Labs"),
        (edition(told("gone", LABS)), "Niet meer bereikbaar: “ELSA Labs"),
        (edition(told("returned", LABS)), "Weer bereikbaar: “ELSA Labs"),
        (edition(told("moved", LABS)), "Nieuw adres: “ELSA Labs"),
        (edition(edited(AMOUNT, AGENDA, 3, "reverted")), "Teruggedraaid: “AI Coalitie 4 NL"),
        (edition(told("new", FACTORY), edited(AGENDA, LONGER)), "1 nieuw, 1 gewijzigd: AI Coalitie 4 NL"),
        (edition(told("new", FACTORY), rhythm="weekly"), "Weekoverzicht: 1 nieuw – iBestuur"),
        (edition(kind="quiet", rhythm="weekly"), "Geen wijzigingen deze week – 126 artikelen gecontroleerd"),
        (edition(kind="quiet", rhythm="weekly", checked=1), "Geen wijzigingen deze week – 1 artikel gecontroleerd"),
        (edition(kind="welcome"), "Welkom: u volgt AI Coalitie op iBestuur"),
        (edition(told("new", FACTORY), language="en"), "New: Groningen"),
    ],
)
def test_the_subject_says_what_happened(made: Edition, start: str) -> None:
    assert subject(made).startswith(start)


def test_two_editions_that_tell_alike_have_different_subjects() -> None:
    entries = (told("gone", LABS), told("gone", FACTORY))
    kinds = [edition(*entries), edition(*entries[:1]), edition(kind="quiet", rhythm="weekly")]
    for made in kinds:
        assert subject(made) != subject(replace(made, until=NOW + timedelta(days=1)))


def test_two_edits_of_one_article_on_one_day_have_different_subjects() -> None:
    assert subject(edition(edited(AGENDA, LONGER, 2))) != subject(edition(edited(AGENDA, LONGER, 3)))


@pytest.mark.parametrize("case", CASES)
def test_a_subject_has_at_most_78_characters(case: str) -> None:
    assert len(subject(CASES[case]())) <= 78


@settings(max_examples=40, deadline=None)
@given(title=st.text(max_size=300), watch=st.text(max_size=120), rhythm=st.sampled_from(["daily", "weekly"]))
def test_whatever_the_headline_the_subject_is_one_short_line(title: str, watch: str, rhythm: str) -> None:
    entry = told("new", replace(FACTORY, title=title))
    for made in (edition(entry, rhythm=rhythm), edition(kind="welcome", watch_title=watch, source_title=title)):  # type: ignore[arg-type]
        line = subject(made)
        assert 0 < len(line) <= 78
        assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(sign) for sign in line}
        assert "=?" not in line
