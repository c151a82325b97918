"""Rows 28, 30 and 34 to 46: a known article's page that answers 200 and is damaged, another one, or written otherwise.

The last good version stays, nothing is told, the crawl's report names the cause, and a good page is the end of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from html import escape
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from alerts.diff import diff_articles
from cli.demo.site import respond
from cli.jobs.crawl import Crawled
from storage import tables
from storage.article import Block
from storage.shelf import read_snapshot
from tests.crawl.conftest import Watching, slugs, start, watching
from tests.crawl.offline import Offline, answer
from tests.crawl.pages import article_page, listing_page

__all__ = ["start", "watching"]
HTML = "text/html; charset=utf-8"


class Page:
    """One article of a monitored site of 14, whose page a test may put another in the place of."""

    def __init__(self, monitor: Offline) -> None:
        self.monitor, self.slug = monitor, slugs(monitor)[3]
        self.before = monitor.content(self.slug)
        self.body = bytes(respond(monitor.replica, "GET", f"/artikel/{self.slug}/", {}).body)

    def shows(self, body: bytes, kind: str = HTML, hours: float = 0.2) -> Crawled:
        """A crawl while the page is this."""
        served = SimpleNamespace(status=200, headers={"Content-Type": kind}, body=body)
        self.monitor.intercept = lambda url: answer(url, served) if self.slug in url else None
        crawled = self.monitor.crawl(hours=hours)
        self.monitor.intercept = lambda _url: None
        return crawled

    def assert_nothing_happened(self) -> None:
        assert self.monitor.told() == []
        assert self.monitor.content(self.slug) == self.before
        assert len(self.monitor.versions()) == 14

    def assert_it_is_over(self) -> None:
        """With the page as it was, and then with an edit, which is told."""
        assert self.monitor.crawl(hours=0.2).exit_code == 0
        self.assert_nothing_happened()
        assert self.monitor.versions("quarantined") == []
        self.monitor.replica.edit(self.slug, title="Na de storing kreeg dit stuk een nieuwe kop")
        self.monitor.crawl(hours=0.2)
        assert self.monitor.told() == [("edited", self.slug, ("title",))]


@pytest.fixture
def page(watching: Watching) -> Page:
    return Page(watching(14, "/sitemap.xml"))


def causes(crawled: Crawled) -> list[str]:
    return [failure["cause"] for failure in crawled.report.failures]


def reasons(page: Page) -> list[str]:
    return [version.reason for version in page.monitor.versions("quarantined")]


def _walled(page: Page, fault: str, cause: str) -> None:
    page.monitor.replica.set_fault(fault, [page.slug])
    crawled = page.monitor.crawl(hours=0.2)
    assert (crawled.exit_code, causes(crawled)) == (4, [cause])
    page.assert_nothing_happened()
    page.monitor.replica.clear_faults()
    page.assert_it_is_over()


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("consent_wall", "wall"), ("login_wall", "wall"), ("bot_wall", "wall"), ("soft_404", "no_article")],
)
def test_r28_a_wall_that_answers_200_is_named_and_is_no_edit(page: Page, fault: str, cause: str) -> None:
    _walled(page, fault, cause)


def test_r30_a_maintenance_page_that_answers_200_is_named_and_is_no_edit(page: Page) -> None:
    _walled(page, "maintenance", "wall")


def test_r34_an_empty_page_is_named_and_is_no_edit(page: Page) -> None:
    assert causes(page.shows(b"")) == ["empty"]
    _walled(page, "empty", "empty")


def test_r35_a_page_cut_in_its_text_is_held_back_although_its_length_is_right(page: Page) -> None:
    page.monitor.replica.set_fault("truncated", [page.slug])
    assert page.monitor.crawl(hours=0.2).report.quarantined == 1
    assert reasons(page) == ["the page was cut off"]
    page.assert_nothing_happened()
    page.monitor.replica.clear_faults()
    page.assert_it_is_over()


def test_r35_a_page_that_ends_well_but_has_lost_most_of_its_text_is_held_back(page: Page) -> None:
    paragraphs = page.body.split(b"<p")
    shorter = b"<p".join([*paragraphs[:2], paragraphs[-1]])
    assert page.shows(shorter).report.quarantined == 1
    assert "% of the text is left" in reasons(page)[0]
    page.assert_nothing_happened()
    page.assert_it_is_over()


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_r36_r37_a_page_nested_without_end_is_named_and_is_no_edit(page: Page, depth: int) -> None:
    crawled = page.shows(page.body.replace(b"<p", b"<div>" * depth + b"<p", 1))
    assert (crawled.exit_code, causes(crawled)) == (4, ["layout"])
    page.assert_nothing_happened()
    page.assert_it_is_over()


def test_r38_a_page_in_latin_1_that_says_it_is_utf_8_reads_the_same(page: Page) -> None:
    crawled = page.shows(page.body.decode().encode("cp1252", "xmlcharrefreplace"))
    assert (crawled.exit_code, crawled.report.unchanged) == (0, 14)
    page.assert_nothing_happened()


def test_r38_characters_that_cannot_be_read_are_held_back(page: Page) -> None:
    assert page.shows(page.body.replace(b"<p>", "<p>\ufffd\ufffd ".encode())).report.quarantined == 1
    assert reasons(page) == ["unreadable characters"]
    page.assert_nothing_happened()
    page.assert_it_is_over()


@pytest.mark.parametrize("kind", ["text/html", HTML])
def test_r39_a_page_in_utf_16_with_its_mark_reads_the_same(page: Page, kind: str) -> None:
    assert page.shows(page.body.decode().encode("utf-16"), kind).report.unchanged == 14
    page.assert_nothing_happened()


def test_r40_control_characters_are_no_change(page: Page) -> None:
    word = page.before.title.split()[0]
    dirty = page.body.replace(word.encode(), f"{word[:2]}\x00\x07\x1b{word[2:]}\x7f".encode())
    assert dirty != page.body
    assert page.shows(dirty).report.unchanged == 14
    page.assert_nothing_happened()


def test_r40_an_edit_that_comes_with_control_characters_is_stored_without_them(page: Page) -> None:
    title = escape(page.before.title, quote=False).encode()
    assert title in page.body
    assert page.shows(page.body.replace(title, b"Kop\x00 met \x1b[31mrode\x07 tekens\xc2\x9b")).report.edited == 1
    article = page.monitor.content(page.slug)
    assert article.title == "Kop met [31mrode tekens"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", repr(article.to_dict()) + article.text.replace("\n", ""))


_SAME: dict[str, Callable[[str], str]] = {
    "decomposed letters": lambda html: unicodedata.normalize("NFD", html),
    "no-break spaces": lambda html: re.sub(r"(?<=[a-z,]) (?=[a-z]+ [a-z]+[ .,])", "\u00a0", html.partition("<body")[2]),
    "soft hyphens": lambda html: html.replace("gemeente", "ge\u00admeen\u00adte").replace(
        "algoritme", "al\u00adgo\u00adritme"
    ),
    "zero-width spaces": lambda html: html.replace(", ", ",\u200b "),
}


@pytest.mark.parametrize("spelling", _SAME)
def test_r41_what_looks_the_same_to_a_reader_is_no_change_and_the_page_is_kept_as_served(
    page: Page, spelling: str
) -> None:
    other = _SAME[spelling](page.body.decode())
    assert other != page.body.decode()
    assert page.shows(other.encode()).report.unchanged == 14
    page.assert_nothing_happened()


def test_r41_other_quotation_marks_are_kept_as_the_editor_set_them_and_are_minor(page: Page) -> None:
    first = page.before.blocks[0]
    curly = replace(page.before, blocks=(Block("paragraph", f"“{first.text}”"), *page.before.blocks[1:]))
    straight = replace(page.before, blocks=(Block("paragraph", f'"{first.text}"'), *page.before.blocks[1:]))
    assert curly.content_hash() != straight.content_hash()
    assert diff_articles(curly, straight).significance == "minor"


# --- pages made for the purpose ---


def test_r41_the_bytes_of_a_page_are_kept_as_they_were_served(start: Any) -> None:
    served = unicodedata.normalize(
        "NFD", article_page(1, "Coöperatie\u00a0‘één’ deelt al\u00adgo\u00adritmes").decode()
    ).encode()
    monitor, _ = start({"/nieuws/stuk-1/": served, "/thema/ai/": listing_page(["/nieuws/stuk-1/"])}, "/thema/ai/")
    monitor.crawl()
    assert monitor.content("stuk-1").title == "Coöperatie ‘één’ deelt algoritmes"
    with monitor.database.read() as session:
        snapshot = session.get_one(tables.Snapshot, monitor.articles()["stuk-1"].snapshot_id)
        assert read_snapshot(session, snapshot) == served


def _undressed(page: bytes, part: str) -> bytes:
    gone = {"title": rb"<h1>.*?</h1>", "body": rb"<p>.*</p>"}[part]
    return re.sub(gone, b"", page, flags=re.DOTALL)


@pytest.mark.parametrize(("part", "cause"), [("title", "no_title"), ("body", "no_body")])
def test_r44_a_page_without_title_or_text_is_named_and_never_a_version(start: Any, part: str, cause: str) -> None:
    paths = [f"/nieuws/stuk-{number}/" for number in range(6)]
    pages: dict[str, Any] = {path: article_page(number) for number, path in enumerate(paths[:5])}
    monitor, site = start(pages | {"/thema/ai/": listing_page(paths)}, "/thema/ai/")
    site.pages[paths[5]] = _undressed(article_page(5), part)
    first = monitor.crawl()
    assert (first.exit_code, causes(first), len(monitor.articles())) == (4, [cause], 5)
    site.pages[paths[0]] = _undressed(article_page(0), part)
    second = monitor.crawl(hours=0.2)
    assert (causes(second), monitor.told()) == ([cause, cause], [])
    assert not [version for version in monitor.versions() if not (version.title and version.text)]


def test_r44_a_date_that_is_not_found_any_more_is_no_edit_and_hides_none(start: Any) -> None:
    def dated(number: int, title: str = "") -> bytes:
        return article_page(number, title).replace(b"</h1>", b"</h1><span>3 maart 2025</span>")

    pages: dict[str, Any] = {f"/nieuws/stuk-{number}/": dated(number) for number in range(10)}
    monitor, site = start(pages | {"/thema/ai/": listing_page(list(pages))}, "/thema/ai/")
    monitor.crawl()
    for number in range(3):
        site.pages[f"/nieuws/stuk-{number}/"] = article_page(number)
    assert monitor.crawl(hours=0.2).report.unchanged == 10
    site.pages["/nieuws/stuk-0/"] = article_page(0, "Een nieuwe kop op een bladzijde zonder datum")
    monitor.crawl(hours=0.2)
    assert monitor.told() == [("edited", "stuk-0", ("title",))]
    assert monitor.content("stuk-0").published == "2025-03-03"


def test_r45_what_is_no_date_is_unknown_and_kept_in_the_page(start: Any) -> None:
    lines = ["3 maart 2025", "30 februari 2025", "3 maart 2205", "gisteren", "99-99-2025"]
    pages: dict[str, Any] = {
        f"/nieuws/stuk-{number}/": article_page(number).replace(b"</h1>", f"</h1><span>{line}</span>".encode())
        for number, line in enumerate(lines)
    }
    monitor, _ = start(pages | {"/thema/ai/": listing_page(list(pages))}, "/thema/ai/")
    assert monitor.crawl().exit_code == 0
    found = monitor.articles()
    assert [found[f"stuk-{number}"].published_day for number in range(5)] == ["2025-03-03", "", "", "", ""]
    with monitor.database.read() as session:
        snapshot = session.get_one(tables.Snapshot, found["stuk-1"].snapshot_id)
        assert b"30 februari 2025" in read_snapshot(session, snapshot)


def test_r46_a_layout_that_three_in_ten_pages_no_longer_fit_breaks_the_source_and_tells_the_operator(
    start: Any,
) -> None:
    pages: dict[str, Any] = {f"/nieuws/stuk-{number}/": article_page(number) for number in range(10)}
    paths = list(pages)
    monitor, site = start(pages | {"/thema/ai/": listing_page(paths)}, "/thema/ai/")
    assert monitor.crawl().exit_code == 0
    for number in range(3):
        site.pages[paths[number]] = _undressed(article_page(number), "body")
    broken = monitor.crawl(hours=0.2)
    assert (broken.exit_code, broken.report.outcome, monitor.source_state()) == (5, "failed", "broken")
    assert broken.healths["proef"].reasons == ["3 of 10 pages are not articles as we know them"]
    monitor.crawl(hours=0.2)
    with monitor.database.read() as session:
        (notice,) = session.scalars(select(tables.Notice)).all()
    assert (notice.key, notice.closed_at) == ("source proef", None)
    assert "not articles as we know them" in notice.text
    assert monitor.told() == []
    for number in range(3):
        site.pages[paths[number]] = article_page(number)
    assert (monitor.crawl(hours=0.2).exit_code, monitor.source_state(), monitor.told()) == (0, "ok", [])
    with monitor.database.read() as session:
        assert session.scalars(select(tables.Notice.closed_at)).one() is not None
