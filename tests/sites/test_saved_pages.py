"""Every page saved with `nieuwswacht extract --save-as` still reads as a person checked that it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.files import extract_file
from cli.show.documents import text_document
from crawler.seeds import load_sources

CASES = sorted(Path(__file__).parent.glob("*/*/expected.json"))
RULES = {source.name: source.rules for source in load_sources()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.parent.name}/{case.parent.name}")
def test_a_saved_page_reads_as_expected(case: Path) -> None:
    expected = json.loads(case.read_text(encoding="utf-8"))
    assert expected["title"], "an empty expectation proves nothing"
    assert expected["blocks"], "an empty expectation proves nothing"
    body = (case.parent / "page.html").read_bytes()
    found = extract_file(body, expected["page_url"], RULES[case.parent.parent.name])
    article = found.article
    read = {
        "title": article.title,
        "published": article.published or None,
        "authors": list(article.authors),
        "theme": article.theme or None,
        "type": article.type or None,
        "tags": list(article.tags),
        **text_document(article),
    }
    assert read == {name: expected[name] for name in read}


def test_there_is_a_saved_page_of_the_watched_site_in_each_known_layout() -> None:
    assert {case.parent.parent.name for case in CASES} >= {"ibestuur"}
