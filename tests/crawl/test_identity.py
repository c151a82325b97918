"""One piece is one article, whatever its addresses do; two pieces are two, whatever addresses they share."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from cli.demo.content import later_articles
from cli.demo.site import respond
from crawler.seeds import Source
from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import Offline, answer


def _kinds(monitor: Offline) -> list[str]:
    return [kind for kind, _, _ in monitor.told()]


def _start_at(monitor: Offline, *urls: str) -> None:
    before: Source = monitor.source
    monitor.source = replace(before, start_urls=urls)


def _show(monitor: Offline, path: str, instead_of: str) -> None:
    """Serve the page at `path` at another address too, with 200 and without redirect or canonical link."""
    monitor.replica.configure(canonical=False)
    earlier = monitor.intercept

    def intercept(url: str):  # type: ignore[no-untyped-def]
        if instead_of in url:
            return answer(url, respond(monitor.replica, "GET", path, {}))
        return earlier(url)

    monitor.intercept = intercept


def test_a_site_that_goes_to_another_host_is_followed_there_without_a_word_to_readers(watching: Watching) -> None:
    monitor = watching(20)
    slug = slugs(monitor)[2]
    monitor.replica.base_url = "http://nieuwe-naam.test"
    monitor.replica.changed()
    _start_at(monitor, "http://nieuwe-naam.test/thema/data-en-ai/", "http://nieuwe-naam.test/sitemap.xml")
    monitor.crawl()
    assert monitor.told() == []
    assert len(monitor.articles()) == 20
    monitor.replica.edit(slug, title="Op de nieuwe plek kreeg dit stuk een andere kop")
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", slug, ("title",))]


@pytest.mark.parametrize("redirects", [True, False])
def test_links_that_a_redesign_rewrote_are_no_edits(watching: Watching, redirects: bool) -> None:
    monitor = watching(30)
    monitor.replica.configure(era="2026", rewrite_links=True)
    if not redirects:
        missing = SimpleNamespace(status=404, headers={"Content-Type": "text/html"}, body=b"<h1>Niet gevonden</h1>")
        monitor.intercept = lambda url: answer(url, missing) if "/artikel/" in url else None
    for _ in range(2):
        monitor.crawl()
        assert monitor.told() == []


def test_a_link_to_an_article_that_moved_may_follow_it_but_a_link_to_another_page_is_told(watching: Watching) -> None:
    monitor = watching(14)
    moved, linking = slugs(monitor)[1], slugs(monitor)[5]
    monitor.replica.edit(
        linking, lambda article: article.add_block(f"Lees het [eerdere stuk](/artikel/{moved}/) over dit plan.")
    )
    monitor.crawl(hours=0.1)
    assert _kinds(monitor) == ["edited"]
    monitor.replica.move(moved, "een-nieuw-adres-voor-dit-stuk")
    monitor.replica.edit(
        linking, lambda article: article.replace_text(f"/artikel/{moved}/", "/artikel/een-nieuw-adres-voor-dit-stuk/")
    )
    monitor.crawl(hours=0.1)
    assert _kinds(monitor) == ["edited", "moved"]
    monitor.replica.edit(
        linking,
        lambda article: article.replace_text("/artikel/een-nieuw-adres-voor-dit-stuk/", "https://www.example.org/plan"),
    )
    monitor.crawl(hours=0.1)
    assert monitor.told()[2:] == [("edited", linking, ("links",))]


def test_few_articles_are_due_and_still_a_redesign_and_a_call_out_are_known_for_what_they_are(
    watching: Watching,
) -> None:
    monitor = watching(30)
    monitor.crawl(hours=24 * 40)
    assert monitor.crawl(hours=0.1).report.unchanged < 5
    for number, change in enumerate(({"era": "2026"}, {"callout": "Meld u aan voor het jaarcongres in Utrecht."})):
        young = replace(later_articles()[0], slug=f"kersvers-{number}", title=f"Kersvers stuk nummer {number + 1}")
        young.blocks[0] = replace(young.blocks[0], text=f"Dit is stuk {number} en geen ander. " * 30)
        monitor.replica.add(young)
        monitor.crawl(hours=0.1)
        assert monitor.told()[number:] == [("new", young.slug, ())]
        monitor.replica.configure(**change)
        for hours in (0.1, 0.1, 24 * 40):
            monitor.crawl(hours=hours)
        assert len(monitor.told()) == number + 1


def test_an_article_under_a_second_address_is_looked_at_at_home_until_that_is_gone(watching: Watching) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[3]
    home, second = f"/artikel/{slug}/", "/nieuws/tweede-adres-van-dit-stuk/"
    _show(monitor, home, second)
    seeds = monitor.source.start_urls
    _start_at(monitor, *seeds, monitor.replica.base_url + second)
    monitor.crawl(hours=0.1)
    assert (_kinds(monitor), len(monitor.articles())) == ([], 14)
    assert monitor.find(second).url.endswith(home)
    monitor.replica.edit(slug, title="Onder beide adressen staat nu een andere kop")
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", slug, ("title",))]
    missing = SimpleNamespace(status=404, headers={"Content-Type": "text/html"}, body=b"<h1>Niet gevonden</h1>")
    shown = monitor.intercept
    monitor.intercept = lambda url: answer(url, missing) if home in url else shown(url)
    monitor.crawl(hours=0.1)
    assert _kinds(monitor) == ["edited", "moved"]
    assert monitor.find(home).url.endswith(second)


def test_a_piece_that_moves_away_and_back_is_told_twice_and_stays_one(watching: Watching) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[3]
    monitor.replica.move(slug, "tijdelijk-adres")
    monitor.crawl(hours=0.1)
    monitor.replica.move("tijdelijk-adres", slug)
    monitor.crawl(hours=0.1)
    assert _kinds(monitor) == ["moved", "moved"]
    assert monitor.find("/artikel/tijdelijk-adres/").url.endswith(f"/artikel/{slug}/")
    assert len(monitor.articles()) == 14


def test_an_old_address_that_an_editor_gives_to_another_piece_brings_that_piece(watching: Watching) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[3]
    monitor.replica.move(slug, "zelfde-stuk-ander-adres")
    monitor.crawl(hours=0.1)
    (new,) = later_articles()
    monitor.replica.add(replace(new, slug=slug))
    monitor.crawl(hours=0.1)
    assert _kinds(monitor) == ["moved", "new"]
    assert monitor.find(f"/artikel/{slug}/").title == new.title
    assert len(monitor.articles()) == 15


def test_two_pieces_that_differ_little_are_two(watching: Watching) -> None:
    monitor = watching(14)
    like = monitor.replica.articles()[3]
    day = like.published.replace(day=1 + like.published.day % 28)
    twin = replace(like, slug="agenda-van-week-13", title="Agenda van week 13", post_id=999, published=day)
    twin.blocks[0] = replace(twin.blocks[0], text=twin.blocks[0].text + " Deze week is het anders.")
    monitor.replica.add(twin)
    monitor.crawl(hours=0.1)
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("new", twin.slug, ())]
    assert len(monitor.articles()) == 15


def test_a_canonical_link_to_the_front_page_makes_no_one_article_of_all(watching: Watching) -> None:
    monitor = watching(14, first_crawl=False, canonical=False)

    def with_canonical(url: str):  # type: ignore[no-untyped-def]
        if "/artikel/" not in url:
            return None
        served = respond(monitor.replica, "GET", url.removeprefix(monitor.replica.base_url), {})
        link = f'<link rel="canonical" href="{monitor.replica.base_url}/"></head>'.encode()
        return answer(
            url, SimpleNamespace(status=200, headers=served.headers, body=served.body.replace(b"</head>", link))
        )

    monitor.intercept = with_canonical
    for _ in range(2):
        monitor.crawl(hours=0.1)
    assert sorted(monitor.articles()) == sorted(slugs(monitor))
    assert monitor.told() == []
