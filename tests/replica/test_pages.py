"""What the pages show is what `truth` says, whatever the layout, the skin, the metadata and the noise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.taxonomy import ERAS, slugify
from cli.demo.truth import truth

from .fixtures import LABS, MERGER, get, links, page, replica, texts

__all__ = ["replica"]
SKINS = (0, 1, 2, 3, 4)


def path_of(replica: Replica, expected: dict[str, Any]) -> str:
    return str(expected["url"]).removeprefix(replica.base_url)


def assert_in_order(wanted: list[str], seen: list[str], where: str) -> None:
    at = 0
    for text in wanted:
        assert text in seen[at:], f"{where}: {text!r} is not shown in its place"
        at = seen.index(text, at)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("skin", SKINS)
@pytest.mark.parametrize("noise", [None, 7])
def test_every_text_of_the_truth_is_shown_in_its_order(era: str, skin: int, noise: int | None) -> None:
    replica = Replica(articles(20))
    replica.configure(era=era, skin=skin, noise=noise)
    for expected in truth(replica):
        html = get(replica, path_of(replica, expected)).body.decode()
        seen = texts(html)
        body = [block["text"] for block in expected["blocks"]] + [related["text"] for related in expected["related"]]
        assert_in_order([expected["title"], expected["lead"], *body], seen, expected["url"])
        assert expected["caption"] in seen
        shown = links(html)
        for link in [*expected["links"], *expected["related"]]:
            assert link["url"] in shown
        for slug in expected["tags"]:
            assert any(address.rstrip("/").endswith(f"/tags/{slug}") for address in shown)
        for name in expected["authors"]:
            assert any(address.rstrip("/").endswith(f"/{slugify(name)}") for address in shown)


def test_a_quiet_page_shows_no_body_text_beyond_the_truth(replica: Replica) -> None:
    for expected in truth(replica):
        tree = LexborHTMLParser(get(replica, path_of(replica, expected)).body.decode())
        body = tree.css_first("div.body")
        assert body is not None
        shown = [
            " ".join(node.text().split())
            for node in body.css("p, h3, h4, li")
            if node.parent is not None and node.parent.tag in ("div", "ul", "blockquote")
        ]
        related = ["Lees ook:", *(each["text"] for each in expected["related"])] if expected["related"] else []
        assert shown == [expected["lead"], *(block["text"] for block in expected["blocks"]), *related]


def test_the_two_layouts_share_no_class_names_but_those_of_the_body(replica: Replica) -> None:
    def classes(html: str) -> set[str]:
        return {node.attributes.get("class") or "" for node in LexborHTMLParser(html).css("[class]")}

    old = classes(page(replica, LABS))
    replica.set_era("2026")
    assert classes(page(replica, LABS)) & old <= {"list", "body-0"}


def test_another_skin_has_other_class_names_and_the_same_texts(replica: Replica) -> None:
    first = page(replica, LABS)
    replica.set_skin(5)
    second = page(replica, LABS)
    classes = [{node.attributes["class"] for node in LexborHTMLParser(html).css("[class]")} for html in (first, second)]
    assert not classes[0] & classes[1]
    assert [each["blocks"] for each in truth(replica)] == [each["blocks"] for each in truth(Replica(articles()))]


def test_without_noise_a_page_is_the_same_twice_and_with_noise_never(replica: Replica) -> None:
    assert page(replica, LABS) == page(replica, LABS)
    replica.set_noise(3)
    assert page(replica, LABS) != page(replica, LABS)


def test_noise_with_one_seed_is_the_same_in_every_run(replica: Replica) -> None:
    other = Replica(articles())
    for each in (replica, other):
        each.set_noise(3)
    assert [page(replica, LABS) for _ in range(5)] == [page(other, LABS) for _ in range(5)]
    other.set_noise(4)
    assert page(other, LABS) != page(replica, LABS)


def test_noise_is_of_every_kind(replica: Replica) -> None:
    replica.set_noise(1)
    seen = "".join(page(replica, LABS) for _ in range(30))
    for mark in (
        "(advertentie)", "Lees verder onder de advertentie", "nieuwsbrief</a>", "cookies", "keer gelezen", "Leestijd",
        "loading=\"lazy\"", "data-src=", "csrf", "nonce", "Het is nu", "reacties</p>", "Meest gelezen",
    ):  # fmt: skip
        assert mark in seen, mark


def graph(html: str) -> list[dict[str, Any]]:
    script = LexborHTMLParser(html).css_first('script[type="application/ld+json"]')
    nodes: list[dict[str, Any]] = json.loads(script.text())["@graph"] if script else []
    return nodes


@pytest.mark.parametrize("era", ERAS)
def test_full_metadata_says_what_the_truth_says(replica: Replica, era: str) -> None:
    replica.set_era(era)
    for expected in truth(replica):
        nodes = graph(get(replica, path_of(replica, expected)).body.decode())
        news = next(node for node in nodes if node["@type"] == "NewsArticle")
        people = {node["@id"]: node["name"] for node in nodes if node["@type"] == "Person"}
        assert news["headline"] == expected["title"]
        assert news["datePublished"][:10] == expected["published"]
        assert [people[author["@id"]] for author in news["author"]] == expected["authors"]


def test_metadata_can_be_reduced_to_opengraph_and_to_nothing(replica: Replica) -> None:
    replica.configure(metadata="og")
    assert 'property="og:title"' in page(replica, LABS)
    assert not graph(page(replica, LABS))
    replica.configure(metadata="none")
    assert "og:title" not in page(replica, LABS)
    assert not graph(page(replica, LABS))


def test_the_canonical_link_can_be_switched_off(replica: Replica) -> None:
    assert f'<link rel="canonical" href="{replica.url(LABS)}">' in page(replica, LABS)
    replica.configure(canonical=False)
    assert "canonical" not in page(replica, LABS)


def test_a_call_out_stands_in_every_body_and_not_in_the_truth(replica: Replica) -> None:
    before = truth(replica)
    replica.configure(callout="Dit artikel verscheen eerder in het magazine.")
    for slug in (LABS, MERGER):
        assert "Dit artikel verscheen eerder in het magazine." in texts(page(replica, slug))
    assert truth(replica) == before


def test_pages_can_be_made_heavy(replica: Replica) -> None:
    replica.configure(page_bytes=60_000)
    assert 50_000 < len(page(replica, LABS)) < 70_000


def test_headlines_cannot_break_out_of_the_page(replica: Replica) -> None:
    replica.edit(LABS, title='Kop met <b>"haken"</b> & </script>')
    for era in ERAS:
        replica.set_era(era)
        html = page(replica, LABS)
        title = LexborHTMLParser(html).css_first("h1")
        assert title is not None
        assert title.text().strip() == 'Kop met <b>"haken"</b> & </script>'
        assert any(node.get("headline") == 'Kop met <b>"haken"</b> & </script>' for node in graph(html))


def test_links_in_bodies_keep_their_old_addresses_until_they_are_rewritten(replica: Replica) -> None:
    replica.set_era("2026")
    old = "/artikel/nl-aic-vraagt-kabinet-om-haast-met-ai-fabriek/"
    assert replica.base_url + old in links(page(replica, MERGER))
    replica.configure(rewrite_links=True)
    shown = links(page(replica, MERGER))
    assert replica.base_url + old not in shown
    assert replica.url("nl-aic-vraagt-kabinet-om-haast-met-ai-fabriek") in shown


def test_the_modern_body_can_be_split_over_sections(replica: Replica) -> None:
    replica.set_era("2026")
    assert len(LexborHTMLParser(page(replica, MERGER)).css("div.rich")) == 0
    replica.configure(sections=True)
    assert len(LexborHTMLParser(page(replica, MERGER)).css("div.rich")) > 3
