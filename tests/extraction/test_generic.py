"""Pages of which nothing is known."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import extraction as bench
from crawler.extraction import extract, read_page
from crawler.urls import UrlRules
from tests.extraction.reading import PROSE, texts

NOTHING_KNOWN = UrlRules.compile(dict.fromkeys(("article", "theme", "type", "tag", "author"), ()))
EXPECTED = [part.removeprefix("<p>") for part in PROSE.split("</p>") if part]


def read(html: str) -> tuple[str, list[str]]:
    found = extract(read_page(html.encode(), "text/html", "https://elders.example/2025/x"), NOTHING_KNOWN)
    return found.method, texts(found.article)


@pytest.mark.parametrize(
    "html",
    [
        f"<h1>Kop</h1><div>{PROSE}</div>",
        f"<title>Een kop die lang genoeg is | Site</title><div><div>{PROSE}</div></div>",
        f"<table><tr><td><a href='/'>Home</a></td><td><h2>Een lange kop</h2>{PROSE}</td></tr></table><title>Een lange kop | Site</title>",
        f"<h1>Kop</h1><div class='sidebar'><p>Iets heel anders dat hier naast staat, in een zin.</p></div><div>{PROSE}</div>",
        f"<div class='article-nav-body'><h1>Kop</h1>{PROSE}</div>",
        f"<h1>Kop</h1><div>{PROSE}</div><div class='related'><h3><a href='/a'>Ander</a></h3><p>Een regel of twee daarover.</p></div>",
        f"<h1>Kop</h1><section>{PROSE.replace('</p><p>', '</p></section><section><p>')}</section>",
        "<h1>Kop</h1><div>" + PROSE.replace("<p>", "").replace("</p>", "<br><br>") + "</div>",
    ],
)
def test_the_densest_prose_is_the_text(html: str) -> None:
    assert read(html) == ("generic", EXPECTED)


def test_names_that_speak_against_the_only_text_are_not_believed() -> None:
    assert read(f"<h1>Kop</h1><div class='comment-widget'>{PROSE}</div>")[1] == EXPECTED


DATA = Path(os.environ.get("NIEUWSWACHT_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@pytest.mark.skipif(
    not (DATA / "article-extraction-benchmark").is_dir(), reason="the public benchmark's pages are absent"
)
@pytest.mark.parametrize("extractor", [bench.ours, bench.generic])
def test_real_pages_nobody_here_wrote_are_read_well(extractor: Callable[[bench.Case], str]) -> None:
    scores, _ = bench.measure(bench.load(DATA / "article-extraction-benchmark"), extractor)
    assert bench.mean([score.f1 for score in scores]) >= 0.94
