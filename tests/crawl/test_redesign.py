"""Addresses and markup change; the pieces do not, and neither do their histories."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import answer


def _real_edit(monitor, slug: str) -> None:  # type: ignore[no-untyped-def]
    monitor.replica.edit(slug, title="Na de verbouwing krijgt dit stuk een nieuwe kop")


def test_a_redesign_with_redirects_is_not_news_and_histories_go_on(watching: Watching) -> None:
    monitor = watching(30)
    before = slugs(monitor)
    monitor.replica.set_era("2026")
    for _ in range(2):
        monitor.crawl()
        assert monitor.told() == []
    assert len(monitor.articles()) == 30
    assert all("/artikel/" not in row.url for row in monitor.articles().values())
    for slug in before:
        assert monitor.find(f"/artikel/{slug}/").state == "live"
    assert len([key for key in monitor.notices() if key.startswith("redesign")]) == 1
    _real_edit(monitor, before[0])
    monitor.crawl(hours=0.1)
    assert [(kind, fields) for kind, _, fields in monitor.told()] == [("edited", ("title",))]


@pytest.mark.parametrize("skin", [3, 8])
def test_r60_new_markup_alone_is_nothing_at_all(watching: Watching, skin: int) -> None:
    monitor = watching(20)
    monitor.replica.set_skin(skin)
    monitor.replica.set_noise(5)
    monitor.crawl()
    assert monitor.told() == []
    assert len(monitor.versions()) == 20


@pytest.mark.parametrize("redirect", [True, False])
def test_r24_one_article_at_a_new_address_has_moved(watching: Watching, redirect: bool) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[2]
    monitor.replica.move(slug, "een-heel-ander-adres-voor-dit-stuk", redirect=redirect)
    monitor.crawl()
    assert [kind for kind, _, _ in monitor.told()] == ["moved"]
    assert monitor.find(f"/artikel/{slug}/").url.endswith("/een-heel-ander-adres-voor-dit-stuk/")
    assert len(monitor.articles()) == 14


def test_r50_articles_that_swap_addresses_are_not_compared_with_each_other(watching: Watching) -> None:
    monitor = watching(14)
    one, other = slugs(monitor)[1], slugs(monitor)[4]
    texts = {slug: monitor.content(slug).text for slug in (one, other)}
    monitor.replica.swap(one, other)
    monitor.crawl()
    assert {kind for kind, _, _ in monitor.told()} <= {"moved"}
    assert len(monitor.versions()) == 14
    assert {slug: monitor.content(slug).text for slug in (one, other)} == {one: texts[other], other: texts[one]}


def test_an_address_that_leads_to_another_known_article_is_neither_gone_nor_edited(watching: Watching) -> None:
    monitor = watching(14)
    dropped, kept = slugs(monitor)[1], slugs(monitor)[4]
    monitor.replica.move(dropped, "tijdelijk")
    monitor.replica.remove("tijdelijk")
    monitor.replica._moved[dropped] = kept
    monitor.crawl()
    assert monitor.told() == []


def test_a_redesign_that_forgets_its_old_addresses_is_not_news_either(watching: Watching) -> None:
    monitor = watching(20)
    before = slugs(monitor)
    monitor.replica.set_era("2026")
    missing = SimpleNamespace(status=404, headers={"Content-Type": "text/html"}, body=b"<h1>Niet gevonden</h1>")
    monitor.intercept = lambda url: answer(url, missing) if "/artikel/" in url else None
    for _ in range(3):
        monitor.crawl()
        assert monitor.told() == []
    assert len(monitor.articles()) == 20
    assert all("/artikel/" not in row.url for row in monitor.articles().values())
    assert monitor.find(f"/artikel/{before[0]}/").state == "live"
    _real_edit(monitor, before[0])
    monitor.crawl(hours=0.1)
    assert [(kind, fields) for kind, _, fields in monitor.told()] == [("edited", ("title",))]
