"""Our extractor reads from the replica's pages what the replica's truth says: every layout, many skins, any noise."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.truth import truth
from crawler.extraction import extract, read_page
from crawler.seeds import load_sources
from storage.article import Article, Link

from .fixtures import get

LAYOUTS: dict[str, dict[str, Any]] = {
    "wordpress": {"era": "wordpress"},
    "2026": {"era": "2026"},
    "2026 in sections": {"era": "2026", "sections": True},
}
FIELDS = (
    "url", "title", "lead", "blocks", "links", "authors", "published", "theme", "type", "tags", "caption", "related",
)  # fmt: skip
SKINS = range(6)
METADATA = ("full", "og", "none")


@cache
def readings(layout: str, noise: int | None) -> list[tuple[str, dict[str, Any], Article]]:
    """(where, truth, what was read) for every article in every skin; the metadata switch goes round with the skins."""
    rules = next(source.rules for source in load_sources() if source.name == "ibestuur")
    replica = Replica(articles(32))
    found = []
    for skin in SKINS:
        metadata = METADATA[skin % 3]
        replica.configure(skin=skin, noise=noise, metadata=metadata, canonical=skin % 2 == 0, **LAYOUTS[layout])
        for expected in truth(replica):
            answer = get(replica, expected["url"].removeprefix(replica.base_url))
            article = extract(read_page(answer.body, answer.headers["Content-Type"], expected["url"]), rules).article
            found.append((f"skin {skin}, metadata {metadata}, {expected['url']}", expected, article))
    return found


def as_truth(article: Article) -> dict[str, Any]:
    def plain(links: tuple[Link, ...]) -> list[dict[str, str]]:
        return [{"text": link.text, "url": link.url} for link in links]

    return {
        **article.to_dict(),
        "published": article.published[:10],
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
        "links": plain(article.links),
        "related": plain(article.related),
        "authors": list(article.authors),
        "tags": list(article.tags),
    }


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("noise", [None, 11])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_read_is_what_the_truth_says(layout: str, noise: int | None, field: str) -> None:
    wrong = [
        f"{where}\n  read  {as_truth(article)[field]!r}\n  truth {expected[field]!r}"
        for where, expected, article in readings(layout, noise)
        if as_truth(article)[field] != expected[field]
    ]
    assert not wrong, f"{len(wrong)} pages; the first:\n" + "\n".join(wrong[:4])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_noise_never_changes_the_content_hash(layout: str) -> None:
    hashes: dict[str, set[str]] = {}
    for noise in (None, 11, 12):
        for where, _, article in readings(layout, noise):
            hashes.setdefault(where, set()).add(article.content_hash())
    unstable = [where for where, found in hashes.items() if len(found) > 1]
    assert not unstable, f"{len(unstable)} of {len(hashes)} pages; the first: {unstable[:3]}"
