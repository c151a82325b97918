"""How often pages are asked for, and when a server's "not modified" is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.app import App
from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.show.crawl import print_report
from tests.crawl.conftest import Watching, slugs
from tests.crawl.monitor import Monitor
from tests.crawl.offline import answer, slug_of


def test_r32_a_server_that_says_not_modified_is_believed_for_a_week(watching: Watching) -> None:
    monitor = watching(10, validators="content")
    first = monitor.crawl(hours=0.1)
    assert (first.report.unchanged, first.report.not_modified) == (10, 0), "a first version is looked at in full again"
    assert monitor.crawl(hours=0.1).report.not_modified == 10
    slug = slugs(monitor)[0]
    monitor.replica.edit(slug, title="Een nieuwe kop, waar de server niets van zegt")
    shown = monitor.intercept
    monitor.intercept = lambda url: answer(url, _NotModified()) if slug_of(url) == slug else shown(url)
    monitor.crawl(hours=0.1)
    assert monitor.told() == []
    monitor.intercept = shown
    # The cache says so for ever, but after a week it is no longer asked.
    monitor.crawl(hours=24 * 8)
    assert monitor.told() == [("edited", slug, ("title",))]


class _NotModified:
    status, headers, body = 304, {}, b""


def test_a_validator_is_never_taken_from_a_page_that_was_not_believed(watching: Watching) -> None:
    monitor = watching(14, validators="content")
    for _ in range(2):
        monitor.crawl(hours=0.1)
    slug = slugs(monitor)[4]
    for fault in ("truncated", "soft_404"):
        monitor.replica.set_fault(fault, [slug])
        monitor.crawl(hours=0.1)
        again = monitor.crawl(hours=0.1)
        # With the bad page's validator the server would now say that nothing changed, and so for ever.
        assert (again.report.not_modified, monitor.articles()[slug].etag) == (13, "")
        monitor.replica.clear_faults()
        assert monitor.crawl(hours=0.1).report.not_modified == 13
        assert monitor.crawl(hours=0.1).report.not_modified == 14
    assert monitor.told() == []


def test_validators_that_change_with_every_answer_do_no_harm(watching: Watching) -> None:
    monitor = watching(10, validators="useless")
    for _ in range(3):
        assert monitor.crawl(hours=0.1).report.unchanged == 10
    assert monitor.told() == []


def test_articles_are_looked_at_less_the_older_they_are_and_again_when_a_listing_says_something_new(
    watching: Watching,
) -> None:
    monitor = watching(30)
    monitor.crawl(hours=24 * 40)
    assert monitor.crawl(hours=0.1).report.requests < 10
    slug = slugs(monitor)[20]
    monitor.replica.edit(slug, title="Ook een oud stuk krijgt soms een nieuwe kop")
    monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", slug, ("title",))]


def test_what_is_gone_is_asked_for_once_a_day_and_told_when_it_is_back(watching: Watching) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[3]
    monitor.replica.remove(slug, 410)
    monitor.crawl(hours=0.1)
    asked = len([path for path in monitor.replica.paths() if slug in path])
    for _ in range(3):
        monitor.crawl(hours=1)
    assert len([path for path in monitor.replica.paths() if slug in path]) == asked
    assert monitor.crawl(hours=25).report.gone == 0
    assert len([path for path in monitor.replica.paths() if slug in path]) > asked
    monitor.replica.restore(slug)
    monitor.crawl(hours=25)
    assert [kind for kind, _, _ in monitor.told()] == ["gone", "returned"]


def test_what_waits_in_quarantine_is_looked_at_less_and_less_and_all_of_it_once_some_has_recovered(
    watching: Watching,
) -> None:
    monitor = watching(14, validators="none")
    monitor.crawl(hours=24 * 20)
    held = slugs(monitor)[3:6]
    monitor.replica.set_fault("truncated", held)
    monitor.recrawl(*(f"{monitor.replica.base_url}/artikel/{slug}/" for slug in held))
    assert len(monitor.versions("quarantined")) == 3

    def looks() -> int:
        monitor.replica.forget_requests()
        for _ in range(12):
            monitor.crawl(hours=1)
        return len([path for path in monitor.replica.paths() if any(slug in path for slug in held)])

    first, second, third = looks(), looks(), looks()
    assert len(held) <= third <= second < first, "as long as it lasts, some look is due every few hours"
    monitor.replica.clear_faults()
    while len(monitor.versions("quarantined")) == 3:
        monitor.crawl(hours=0.5)
    monitor.crawl(hours=0.5)
    assert monitor.versions("quarantined") == []
    assert monitor.told() == []


def test_an_article_can_be_recrawled_by_an_address_it_had_before(watching: Watching) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[3]
    monitor.replica.move(slug, "het-nieuwe-adres")
    monitor.crawl(hours=0.1)
    monitor.replica.edit("het-nieuwe-adres", title="Een kop die alleen bij een gerichte blik opvalt")
    monitor.replica.forget_requests()
    recrawled = monitor.recrawl(f"{monitor.replica.base_url}/artikel/{slug}/")
    assert (recrawled.report.edited, recrawled.report.requests) == (1, 1)
    assert {path for path in monitor.replica.paths() if path != "/robots.txt"} == {"/artikel/het-nieuwe-adres/"}


@pytest.mark.parametrize(("status", "wait"), [("503", "3600"), ("429", "120")])
def test_r29_r30_a_server_that_asks_for_rest_gets_it_from_the_next_crawl_too_and_the_report_says_so(
    tmp_path: Path, status: str, wait: str
) -> None:
    replica = Replica(articles(8))
    with serve(replica) as site:
        monitor = Monitor(tmp_path, f"{site}/thema/data-en-ai/", f"{site}/sitemap.xml")
        assert monitor.crawl().code == 0
        replica.set_fault(status, retry_after=wait)
        refused = monitor.crawl()
        assert (refused.code, refused.changes.keys()) == (5, {"failed"})
        cause = {"503": "unavailable", "429": "rate_limited"}[status]
        assert {failure["cause"] for failure in refused.document["failures"]} == {cause}
        replica.clear_faults()
        replica.forget_requests()
        spared = monitor.crawl()
        assert (spared.changes, spared.document["requests"], replica.paths()) == ({}, 0, [])
        (source,) = spared.document["sources"]
        assert (spared.code, source["asked"], source["state"]) == (5, False, "broken")
        assert "asked to be left alone until 20" in source["reasons"][0]


def test_a_crawl_that_asks_for_no_article_says_what_it_looked_at_and_why_that_was_all(
    watching: Watching, capsys: pytest.CaptureFixture[str]
) -> None:
    monitor = watching(8)
    monitor.crawl(hours=24 * 60)
    crawled = monitor.crawl(hours=0.1)
    (source,) = crawled.report.sources
    assert (crawled.exit_code, crawled.report.unchanged) == (0, 0)
    assert (source["seeds_read"], source["known"], source["not_due"]) == (2, 8, 8)
    print_report(App(), crawled.report, dry_run=False)
    shown = capsys.readouterr().out
    assert "2 of 2 seeds read" in shown
    assert "8 of 8 known articles are not due, the first of them at 2026-05-" in shown
    assert "nieuwswacht recrawl --all" in shown


def test_after_days_without_the_site_its_articles_are_asked_for_at_once(watching: Watching) -> None:
    monitor = watching(14)
    monitor.crawl(hours=0.1)
    slug = slugs(monitor)[4]
    monitor.replica.set_fault("consent_wall")
    for _ in range(20):
        monitor.crawl(hours=6)
    monitor.replica.edit(slug, lambda article: article.add_block("Wat er tijdens de storing bij kwam."))
    monitor.replica.clear_faults()
    for _ in range(2):
        monitor.crawl(hours=0.1)
    assert monitor.told() == [("edited", slug, ("body",))]
