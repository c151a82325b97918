"""Headers that mail programs act on."""

from __future__ import annotations

import pytest

from alerts.render import render_operator, render_parts

from .articles import FACTORY, NOW, edition, told
from .cases import CASES, without_web_pages
from .reading import MESSAGE_ID, RECIPIENT, SENDER, mail, read

ONE = edition(told("new", FACTORY))


def test_a_mail_has_two_parts_and_the_text_comes_first() -> None:
    message = read(mail(ONE))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert {part.get_content_charset() for part in message.iter_parts()} == {"utf-8"}
    assert not message.defects


def test_every_line_ends_as_mail_servers_want_it() -> None:
    data = mail(ONE)
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


@pytest.mark.parametrize("case", CASES)
def test_a_mail_program_reads_the_subject_as_it_was_written(case: str) -> None:
    edition = CASES[case]()
    assert read(mail(edition))["Subject"] == render_parts(edition).subject


def test_the_same_edition_makes_the_same_bytes() -> None:
    assert mail(ONE) == mail(ONE)


def test_the_mail_says_that_a_machine_wrote_it_and_in_which_language() -> None:
    message = read(mail(ONE))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "nl"
    assert message["Message-ID"] == MESSAGE_ID
    assert message["List-Id"] == "AI Coalitie <ai-coalitie.wacht.example.org>"


def test_unsubscribing_takes_one_click_where_a_page_can_answer() -> None:
    message = read(mail(ONE))
    assert message["List-Unsubscribe"] == f"<{ONE.unsubscribe_url}>, <mailto:{ONE.unsubscribe_mailto}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_is_not_promised_without_https() -> None:
    assert read(mail(without_web_pages()))["List-Unsubscribe-Post"] is None
    assert read(mail(without_web_pages()))["List-Unsubscribe"].startswith("<mailto:")
    plain = edition(told("new", FACTORY), unsubscribe_url="http://127.0.0.1:8000/afmelden/x")
    assert read(mail(plain))["List-Unsubscribe-Post"] is None


def test_a_long_unsubscribe_address_is_not_folded_into_encoded_words() -> None:
    url = "https://wacht.example.org/afmelden/" + "k1.c3ViOjQy" * 40
    data = mail(edition(told("new", FACTORY), unsubscribe_url=url))
    assert f"<{url}>".encode() in data


def test_mails_about_one_article_can_form_a_thread() -> None:
    message = read(mail(ONE, thread_id="<artikel.17@wacht.example.org>"))
    assert message["In-Reply-To"] == message["References"] == "<artikel.17@wacht.example.org>"
    assert read(mail(ONE))["References"] is None


def test_an_operator_mail_is_plain_and_says_trouble_or_recovery() -> None:
    lines = ["iBestuur is al twee uur niet leesbaar: geen antwoord binnen de tijd.", "", "Kijk met: nieuwswacht status"]
    for kind in ("storing", "hersteld"):
        message = read(render_operator("iBestuur niet leesbaar", lines, kind, SENDER, RECIPIENT, MESSAGE_ID, NOW))
        assert message["Subject"] == f"[{kind}] iBestuur niet leesbaar"
        assert message.get_content_type() == "text/plain"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Unsubscribe"] is None
        assert message.get_content().replace("\r\n", "\n") == "\n".join(lines) + "\n"
