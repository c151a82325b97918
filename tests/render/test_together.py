"""Mails to many readers of one thing, whose bodies are made once: none may differ from the mail made for him alone."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from alerts.entries import Edition
from alerts.headers import header_lines
from alerts.render import Renderer, render, render_parts
from alerts.render.body import Body, Links
from alerts.render.compose import reader_links
from alerts.render.fit import Words
from alerts.render.html import html_links
from alerts.render.languages import LANGUAGES
from alerts.render.view import Link
from storage.article import Block

from .articles import FACTORY, NOW, edition, told
from .cases import CASES
from .reading import SENDER, read

PAGES = "https://wacht.example.org"
# What tells one reader's links from another's, and one installation's from another's.
LINKS = (
    {"unsubscribe_url": f"{PAGES}/afmelden/k1.een", "preferences_url": f"{PAGES}/voorkeuren/k1.een"},
    {"unsubscribe_url": f"{PAGES}/afmelden/k1.twee", "preferences_url": f"{PAGES}/voorkeuren/k1.twee?a=1&b='2'"},
    {"unsubscribe_url": f"{PAGES}/afmelden/{'lang' * 60}", "preferences_url": f"{PAGES}/voorkeuren/{'lang' * 60}"},
    {"unsubscribe_url": "", "preferences_url": ""},
    {"unsubscribe_url": "", "preferences_url": "", "unsubscribe_mailto": ""},
    {"unsubscribe_url": "javascript:alert(1)", "preferences_url": "https://zonder spatie"},
)


def html(data: bytes) -> str:
    part = read(data).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def links_of(links: dict[str, str]) -> tuple[Link, ...]:
    return reader_links(edition(told("new", FACTORY), **links), LANGUAGES["nl"])


def letters(case: str) -> list[tuple[Edition, str, str]]:
    """Editions, recipients and Message-IDs."""
    editions = [replace(CASES[case](), **links) for links in LINKS]
    return [(one, f"lezer{at}@example.org", f"<{at}@wacht.example.org>") for at, one in enumerate(editions)]


@pytest.mark.parametrize("case", CASES)
def test_a_mail_is_the_same_whatever_was_rendered_before_it(case: str) -> None:
    alone = [render(told, SENDER, to, identity, NOW) for told, to, identity in letters(case)]
    renderer = Renderer()
    for order in (1, -1):
        together = [renderer(told, SENDER, to, identity, NOW) for told, to, identity in letters(case)[::order]]
        assert together[::order] == alone


def test_readers_of_different_things_are_never_given_each_others() -> None:
    renderer = Renderer()
    one = ("een@example.org", "<1@wacht.example.org>", NOW)
    editions = [CASES[case]() for case in CASES]
    for first in editions:
        for shown in (first, *editions[:3]):
            assert renderer(shown, SENDER, *one) == render(shown, SENDER, *one)


def test_a_mail_with_shorter_links_may_tell_more_and_one_with_longer_links_stays_within_its_size() -> None:
    entries = [told("new", replace(FACTORY, url=f"{PAGES}/{n}/" + "x" * 300, title=f"Kop {n}")) for n in range(400)]
    renderer, one = Renderer(), ("een@example.org", "<1@wacht.example.org>", NOW)
    shown = [edition(*entries, unsubscribe_url=f"{PAGES}/{'x' * length}") for length in (0, 900, 9)]
    alone = [render(each, SENDER, *one) for each in shown]
    assert [renderer(each, SENDER, *one) for each in shown] == alone
    assert html(alone[1]).count("<li") < html(alone[0]).count("<li")
    assert all(len(html(each).replace("\r\n", "\n").rstrip().encode()) <= 90_000 for each in alone)


def test_who_has_other_links_is_told_other_ways_to_stop() -> None:
    pages = {"preferences_url": f"{PAGES}/v", "unsubscribe_url": "", "unsubscribe_mailto": ""}
    stops = pages | {"preferences_url": "", "unsubscribe_url": f"{PAGES}/a"}
    missing = len(html_links(links_of(pages))) - len(html_links(links_of(stops)))
    stops["unsubscribe_url"] += "x" * missing
    renderer, one = Renderer(), ("een@example.org", "<1@wacht.example.org>", NOW)
    assert len(html_links(links_of(pages))) == len(html_links(links_of(stops)))
    for links in (pages, stops):
        shown = edition(told("new", FACTORY), **links)
        assert renderer(shown, SENDER, *one) == render(shown, SENDER, *one)


@pytest.mark.parametrize("case", CASES)
def test_a_body_is_byte_for_byte_what_the_standard_library_makes_of_its_parts(case: str) -> None:
    for shown, to, identity in letters(case):
        data, parts = render(shown, SENDER, to, identity, NOW), render_parts(shown)
        expected = EmailMessage(policy=SMTP)
        expected.set_content(parts.text, cte="quoted-printable")
        expected.add_alternative(parts.html, subtype="html", cte="quoted-printable")
        expected.set_boundary(read(data).get_boundary() or "")
        assert data.partition(b"\r\n\r\n")[2] == expected.as_bytes().partition(b"\r\n\r\n")[2]


def test_a_mark_for_the_links_in_an_article_is_text_like_any_other() -> None:
    mark = "<!--links-->"
    article = replace(FACTORY, title=f"Kop {mark}", lead=mark, blocks=(Block("paragraph", mark),))
    parts = render_parts(edition(told("new", article), watch_title=mark, source_title=mark))
    assert mark not in parts.html
    assert parts.html.count("&lt;!--links--&gt;") >= 5
    assert parts.html.index("&lt;!--links--&gt;") < parts.html.index("/afmelden/")
    assert parts.text.count(mark) >= 4


def test_nothing_in_a_mail_can_pass_for_the_end_of_a_part() -> None:
    body = Body(Words("Onderwerp", "Tekst\n", ("<p>\n", "</p>\n")))
    for text in ("", "x" * 77 + "\n"):
        boundary = body.boundary("<1@wacht.example.org>", Links((), text, ""))
        links = Links((), f"{text}--{boundary.decode()}\nX-Evil: ja\n\n", f"\r--{boundary.decode()}--\n")
        assert body.parts(boundary, links).count(boundary) == 3  # before each part, and at the end


@pytest.mark.parametrize("domain", ["example.org", "a.b", "gemeente-zus-en-zo.provincie.example.org", "x" * 60 + ".nl"])
@pytest.mark.parametrize("local", ["jan", "jan.de-vries+wacht", "o'brien", "jan!", "x" * 64])
def test_a_header_that_is_one_readers_is_what_the_standard_library_makes_of_it(local: str, domain: str) -> None:
    to, identity = f"{local}@{domain}", f"<0f3a@{domain}>"
    data = render(edition(told("new", FACTORY)), SENDER, to, identity, NOW)
    expected = EmailMessage(policy=SMTP)
    expected["To"], expected["Message-ID"] = to, identity
    for line in header_lines(expected.as_bytes()):
        assert line in header_lines(data)
