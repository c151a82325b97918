"""What a listing or feed says anew of an article brings a look at once; counters do not."""

from __future__ import annotations

from typing import Any

import pytest

from cli.demo.article import ReplicaArticle
from tests.crawl.conftest import Watching
from tests.crawl.offline import Offline
from tests.crawl.pages import article_page

_PATHS = [f"/nieuws/stuk-{number}/" for number in range(1, 9)]


def _settled(watching: Watching, *seeds: str, **switches: str) -> tuple[Offline, str]:
    """A monitor of articles of years ago, none of which is due; and one that stands at the top of its theme."""
    monitor = watching(30, *seeds, first_crawl=False, **switches)
    for hours in (0, 0.1, 24 * 40, 2):
        monitor.crawl(hours=hours)
    monitor.replica.forget_requests()
    monitor.crawl(hours=0.2)
    assert not _articles_asked(monitor)
    return monitor, next(each.slug for each in monitor.replica.articles() if each.theme == "data-en-ai")


def _articles_asked(monitor: Offline) -> set[str]:
    return {path for path in monitor.replica.paths() if path.startswith("/artikel/")}


@pytest.mark.parametrize(
    ("edit", "facet"),
    [
        ({"title": "Toezicht kost nu 14 miljoen euro"}, "title"),
        ({"lead": "Er komt een tweede toezichthouder bij, zo blijkt uit een brief."}, "lead"),
    ],
)
def test_a_new_title_or_teaser_on_a_theme_page_brings_a_look_at_once(
    watching: Watching, edit: dict[str, Any], facet: str
) -> None:
    monitor, slug = _settled(watching, "/thema/data-en-ai/")
    monitor.replica.edit(slug, **edit)
    monitor.replica.forget_requests()
    monitor.crawl(hours=0.2)
    assert _articles_asked(monitor) >= {f"/artikel/{slug}/"}
    assert monitor.told() == [("edited", slug, (facet,))]


def test_a_new_date_in_a_sitemap_brings_a_look_at_once(watching: Watching) -> None:
    monitor, slug = _settled(watching, "/sitemap.xml")

    def change(article: ReplicaArticle) -> None:
        article.add_block("De toezichthouder laat weten dat er een tweede onderzoek komt.")

    monitor.replica.edit(slug, change)
    monitor.crawl(hours=0.2)
    assert monitor.told() == [("edited", slug, ("body",))]


def test_an_amount_in_a_headline_counts_as_a_new_headline(start: Any) -> None:
    monitor, site = _watched_listing(start)
    site.pages["/thema/ai/"] = _listing({3: "Kosten lopen op tot 15 miljoen"})
    site.asked.clear()
    monitor.crawl(hours=0.2)
    assert "/nieuws/stuk-3/" in site.asked


def test_counters_on_most_cards_bring_no_look_and_hide_no_headline(start: Any) -> None:
    monitor, site = _watched_listing(start)
    for readers in (100, 200, 300):
        site.pages["/thema/ai/"] = _listing({}, readers)
        site.asked.clear()
        monitor.crawl(hours=0.2)
        assert set(site.asked) == {"/thema/ai/"}
    site.pages["/thema/ai/"] = _listing({3: "Een heel andere kop"}, 400)
    site.asked.clear()
    monitor.crawl(hours=0.2)
    assert [path for path in site.asked if path.startswith("/nieuws/")] == ["/nieuws/stuk-3/"]


def test_an_announced_edit_that_a_cache_still_hides_is_looked_for_again_within_the_hour(watching: Watching) -> None:
    monitor, slug = _settled(watching, "/thema/data-en-ai/")
    before = monitor.intercept
    stale = _now_served(monitor, slug)
    monitor.replica.edit(slug, title="Een nieuwe kop, die de cache nog niet kent")
    monitor.intercept = lambda url: stale if slug in url else before(url)
    monitor.crawl(hours=0.2)
    assert monitor.told() == []
    monitor.intercept = before
    monitor.crawl(hours=1)
    assert monitor.told() == [("edited", slug, ("title",))]


def test_where_a_listing_says_something_new_a_server_that_says_not_modified_is_not_asked(watching: Watching) -> None:
    monitor, slug = _settled(watching, "/thema/data-en-ai/", validators="content")
    assert monitor.articles()[slug].etag
    monitor.replica.edit(slug, title="Een nieuwe kop, die in de lijst te lezen staat")
    monitor.replica.forget_requests()
    monitor.crawl(hours=0.1)
    asked = [request for request in monitor.replica.log if slug in request.path]
    assert ["if-none-match" in request.headers for request in asked] == [False]


def test_a_listings_further_pages_are_read_some_times_a_day_and_whenever_the_first_holds_something_new(
    watching: Watching,
) -> None:
    monitor, _ = _settled(watching, "/thema/data-en-ai/")
    assert monitor.replica.paths() == ["/thema/data-en-ai/"]
    monitor.replica.forget_requests()
    monitor.crawl(hours=7)
    assert {path for path in monitor.replica.paths() if "/page/" in path} >= {"/thema/data-en-ai/page/2/"}


def _now_served(monitor: Offline, slug: str) -> Any:
    from cli.demo.site import respond
    from tests.crawl.offline import answer

    path = f"/artikel/{slug}/"
    return answer(monitor.replica.base_url + path, respond(monitor.replica, "GET", path))


def _watched_listing(start: Any) -> tuple[Offline, Any]:
    pages: dict[str, Any] = {path: article_page(number) for number, path in enumerate(_PATHS, 1)}
    pages["/thema/ai/"] = _listing({})
    monitor, site = start(pages, "/thema/ai/")
    for hours in (1, 0.1, 24 * 40, 2):
        monitor.crawl(hours=hours)
    site.asked.clear()
    monitor.crawl(hours=0.2)
    assert set(site.asked) == {"/thema/ai/"}
    return monitor, site


def _listing(titles: dict[int, str], readers: int = 0) -> bytes:
    cards = "".join(
        f"<div><h3><a href='{path}'>{titles.get(number, f'Kosten van stuk {number} lopen op tot 12 miljoen')}</a></h3>"
        f"<span>{readers + number} keer gelezen</span><p>Een regel over {number}.</p></div>"
        for number, path in enumerate(_PATHS, 1)
    )
    return f"<html><body><main><h1>AI</h1><div>{cards}</div></main></body></html>".encode()
