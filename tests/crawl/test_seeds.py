"""Where a crawl may start: listings of any kind, feeds, sitemaps, articles; and what it does when that goes wrong."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from tests.crawl.offline import Offline, slug_of
from tests.crawl.pages import SITE, article_page, listing_page


def _articles(*numbers: int) -> dict[str, bytes]:
    return {f"/nieuws/stuk-{number}/": article_page(number) for number in numbers}


def _found(monitor: Offline) -> set[int]:
    return {int(slug.rpartition("-")[2]) for slug in monitor.articles()}


_RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><link>/</link>
<item><title>Een</title><link>/nieuws/stuk-1/?utm_source=rss</link></item>
<item><title>Twee</title><guid>http://127.0.0.1/nieuws/stuk-2/</guid></item></channel></rss>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><title>Drie</title><link rel="self" href="/api/3"/><link rel="alternate" href="/nieuws/stuk-3/#top"/></entry>
</feed>"""
_URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{}</loc></url></urlset>'
_INDEX = '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


def test_feeds_and_sitemaps_of_every_kind_lead_to_their_articles(start: Any) -> None:
    pages = _articles(*range(1, 6)) | {
        "/feed/": ("application/rss+xml", _RSS.encode()),
        "/atom.xml": ("application/atom+xml", _ATOM.encode()),
        "/sitemap.xml": (
            "text/xml",
            _INDEX.format("<sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml.gz</loc></sitemap>").encode(),
        ),
        "/a.xml": ("application/xml", _URLSET.format(f"{SITE}/nieuws/stuk-4/").encode()),
        "/b.xml.gz": ("application/gzip", gzip.compress(_URLSET.format(f"{SITE}/nieuws/stuk-5/").encode())),
    }
    monitor, _ = start(pages, "/feed/", "/atom.xml", "/sitemap.xml")
    assert (monitor.crawl().exit_code, _found(monitor)) == (0, {1, 2, 3, 4, 5})
    assert (monitor.crawl().report.failures, monitor.told()) == ([], [])


@pytest.mark.parametrize(
    ("seed", "later"),
    [
        ("/thema/ai/", "/thema/ai/page/{}/"),
        ("/thema/ai/", "/thema/ai/?page={}"),
        ("/weblog/?c=data-en-ai", "/weblog/?pg={}&c=data-en-ai"),
    ],
)
def test_every_page_of_a_listing_is_followed_however_it_counts(start: Any, seed: str, later: str) -> None:
    def links(*numbers: int) -> str:
        return "".join(f'<a href="{later.format(number).replace("&", "&amp;")}">{number}</a>' for number in numbers)

    pages: dict[str, Any] = _articles(*range(8))
    paths = list(pages)
    pages[seed] = listing_page(paths[:3], links(2, 4))
    # The order of a query's parameters is the server's business; ours is to ask for what the link says.
    for number, share in ((2, paths[3:5]), (3, paths[5:7]), (4, paths[7:])):
        pages[later.format(number)] = listing_page(share, links(*range(2, 5)))
    monitor, site = start(pages, seed, templates={"listing": ["/weblog"]})
    assert (monitor.crawl().exit_code, _found(monitor)) == (0, set(range(8)))
    assert len(site.asked) == len(set(site.asked))


def test_a_next_link_without_a_number_is_followed_too(start: Any) -> None:
    pages: dict[str, Any] = _articles(*range(4))
    pages["/thema/ai/"] = listing_page(list(pages)[:3], '<a rel="next" href="/thema/ai/ouder">Ouder</a>')
    pages["/thema/ai/ouder"] = listing_page(["/nieuws/stuk-3/"])
    monitor, _ = start(pages, "/thema/ai/")
    monitor.crawl()
    assert _found(monitor) == set(range(4))


