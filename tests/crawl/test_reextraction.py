"""A better extractor reads stored pages again first; whatever that changes is our doing and never news."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler import reading
from crawler.extraction import Extraction, Page
from crawler.extraction import extract as present_extract
from crawler.urls import UrlRules
from tests.crawl.conftest import Watching, slugs


def _better(page: Page, rules: UrlRules) -> Extraction:
    """Reads every text differently: as if a later version kept more of each paragraph."""
    found = present_extract(page, rules)
    blocks = tuple(replace(block, text=f"{block.text} ¶") for block in found.article.blocks)
    return replace(found, article=replace(found.article, blocks=blocks))


def test_an_extractor_that_alters_every_text_is_told_to_nobody_and_hides_no_edit(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = watching(20)
    edited = slugs(monitor)[3]
    monitor.replica.edit(edited, title="Tussen twee crawls kreeg dit stuk een andere kop")
    monkeypatch.setattr(reading, "EXTRACTOR_VERSION", 999)
    monkeypatch.setattr(reading, "extract", _better)
    monkeypatch.setattr("crawler.visits.extract", _better)
    monkeypatch.setattr("crawler.spiders.news.extract", _better)
    monitor.crawl()
    assert monitor.told() == [("edited", edited, ("title",))]
    assert monitor.untold() == ["edited"] * 20
    causes: dict[int, list[str]] = {}
    for version in monitor.versions():
        causes.setdefault(version.article_id, []).append(version.cause)
    assert sorted(map(tuple, causes.values())) == sorted(
        [("publisher", "extractor")] * 19 + [("publisher", "extractor", "publisher")]
    )
    monitor.crawl()
    assert len(monitor.told()) == 1
