"""What the operator hears of a crawl: once when it begins, once when it is over, and each event once."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from typing import Any

from sqlalchemy import select

from alerts.operator import operator_mails
from cli.jobs.trouble import note_trouble
from storage import tables
from storage.crawls import Report
from tests.crawl.conftest import Watching, slugs
from tests.crawl.offline import Offline
from tests.crawl.pages import SITE, article_page

OPERATOR = "beheer@example.org"


def _mails(monitor: Offline) -> list[str]:
    """Subjects of all mails to the operator so far, oldest first."""
    with monitor.database.write() as session:
        operator_mails(session, OPERATOR, monitor.now, sender="Nieuwswacht <n@example.org>")
    with monitor.database.read() as session:
        raw = session.scalars(select(tables.Mail.message).order_by(tables.Mail.id)).all()
    return [email.message_from_bytes(one or b"", policy=email.policy.default)["Subject"] for one in raw]


def test_a_redesign_is_one_mail_and_no_trouble(watching: Watching) -> None:
    monitor = watching(20)
    monitor.replica.set_era("2026")
    monitor.crawl()
    assert len(_mails(monitor)) == 1
    monitor.crawl()
    monitor.crawl()
    (subject,) = _mails(monitor)
    assert subject.startswith("[storing]")
    assert monitor.source_state() == "ok"


def test_a_wall_is_one_mail_when_it_stays_and_one_when_it_is_over(watching: Watching) -> None:
    monitor = watching(14)
    monitor.replica.set_fault("consent_wall", slugs(monitor))
    for _ in range(4):
        monitor.crawl(hours=0.1)
        mails = _mails(monitor)
    assert [subject.split()[0] for subject in mails] == ["[storing]"]
    monitor.replica.clear_faults()
    for _ in range(2):
        monitor.crawl(hours=0.1)
        mails = _mails(monitor)
    assert [subject.split()[0] for subject in mails] == ["[storing]", "[hersteld]"]


def test_a_profile_that_no_longer_fits_is_said_once(watching: Watching) -> None:
    monitor = watching(14)
    report = Report(1)
    for readings in (Counter(profile=12, generic=1), Counter(profile=1, generic=12), Counter(generic=13)):
        with monitor.database.write() as session:
            note_trouble(session, {"proef": _ok()}, {"proef": readings}, report, monitor.now)
    assert len([key for key in monitor.notices() if key.startswith("drift")]) == 1
    assert len(_mails(monitor)) == 1


def _ok():  # type: ignore[no-untyped-def]
    from storage.sources import SourceHealth

    return SourceHealth()


def test_pages_of_a_sitemap_that_never_were_articles_are_no_trouble_when_little_else_is_due(start: Any) -> None:
    pages: dict[str, Any] = {f"/stuk-{number}/": article_page(number) for number in range(8)}
    others = [f"/rubriek-{name}/" for name in ("zorg", "water", "wonen", "vervoer")]
    pages |= dict.fromkeys(others, b"<html><body><h1>Rubriek</h1><p>Alles hierover.</p></body></html>")
    urls = "".join(f"<url><loc>{SITE}{path}</loc></url>" for path in pages)
    pages["/sitemap.xml"] = ("text/xml", f"<urlset>{urls}</urlset>".encode())
    monitor, site = start(pages, "/sitemap.xml")
    for hours in (1, 72, 0.5):
        site.asked.clear()
        monitor.crawl(hours=hours)
        assert monitor.source_state() == "ok"
    assert {*site.asked} == {"/sitemap.xml", *others}, "asked again, with no article beside them"
