"""Rows 24, 26 and 61 to 68 of the fault matrix: nothing from a page runs or injects in a mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.entries import ChangeKind, Edition
from alerts.render import ForeignHeaderError, render, render_operator, render_parts
from alerts.render.message import ALLOWED_HEADERS
from storage.article import Block

from .articles import AGENDA, FACTORY, NOW, edited, edition, told
from .reading import MESSAGE_ID, RECIPIENT, SENDER, html_of, links, mail, read, visible


def titled(title: str) -> Edition:
    return edition(told("new", replace(FACTORY, title=title)), edited(AGENDA, replace(AGENDA, title="Andere kop")))


def assert_only_our_headers(data: bytes) -> None:
    message = read(data)
    names = [name.lower() for name in message]
    assert set(names) <= ALLOWED_HEADERS
    assert len(names) == len(set(names))
    assert message["To"].addresses[0].addr_spec == RECIPIENT
    assert len(message["Subject"]) <= 78


@pytest.mark.parametrize(("change", "words"), [("moved", "nieuw adres"), ("gone", "niet meer bereikbaar")])
def test_r24_r26_a_new_address_and_a_page_taken_down_are_called_that(change: ChangeKind, words: str) -> None:
    former = "https://ibestuur.nl/artikel/oud/" if change == "moved" else ""
    parts = render_parts(edition(told(change, FACTORY, former_url=former)))
    assert words in parts.subject.lower()
    assert words in parts.text.lower()
    assert words in visible(parts.html).lower()
    assert former in parts.text


def test_r61_markup_and_placeholders_in_an_article_are_shown_literally() -> None:
    marks = "<ins>erbij</ins> {{ 7 * 7 }} {% raw %} %s %(n)s {n} [[-weg-]] {+erin+}"
    article = replace(AGENDA, title=f"Kop {marks}", blocks=(*AGENDA.blocks, Block("paragraph", f"Alinea met {marks}")))
    parts = render_parts(edition(edited(AGENDA, article)))
    assert f"Alinea met {marks}" in visible(parts.html)
    assert f"Alinea met {marks}" in " ".join(parts.text.split())
    assert not [node for node in html_of(parts.html).css("ins") if "erbij" in node.text()]


@pytest.mark.parametrize("title", ["Kop\r\nBcc: evil@example.org", "Kop\nX-Evil: ja", "Kop\r\n\r\nNieuwe tekst"])
def test_r62_a_line_break_in_a_headline_is_cleaned_and_the_mail_still_goes(title: str) -> None:
    data = mail(edition(told("new", replace(FACTORY, title=title))))
    assert_only_our_headers(data)
    assert read(data)["Subject"].startswith("Nieuw: Kop")


@pytest.mark.parametrize(
    "word",
    [
        "=?utf-8?q?Kop=0D=0ABcc:_evil@example.org?=",
        "=?utf-8?b?S29wDQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
        "=?utf-8?q?=3D=3Futf-8=3Fq=3FBcc:_evil@example.org=3F=3D?=",
        "==??utf-8?q?=0ABcc:_evil@example.org?=",
        "=\u200b?utf-8?q?=0ABcc:_evil@example.org?=",
    ],
)
def test_r63_an_encoded_word_in_a_headline_never_becomes_a_header(word: str) -> None:
    data = mail(edition(told("new", replace(FACTORY, title=f"{word} en meer"))))
    assert_only_our_headers(data)
    assert "=?" not in read(data)["Subject"]
    assert b"\nBcc:" not in data


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x00", "\x7f"])
def test_r64_separators_that_are_line_breaks_to_some_are_cleaned(sign: str) -> None:
    data = mail(titled(f"Kop{sign}Bcc: evil@example.org"))
    assert_only_our_headers(data)
    assert sign not in read(data)["Subject"]


@pytest.mark.parametrize("sign", "\u202e\u202d\u2066\u2067\u200b\u200f\u00ad\ufeff")
def test_r65_direction_overrides_and_invisible_signs_are_removed(sign: str) -> None:
    data = mail(edition(told("new", replace(FACTORY, title=f"Kop{sign}stuk", authors=(f"A{sign}B",)))))
    message = read(data)
    assert "Kopstuk" in message["Subject"]
    assert all(sign not in part.get_content() for part in message.iter_parts())


def test_r65_a_headline_in_hebrew_keeps_its_own_direction() -> None:
    html = render_parts(edition(told("new", replace(FACTORY, title="בינה מלאכותית בממשלה")))).html
    assert html_of(html).css_first("h3").attributes["dir"] == "auto"


def test_r66_a_headline_of_5000_characters_and_a_word_of_3000_fit() -> None:
    article = replace(FACTORY, title="kop " * 1250, lead="x" * 3000)
    data = mail(edition(told("new", article), edited(AGENDA, replace(AGENDA, title="y" * 5000))))
    assert_only_our_headers(data)
    message = read(data)
    text, html = (part.get_content() for part in message.iter_parts())
    assert max(len(line) for line in text.splitlines() if "://" not in line) <= 76
    assert "overflow-wrap:break-word" in html
    assert len(html) < 20_000
    assert max(len(line) for line in data.split(b"\r\n") if b"://" not in line) <= 78


def test_r67_a_lone_surrogate_becomes_a_replacement_character() -> None:
    article = replace(FACTORY, title="Kop \ud800 kapot", lead="Tekst \udfff kapot", authors=("A\udc80",))
    data = mail(edition(told("new", article)))
    assert_only_our_headers(data)
    assert "Kop \ufffd kapot" in read(data)["Subject"]
    assert b"unknown-8bit" not in data


def test_r68_scripts_and_handlers_are_text() -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)' style='x"
    article = replace(AGENDA, title=nasty, lead=nasty, authors=(nasty,), type=nasty, theme=nasty, caption=nasty)
    for language in ("nl", "en"):
        html = render_parts(
            edition(
                told("new", article), edited(AGENDA, article), language=language, watch_title=nasty, source_title=nasty
            )
        ).html
        tree = html_of(html)
        assert not tree.css("script, img, iframe, object, form, input, link, base")
        assert not [name for node in tree.css("*") for name in node.attributes if name.startswith("on")]
        assert "<script>alert(1)</script>" in visible(html)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<script>", "vbscript:x",
        "file:///etc/passwd", "https://ibestuur.nl/\r\nBcc: evil@example.org", "https://ibestuur.nl/\"onclick=\"x",
        "http://ibestuur.nl\\@evil.example.org/", "https://ibestuur.nl@evil.example.org/", "//evil.example.org", "https://",
    ],
)  # fmt: skip
def test_r68_only_web_addresses_are_linked(url: str) -> None:
    article = replace(FACTORY, url=url)
    entries = (told("new", article, former_url=url, permalink=url), told("moved", article, former_url=url))
    data = mail(edition(*entries, unsubscribe_url=url, preferences_url=url, unreadable=((url, "timeout"),)))
    assert_only_our_headers(data)
    _, html = (part.get_content() for part in read(data).iter_parts())
    assert [link for link in links(html) if not link.startswith("mailto:afmelden@")] == []


def test_a_mail_program_finds_no_header_that_nobody_put_there() -> None:
    """The last look at the bytes refuses what slipped through everything before it."""
    with pytest.raises(ForeignHeaderError):
        render(titled("Kop"), SENDER, RECIPIENT, "<1@x>\r\nBcc: evil@example.org", NOW)
    with pytest.raises(ForeignHeaderError):
        render(titled("Kop"), SENDER, "minister@example.org, evil@example.org", MESSAGE_ID, NOW)


def test_an_operator_mail_cannot_be_injected_either() -> None:
    subject = "site traag\r\nBcc: evil@example.org =?utf-8?q?=0ABcc:_x?="
    data = render_operator(subject, ["regel\x1b[31m\u202e"], "storing", SENDER, RECIPIENT, MESSAGE_ID, NOW)
    assert_only_our_headers(data)
    assert "\x1b" not in read(data).get_content()
