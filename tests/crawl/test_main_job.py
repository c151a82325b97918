"""What a crawl finds, what it leaves alone, and what it makes of edits, new pieces and pieces taken down."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

import pytest

from cli.demo.content import articles, later_articles
from cli.demo.truth import truth
from storage.urls import canonical_url, url_key
from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import Crashed, slug_of

FORBIDDEN = ("/openid/", "/wp-admin/", "/wp-login", "/?s=")


def test_forty_articles_are_found_once_and_read_as_they_are(watching: Watching) -> None:
    monitor = watching(40, skin=7, metadata="none", canonical=False)
    found = monitor.articles()
    expected = truth(monitor.replica)
    assert sorted(found) == sorted(slug_of(one["url"]) for one in expected)
    for one in expected:
        article = monitor.content(slug_of(one["url"]))
        assert article.title == one["title"]
        assert article.lead == one["lead"]
        assert [{"kind": block.kind, "text": block.text} for block in article.blocks] == one["blocks"]
        assert (article.published[:10], article.theme, article.type) == (one["published"], one["theme"], one["type"])
        assert (list(article.authors), list(article.tags)) == (one["authors"], one["tags"])


def test_log_in_comment_and_search_pages_are_never_asked_for(watching: Watching) -> None:
    monitor = watching(20, first_crawl=False)
    asked: list[str] = []
    monitor.intercept = lambda url: asked.append(url)
    monitor.crawl()
    assert asked
    assert not [url for url in asked if any(part in url for part in FORBIDDEN) or "replytocom" in url]
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(monitor.replica.base_url).netloc}
    assert len(asked) == len(set(asked))


def test_r48_a_second_look_at_pages_with_other_noise_finds_nothing(watching: Watching) -> None:
    monitor = watching(40)
    for noise in (2, 3, 4):
        monitor.replica.set_noise(noise)
        report = monitor.crawl(hours=0.2).report  # while all are new to us, each is looked at each time
        assert (report.new, report.edited, report.unchanged, report.failed) == (0, 0, 40, 0)
    assert len(monitor.versions()) == 40


def test_an_edit_a_new_piece_and_one_taken_down_are_exactly_what_is_told(watching: Watching) -> None:
    monitor = watching(20)
    edited, taken = slugs(monitor)[3], slugs(monitor)[5]
    monitor.replica.edit(edited, title="Een heel andere kop dan gisteren boven dit stuk")
    (new,) = later_articles()
    monitor.replica.add(new)
    monitor.replica.remove(taken, 410)
    crawled = monitor.crawl()
    assert sorted(monitor.told()) == sorted(
        [("edited", edited, ("title",)), ("gone", taken, ()), ("new", new.slug, ())]
    )
    assert crawled.exit_code == 0
    assert monitor.crawl().report.articles == []


def test_a_new_piece_of_an_old_date_is_news_on_whichever_page_it_lands(watching: Watching) -> None:
    monitor = watching(40, "/thema/data-en-ai/", first_crawl=False, per_page=5)
    assert monitor.crawl().report.new > 20
    (new,) = later_articles()
    new.published = monitor.replica.articles()[-1].published.replace(year=2019)
    monitor.replica.add(new)
    monitor.crawl()
    assert monitor.told() == [("new", new.slug, ())]


def test_r25_r26_a_page_that_is_missing_is_gone_only_at_the_second_look_hours_later(watching: Watching) -> None:
    monitor = watching(14, gone_after=6)
    slug = slugs(monitor)[2]
    monitor.replica.remove(slug, 404)
    monitor.crawl(hours=1)
    assert not monitor.told()
    monitor.crawl(hours=1)
    assert not monitor.told()
    monitor.crawl(hours=6)
    assert monitor.told() == [("gone", slug, ())]
    monitor.crawl(hours=30)
    assert monitor.told() == [("gone", slug, ())], "once"
    assert len(monitor.versions()) == 14, "what it said is kept"
    monitor.replica.restore(slug)
    monitor.crawl(hours=30)
    assert monitor.told()[1:] == [("returned", slug, ())]


def test_r25_one_404_among_good_answers_is_nothing(watching: Watching) -> None:
    monitor = watching(14)
    monitor.replica.set_fault("404", [slugs(monitor)[1]], times=1)
    monitor.crawl()
    assert not monitor.told()
    assert slugs(monitor)[1] in monitor.articles()


def test_what_an_editor_takes_back_is_a_revert(watching: Watching) -> None:
    monitor = watching(14)
    slug, title = slugs(monitor)[0], monitor.replica.articles()[0].title
    monitor.replica.edit(slug, title="Voorlopig een andere kop boven dit stuk")
    monitor.crawl(hours=0.1)
    monitor.replica.edit(slug, title=title)
    monitor.crawl(hours=0.1)
    assert [kind for kind, _, _ in monitor.told()] == ["edited", "reverted"]


def test_a_listing_that_turns_empty_takes_no_article_away(watching: Watching) -> None:
    monitor = watching(14, "/thema/data-en-ai/", "/feed/", "/sitemap.xml")
    for slug in slugs(monitor):
        monitor.replica.set_fault("410", [slug])
    monitor.crawl()
    assert not monitor.told()
    assert len(monitor.articles()) == 14
    assert monitor.source_state() != "ok"
    monitor.replica.clear_faults()
    monitor.crawl(hours=48)
    assert not monitor.told()


def test_r49_the_case_of_an_address_and_the_order_of_its_query_make_no_other_page() -> None:
    spellings = [
        "https://Site.example/Artikel/Stuk/?b=2&a=1",
        "http://www.site.example/artikel/stuk?a=1&utm_id=x&b=2#top",
    ]
    assert len({url_key(canonical_url(url)) for url in spellings}) == 1
    assert url_key("https://site.example/artikel/stuk/?a=2") != url_key("https://site.example/artikel/stuk/?a=1")


def test_r49_one_article_under_many_spellings_is_one_article(watching: Watching) -> None:
    slug = articles(14)[0].slug
    seeds = [f"/artikel/{slug}{tail}" for tail in ("/", "", "/?utm_source=x&utm_medium=y", "/#reacties")]
    monitor = watching(14, "/thema/data-en-ai/", "/sitemap.xml", *seeds)
    assert len(monitor.articles()) == 14


def test_a_crash_during_the_first_crawl_turns_nothing_into_news(watching: Watching) -> None:
    monitor = watching(20, first_crawl=False)
    for answers in (3, 9, 17):
        monitor.crash_after = answers
        with pytest.raises(Crashed):
            monitor.crawl(hours=0.1)
    monitor.crash_after = None
    monitor.crawl(hours=0.1)
    monitor.crawl(hours=0.1)
    assert not monitor.told()
    assert len(monitor.articles()) == len(monitor.versions()) == 20
    monitor.replica.edit(slugs(monitor)[0], title="Na de storing komt deze nieuwe kop")
    monitor.crawl(hours=0.1)
    assert [kind for kind, _, _ in monitor.told()] == ["edited"]


def test_a_crash_after_an_edit_was_seen_loses_it_not(watching: Watching) -> None:
    monitor = watching(20)
    slug = slugs(monitor)[0]
    monitor.replica.edit(slug, title="Een kop die maar even boven dit stuk stond")
    for answers in range(2, 30, 4):
        monitor.crash_after = answers
        with contextlib.suppress(Crashed):
            monitor.crawl(hours=0.1)
    monitor.crash_after = None
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", slug, ("title",))]
