"""The overview as an Atom feed."""

from __future__ import annotations

import feedparser
import pytest

from tests.delivery.builders import World, text
from tests.web.visiting import Visitor, site_of


def read(visitor: Visitor, query: str = "") -> feedparser.FeedParserDict:
    answer = visitor.get(f"/wijzigingen.atom{query}")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.id
    assert feed.feed.updated
    return feed


def test_an_empty_feed_is_a_feed(visitor: Visitor) -> None:
    assert read(visitor).entries == []


def test_the_feed_tells_of_an_edit_as_a_new_entry(world: World, visitor: Visitor) -> None:
    article = world.publish(text("het budget 204 miljoen euro is"), title="Het budget")
    world.judge()
    before = read(visitor)
    world.edit(article, text("het budget 210 miljoen euro is"))
    world.judge()
    after = read(visitor)
    assert [entry.title for entry in after.entries] == ["gewijzigd: Het budget", "nieuw: Het budget"]
    assert after.entries[0].link == f"http://localhost/artikel/{article}/wijziging/1-2"
    assert after.entries[0].summary == "1 zin gewijzigd"
    assert after.feed.updated > before.feed.updated
    assert after.entries[1].id == before.entries[0].id
    assert len({entry.id for entry in after.entries}) == 2


def test_the_feed_holds_what_the_page_with_the_same_query_holds(world: World, visitor: Visitor) -> None:
    world.publish(text("iets over de coalitie is"), title="Wel")
    world.publish(text("iets anders is", coalition=False), title="Niet")
    world.judge()
    feed = read(visitor, "?watch=coalitie")
    assert [entry.title for entry in feed.entries] == ["nieuw: Wel"]
    assert feed.feed.link == "http://localhost/?watch=coalitie"
    assert feed.feed.id != read(visitor).feed.id


def test_ids_outlive_a_change_of_address(world: World, visitor: Visitor) -> None:
    world.publish(text("iets is"))
    moved = Visitor(site_of(world, base_url="https://nieuw.example.org"), "nieuw.example.org")
    assert read(moved).entries[0].id == read(visitor).entries[0].id
    assert read(moved).entries[0].link.startswith("https://nieuw.example.org/")


@pytest.mark.parametrize("title", ["]]><script>", "A & B <b>", "“é” 😀", "&lt;i&gt;"])
def test_a_headline_stays_text(title: str, world: World, visitor: Visitor) -> None:
    world.publish(text("iets is"), title=title)
    (entry,) = read(visitor).entries
    assert entry.title_detail.type == "text/plain"
    assert entry.title == f"nieuw: {title}"


def test_an_unchanged_feed_is_not_sent_again(world: World, visitor: Visitor) -> None:
    article = world.publish(text("iets is"))
    tag = visitor.get("/wijzigingen.atom").headers["etag"]
    assert visitor.get("/wijzigingen.atom", **{"If-None-Match": tag}).status_code == 304
    world.edit(article, text("iets anders is"))
    assert visitor.get("/wijzigingen.atom", **{"If-None-Match": tag}).status_code == 200
