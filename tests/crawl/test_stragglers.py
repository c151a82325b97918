"""What the site did to all pages is met on resting articles long after; it is no more an editor's then than before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from storage import tables
from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import Offline

CALL_OUT = "Meld u nu aan voor het jaarcongres over digitale overheid, op 12 november in Utrecht."


def resting(watching: Watching, count: int) -> tuple[Offline, list[str]]:
    """A monitor that follows a short feed only, and its `count` oldest articles, due one by one each second hour."""
    monitor = watching(40)
    monitor.source = replace(monitor.source, start_urls=(monitor.replica.base_url + "/feed/",))
    monitor.replica.configure(feed_items=12, modern_feed_items=12)
    old = slugs(monitor)[-count:]
    with monitor.database.write() as session:
        for number, slug in enumerate(old):
            session.execute(
                update(tables.Article)
                .where(tables.Article.id == monitor.find(f"/artikel/{slug}/").id)
                .values(
                    next_due=monitor.now + timedelta(hours=3 + 2 * number),
                    first_seen=monitor.now - timedelta(days=400),
                    published_day="2020-01-01",
                )
            )
    return monitor, old


def days_pass(monitor: Offline, count: int) -> None:
    for _ in range(2 * count + 5):
        monitor.crawl(hours=1)


@pytest.mark.parametrize("count", [25, 5])
def test_articles_met_long_after_a_redesign_have_not_moved_one_by_one(watching: Watching, count: int) -> None:
    monitor, old = resting(watching, count)
    monitor.replica.set_era("2026")
    monitor.crawl(hours=1)
    assert sum("/artikel/" in row.url for row in monitor.articles().values()) == count, "they must be met later"
    days_pass(monitor, count)
    assert not [row.url for row in monitor.articles().values() if "/artikel/" in row.url]
    assert monitor.told() == []
    assert [key for key in monitor.notices() if key.startswith("redesign")] == ["redesign proef 2"]
    assert monitor.find(f"/artikel/{old[0]}/").state == "live"


def test_an_edit_of_an_article_that_is_met_late_is_told_all_the_same(watching: Watching) -> None:
    monitor, old = resting(watching, 6)
    monitor.replica.set_era("2026")
    monitor.crawl(hours=1)
    monitor.replica.edit(old[2], title="Wat een redacteur hierboven zette, is nieuws")
    days_pass(monitor, 6)
    assert monitor.told() == [("edited", old[2], ("title",))]


def test_once_it_was_met_an_article_that_moves_again_has_moved(watching: Watching) -> None:
    monitor, old = resting(watching, 4)
    monitor.replica.set_era("2026")
    monitor.crawl(hours=1)
    days_pass(monitor, 4)
    monitor.replica.move(old[1], "dit-stuk-kreeg-daarna-een-eigen-nieuw-adres")
    monitor.recrawl(monitor.replica.base_url + f"/artikel/{old[1]}/")
    assert [kind for kind, _, _ in monitor.told()] == ["moved"]


@pytest.mark.parametrize("first", ["comes", "goes"])
def test_a_text_of_the_site_that_is_met_late_is_no_edit(watching: Watching, first: str) -> None:
    monitor, old = resting(watching, 6)
    monitor.replica.configure(callout=CALL_OUT)
    if first == "goes":
        days_pass(monitor, 6)
        with monitor.database.write() as session:
            later = {"next_due": monitor.now + timedelta(hours=3)}
            ids = [monitor.find(f"/artikel/{slug}/").id for slug in old]
            session.execute(update(tables.Article).where(tables.Article.id.in_(ids)).values(**later))
        monitor.replica.configure(callout="")
    days_pass(monitor, 6)
    assert monitor.told() == []
