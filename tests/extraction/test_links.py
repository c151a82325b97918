"""What a page leads to, and what stands around each link."""

from __future__ import annotations

from crawler.extraction import PageLink, links, read_page
from tests.extraction.noise import Noise
from tests.extraction.reading import ADDRESS
from tests.extraction.skins import SKINS
from tests.extraction.story import Story


def found(html: str) -> list[PageLink]:
    return links(read_page(html.encode(), "text/html", ADDRESS))


def test_links_are_absolute_canonical_and_in_reading_order() -> None:
    html = (
        "<p><a href='/a/?utm_source=x#y'> Een  stuk </a><a href='b'>twee</a><a href='https://C.nl'>drie</a>"
        "<a href='mailto:x@y.nl'>post</a><a href='#top'>boven</a><a href='javascript:x'>x</a><a>leeg</a></p>"
    )
    assert [(link.url, link.text) for link in found(html)] == [
        ("https://nieuws.example/a/", "Een stuk"),
        ("https://nieuws.example/artikel/proef/b", "twee"),
        ("https://c.nl/", "drie"),
    ]


def test_links_in_navigation_are_told_apart() -> None:
    html = (
        "<header><a href='/1'>x</a></header><nav><a href='/2'>x</a></nav><div role='navigation'><a href='/3'>x</a></div>"
        "<main><a href='/4'>x</a><aside><a href='/5'>x</a></aside></main><footer><a href='/6'>x</a></footer>"
    )
    assert [link.url[-1] for link in found(html) if not link.in_navigation] == ["4"]


def test_rel_is_kept() -> None:
    assert found("<a rel='Next nofollow' href='/2'>verder</a>")[0].rel == "next nofollow"


def test_each_cards_text_goes_with_its_link() -> None:
    cards = "".join(
        f"<div><div><p>Thema {at}</p></div><h3><a href='/artikel/{at}/'>Stuk {at}</a></h3><p>Regels over {at}.</p></div>"
        for at in range(3)
    )
    contexts = [link.context for link in found(f"<main><div>{cards}</div></main>")]
    assert contexts == [f"Thema {at} Stuk {at} Regels over {at}." for at in range(3)]


def test_a_card_with_two_links_to_one_page_is_one_card() -> None:
    card = "<li><a href='/artikel/1/'><img src='x'></a><a href='/artikel/1/?utm_source=y'>Stuk</a> over iets</li>"
    assert {link.context for link in found(f"<ul>{card}<li><a href='/artikel/2/'>Twee</a></li></ul>")} == {
        "Stuk over iets", "Twee",
    }  # fmt: skip


def test_a_teasers_context_changes_only_when_the_teaser_does() -> None:
    def contexts(noise: int) -> dict[str, str]:
        page = SKINS["wordpress"](Story(), Noise(noise))
        return {link.url: link.context for link in found(page) if "/artikel/" in link.url and "kaart" not in link.url}

    quiet = contexts(0)
    assert any("Waterschap" in text for text in quiet.values())
    for seed in range(1, 10):
        assert all(quiet[url] == text for url, text in contexts(seed).items() if url in quiet and text)


def test_a_strip_of_what_else_to_read_is_no_part_of_the_listing() -> None:
    html = (
        '<main><h2>Meer over toezicht</h2><div><a href="/artikel/eigen-stuk/">Eigen stuk</a></div>'
        '<section><h4>Lees ook</h4><div><a href="/artikel/oud-stuk/">Oud stuk</a></div></section>'
        '<div><h3>Meest gelezen</h3><ol><li><a href="/artikel/geliefd-stuk/">Geliefd stuk</a></li></ol></div></main>'
    )
    found = links(read_page(html.encode(), "text/html", "https://nieuws.example/thema/toezicht/"))
    assert [(link.text, link.in_navigation) for link in found] == [
        ("Eigen stuk", False), ("Oud stuk", True), ("Geliefd stuk", True),
    ]  # fmt: skip
