"""What a stopped crawl left undecided, or a clock that was set back: later it is neither false news nor told again."""

from __future__ import annotations

from collections.abc import Callable

from alerts.compose import DigestContext
from alerts.digest import compile_due
from alerts.subscriptions import subscribe
from alerts.watch import packaged_watches
from storage import tables
from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import Offline

CONTEXT = DigestContext(packaged_watches(), "Nieuwswacht <n@example.org>", "iBestuur")


def stopped_once(monitor: Offline, met: Callable[[], bool]) -> None:
    """Crawls that are stopped, each a little later, until one has met what is asked for."""
    monitor.stop_after = 10
    while not met():
        monitor.crawl(hours=24 * 40)
        monitor.stop_after += 1
    monitor.stop_after = None


def address(monitor: Offline, slug: str) -> str:
    return f"{monitor.replica.base_url}/artikel/{slug}/"


def test_an_edit_that_a_stopped_crawl_met_before_the_article_went_is_not_its_return(watching: Watching) -> None:
    monitor = watching(14)
    slug = slugs(monitor)[2]
    monitor.replica.edit(slug, title="Deze kop zag alleen een crawl die werd gestopt")
    stopped_once(monitor, lambda: bool(monitor.versions("pending")))
    monitor.replica.remove(slug, 410)
    monitor.recrawl(address(monitor, slug))
    told = [("edited", slug, ("title",)), ("gone", slug, ())]
    assert monitor.told() == told
    monitor.crawl()
    assert monitor.told() == told
    assert slug in monitor.articles("gone")


def test_an_edit_is_not_told_again_when_a_move_that_a_stopped_crawl_met_is_decided_after_it(watching: Watching) -> None:
    monitor = watching(14)
    monitor.watches = CONTEXT.watches
    slug = next(article.slug for article in monitor.replica.articles() if article.coalition)
    with monitor.database.write() as session:
        subscribe(session, "lezer@example.org", "ai-coalitie", "immediately", monitor.now)
    monitor.replica.move(slug, "een-heel-ander-adres")
    stopped_once(monitor, lambda: monitor.find(f"/artikel/{slug}/").url.endswith("/een-heel-ander-adres/"))
    monitor.replica.edit("een-heel-ander-adres", title="AI-coalitie: deze kop is door een redacteur herschreven")
    monitor.recrawl(address(monitor, slug))
    told = [_told(monitor)]
    monitor.crawl()
    told.append(_told(monitor))
    assert told == [["Gewijzigd"], ["Nieuw adres"]]


def test_a_redesign_that_a_stopped_crawl_met_first_is_no_news_to_a_recrawl_of_all(watching: Watching) -> None:
    monitor = watching(14)
    monitor.crawl()
    monitor.replica.set_era("2026")
    monitor.stop_after = 12
    monitor.crawl(hours=24 * 40)
    assert 0 < monitor.untold().count("moved") < 14
    monitor.stop_after = None
    monitor.recrawl()
    assert monitor.untold().count("moved") == 14
    assert monitor.told() == []


def test_two_misses_tell_that_an_article_went_also_after_the_clock_was_set_back(watching: Watching) -> None:
    monitor = watching(14, gone_after=6)
    slug = slugs(monitor)[2]
    monitor.replica.remove(slug)
    monitor.recrawl(hours=24 * 100)
    monitor.recrawl(hours=-24 * 90)
    assert monitor.told() == []
    monitor.recrawl(hours=7)
    assert monitor.told() == [("gone", slug, ())]


def _told(monitor: Offline) -> list[str]:
    """How the subjects of the mails begin that are written now, the welcome left out."""
    written = {mail.message_id for mail in compile_due(monitor.database, CONTEXT, monitor.now) if mail.kind == "digest"}
    with monitor.database.read() as session:
        return [mail.subject.partition(":")[0] for mail in session.query(tables.Mail) if mail.message_id in written]
