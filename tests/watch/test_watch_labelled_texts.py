"""The packaged watch, scored on texts labelled by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from alerts.watch import match_text, packaged_watches
from alerts.watch.plaintext import read_text
from alerts.watch.spelling import fold

LABELLED = tomllib.loads(Path(__file__).with_name("labelled.toml").read_text("utf-8"))
TEXTS = [(label, text["about"], text["text"]) for label, texts in LABELLED.items() for text in texts]
(WATCH,) = packaged_watches()


def test_there_are_at_least_120_texts_and_half_of_them_look_alikes() -> None:
    assert set(LABELLED) == {"coalition", "look_alike"}
    assert len(TEXTS) >= 120
    assert min(map(len, LABELLED.values())) >= 0.45 * len(TEXTS)
    assert len({text for _, _, text in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize(("label", "about", "text"), TEXTS, ids=[f"{label}: {about}" for label, about, _ in TEXTS])
def test_the_packaged_watch_judges_as_a_reader_would(label: str, about: str, text: str) -> None:
    verdict = match_text(WATCH, text)
    assert verdict.matches == (label == "coalition"), verdict


@pytest.mark.parametrize("text", [text["text"] for text in LABELLED["coalition"]])
def test_every_reason_stands_at_the_place_it_names(text: str) -> None:
    article = read_text(text)
    places = {"title": article.title, "lead": article.lead, "body": article.text}
    because = match_text(WATCH, text).because
    assert because
    for reason in because:
        assert reason.found in fold(places[reason.where]).text
        assert reason.why == ""


def test_a_look_alike_never_comes_with_a_reason_to_match() -> None:
    assert [text["about"] for text in LABELLED["look_alike"] if match_text(WATCH, text["text"]).because] == []
