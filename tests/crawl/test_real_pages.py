"""Real news pages of a hundred sites behind one list of links: each is an article, or its cause is named."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.crawl.monitor import ROOT
from tests.crawl.pages import SITE, listing_page

DATA = Path(os.environ.get("NIEUWSWACHT_DATA") or ROOT.parent / "shared/data") / "article-extraction-benchmark/html"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no benchmark pages at {DATA}; NIEUWSWACHT_DATA names their folder")
def test_each_of_the_real_pages_is_an_article_or_has_a_cause(start) -> None:  # type: ignore[no-untyped-def]
    pages = {
        f"/pagina/{path.name.partition('.')[0]}.html": gzip.decompress(path.read_bytes()) for path in DATA.iterdir()
    }
    monitor, _ = start({"/": listing_page(list(pages))} | pages, "/")
    crawled = monitor.crawl()
    causes = {failure["url"].removeprefix(SITE): failure["cause"] for failure in crawled.report.failures}
    assert "error" not in causes.values()
    assert len(monitor.articles()) + len(causes) == len(pages) > 100
    assert len(monitor.articles()) > 0.95 * len(pages)
    again = monitor.crawl(hours=0.1)
    assert (again.report.new, again.report.edited, monitor.told()) == (0, 0, [])