def test_r52_a_listing_without_end_is_left_at_its_limit_and_said_to_be_endless(start: Any) -> None:
    class Endless(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            number = int("".join(filter(str.isdecimal, path)) or 1)
            if path.startswith("/nieuws/"):
                return article_page(number)
            more = f'<a href="/thema/ai/?page={number + 1}">verder</a>'
            return listing_page([f"/nieuws/stuk-{number}{rank}/" for rank in range(3)], more)

    monitor, site = start(Endless(), "/thema/ai/", max_pages=4)
    crawled = monitor.crawl()
    assert [failure["cause"] for failure in crawled.report.failures] == ["endless"]
    assert (crawled.exit_code, len(monitor.articles())) == (4, 12)
    assert [path for path in site.asked if path.startswith("/thema/")][-1] == "/thema/ai/?page=4"


def test_an_article_may_be_a_seed_and_a_seed_may_redirect(start: Any) -> None:
    pages = _articles(1, 2, 3) | {
        "/": listing_page([]),
        "/thema/oud/": "/thema/nieuw/",
        "/thema/nieuw/": listing_page(["/nieuws/stuk-2/", "/nieuws/stuk-3/", "/nieuws/stuk-2/?utm_medium=x"]),
    }
    monitor, _ = start(pages, "/nieuws/stuk-1/", "/thema/oud/")
    assert (monitor.crawl().exit_code, _found(monitor)) == (0, {1, 2, 3})
    pages["/nieuws/stuk-1/"] = article_page(1, "Een nieuwe kop voor het startstuk")
    assert monitor.crawl(hours=0.1).report.edited == 1
    assert monitor.source_state() == "ok"
    monitor.crawl(hours=24 * 60)
    assert monitor.crawl(hours=0.1).healths["proef"].state == "ok", "a seed that need not be asked again is no trouble"


def test_a_seed_that_is_missing_is_reported_and_the_others_count(start: Any) -> None:
    monitor, _ = start(_articles(1) | {"/thema/ai/": listing_page(["/nieuws/stuk-1/"])}, "/thema/weg/", "/thema/ai/")
    crawled = monitor.crawl()
    assert (crawled.exit_code, _found(monitor), monitor.source_state()) == (4, {1}, "attention")
    monitor.source = monitor.source.__class__("proef", "Proef", (f"{SITE}/thema/weg/",), monitor.source.rules)
    assert (monitor.crawl().exit_code, monitor.source_state()) == (5, "broken")
    assert _found(monitor) == {1}


def test_a_seed_added_later_brings_a_starting_point_of_its_own_and_no_news(start: Any) -> None:
    pages: dict[str, Any] = _articles(*range(1, 8)) | {
        "/thema/ai/": listing_page(["/nieuws/stuk-1/", "/nieuws/stuk-2/"]),
        "/thema/data/": listing_page([f"/nieuws/stuk-{number}/" for number in (3, 4, 5)]),
    }
    monitor, _ = start(pages, "/thema/ai/")
    monitor.crawl()
    monitor.source = monitor.source.__class__(
        "proef", "Proef", (f"{SITE}/thema/data/", f"{SITE}/thema/ai/"), monitor.source.rules
    )
    pages["/thema/ai/"] = listing_page([f"/nieuws/stuk-{number}/" for number in (1, 2, 5)])
    monitor.crawl()
    assert monitor.told() == [("new", "stuk-5", ())], "what a seed of old lists as well is news"
    assert _found(monitor) == {1, 2, 3, 4, 5}
    pages["/thema/data/"] = listing_page([f"/nieuws/stuk-{number}/" for number in (3, 4, 5, 6)])
    monitor.crawl()
    assert monitor.told()[1:] == [("new", "stuk-6", ())]


def test_a_page_of_a_listing_that_fails_at_first_is_made_up_for_without_news(start: Any) -> None:
    pages: dict[str, Any] = _articles(*range(6))
    paths = list(pages)
    second = listing_page(paths[3:])
    pages["/thema/ai/"] = listing_page(paths[:3], '<a href="/thema/ai/?page=2">2</a>')
    monitor, _ = start(pages | {"/thema/ai/?page=2": 500}, "/thema/ai/")
    site = monitor.intercept
    for _ in range(3):
        assert monitor.crawl().exit_code == 4
    site.pages["/thema/ai/?page=2"] = second  # type: ignore[attr-defined]
    monitor.crawl()
    assert (_found(monitor), monitor.told()) == (set(range(6)), [])


def test_an_article_that_fails_when_it_is_new_is_told_when_it_can_be_read_though_the_list_forgot_it(
    start: Any,
) -> None:
    pages: dict[str, Any] = _articles(1, 2, 3) | {"/thema/ai/": listing_page(["/nieuws/stuk-1/"])}
    monitor, _ = start(pages, "/thema/ai/")
    monitor.crawl()
    pages["/thema/ai/"] = listing_page(["/nieuws/stuk-2/", "/nieuws/stuk-1/"])
    pages["/nieuws/stuk-2/"] = 503
    assert monitor.crawl(hours=0.2).exit_code == 4
    pages["/thema/ai/"] = listing_page(["/nieuws/stuk-1/"])
    pages["/nieuws/stuk-2/"] = article_page(2)
    monitor.crawl(hours=0.2)
    assert [(kind, slug_of(slug)) for kind, slug, _ in monitor.told()] == [("new", "stuk-2")]


def test_a_new_piece_is_found_in_the_feed_and_on_the_theme_page_and_told_once(start: Any) -> None:
    feed = '<rss version="2.0"><channel>{}</channel></rss>'
    item = "<item><title>Stuk {0}</title><link>/nieuws/stuk-{0}/</link></item>"
    pages: dict[str, Any] = _articles(1, 2) | {
        "/feed/": ("application/rss+xml", feed.format(item.format(1)).encode()),
        "/thema/ai/": listing_page(["/nieuws/stuk-1"]),
    }
    monitor, site = start(pages, "/feed/", "/thema/ai/")
    monitor.crawl()
    pages["/feed/"] = ("application/rss+xml", feed.format(item.format(2) + item.format(1)).encode())
    pages["/thema/ai/"] = listing_page(["/nieuws/stuk-2", "/nieuws/stuk-1"])
    monitor.crawl()
    assert monitor.told() == [("new", "stuk-2", ())]
    monitor.crawl(hours=24 * 60)
    site.asked.clear()
    monitor.crawl(hours=0.1)
    assert site.asked == ["/feed/", "/thema/ai/"], "two wordings of one article are no reason to look again and again"
