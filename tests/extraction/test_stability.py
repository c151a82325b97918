"""The same article with other noise is the same; any edit shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from storage.article import changed_facets
from tests.extraction.reading import shown
from tests.extraction.skins import SKINS
from tests.extraction.story import EDITS, HOST, Story

STORY = Story()
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


@pytest.mark.parametrize("skin", SKINS)
def test_every_field_is_read_as_the_editor_wrote_it(skin: str) -> None:
    found = shown(STORY, skin, noise=5)
    assert found.title == STORY.title
    assert found.lead == STORY.lead
    assert [(block.kind, block.text) for block in found.blocks] == [
        (kind, _LINK.sub(r"\1", text)) for kind, text in STORY.pieces
    ]
    assert [(link.text, link.url) for link in found.links] == [
        ("verslag van de proef", "https://verslag.example/proef")
    ]
    assert found.authors == STORY.authors
    assert found.published[:10] == STORY.published
    assert (found.theme, found.type) == (STORY.theme, STORY.type)
    assert sorted(found.tags) == sorted(STORY.tags)
    assert found.caption == STORY.caption
    assert [(link.text, link.url) for link in found.related] == [(text, HOST + path) for text, path in STORY.related]
    assert found.url == STORY.url
    assert found.language == "nl-NL"


@pytest.mark.parametrize("skin", SKINS)
def test_noise_never_changes_an_article(skin: str) -> None:
    quiet = shown(STORY, skin)
    for seed in range(1, 40):
        noisy = shown(STORY, skin, seed)
        assert noisy.content_hash() == quiet.content_hash(), (seed, noisy)


@pytest.mark.parametrize("skin", SKINS)
def test_noise_never_changes_short_news(skin: str) -> None:
    story = replace(STORY, lead=STORY.lead[:70], pieces=STORY.pieces[:1], related=())
    hashes = {shown(story, skin, seed).content_hash() for seed in range(30)}
    assert len(hashes) == 1


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("skin", SKINS)
def test_every_edit_shows_where_it_was_made(skin: str, edit: str) -> None:
    change, facets = EDITS[edit]
    before, after = shown(STORY, skin, 3).facet_hashes(), shown(change(STORY), skin, 4).facet_hashes()
    differing = {name for name in after if before[name] != after[name]}
    assert facets <= differing
    assert differing - facets <= ({"links"} if "text" in facets else set())
    assert changed_facets(before, after)


def test_a_redesign_alone_changes_nothing() -> None:
    hashes = {shown(STORY, skin, 9).content_hash() for skin in SKINS}
    assert len(hashes) == 1
