"""One text, however it was encoded and labelled."""

from __future__ import annotations

import pytest

from crawler.extraction import NotAnArticle, extract, read_page
from tests.extraction.reading import ADDRESS, PROSE

TITLE = "Coöperatie geeft ‘digitale’ sleutels uit voor €5"
HTML = f'<html><head>{{meta}}</head><body><h1>{TITLE}</h1><div class="t">{PROSE}</div></body></html>'


def title(body: bytes, content_type: str = "text/html") -> str:
    return extract(read_page(body, content_type, ADDRESS)).article.title


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=utf-8", ""),
        ("utf-8", "text/html", '<meta charset="utf-8">'),
        ("utf-8", "", ""),
        ("utf-8-sig", "text/html; charset=iso-8859-1", ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("cp1252", "text/html; charset=iso-8859-1", ""),
        ("cp1252", "text/html", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'),
        ("cp1252", "text/html; charset=utf-8", '<meta charset="utf-8">'),
        ("cp1252", "text/html", ""),
        ("utf-16", "text/html", ""),
    ],
)
def test_the_same_page_reads_the_same_in_every_encoding(encoding: str, content_type: str, meta: str) -> None:
    assert title(HTML.format(meta=meta).encode(encoding), content_type) == TITLE


def test_one_broken_letter_does_not_spoil_the_others() -> None:
    body = HTML.format(meta="").encode().replace("€".encode(), b"\xe9")
    assert title(body, "text/html; charset=utf-8") == TITLE.replace("€", "é")


def test_text_without_a_label_never_holds_replacement_characters() -> None:
    found = extract(read_page(HTML.format(meta="").encode("cp1252"), "text/html; charset=utf-8", ADDRESS)).article
    assert "\ufffd" not in found.title + found.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <html>", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "text/html"),
        (b'{"title": "<h1>"}', "text/html"),
        (b"[1, 2]", "application/json"),
        (b"<html><h1>x</h1></html>", "application/pdf"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "application/xml"),
        (b"GIF89a", "image/gif"),
    ],
)
def test_what_is_no_web_page_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(NotAnArticle) as refusal:
        read_page(body, content_type, ADDRESS)
    assert refusal.value.cause == "type"


@pytest.mark.parametrize("body", [b"", b"  \n ", b"\xef\xbb\xbf", b"<html><body></body></html>", b"<p hidden>x</p>"])
def test_a_page_without_anything_to_see_is_empty(body: bytes) -> None:
    with pytest.raises(NotAnArticle) as refusal:
        read_page(body, "text/html", ADDRESS)
    assert refusal.value.cause == "empty"


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_r36_r37_bottomless_nesting_is_a_broken_layout_not_an_empty_article(depth: int) -> None:
    body = b"<h1>Kop</h1>" + b"<div>" * depth + PROSE.encode()
    with pytest.raises(NotAnArticle) as refusal:
        read_page(body, "text/html", ADDRESS)
    assert refusal.value.cause == "layout"


def test_control_characters_never_reach_an_article() -> None:
    body = HTML.format(meta="").replace("sleutels", "sleu\x00tels\x07").encode()
    assert "sleutels" in title(body)


def test_a_page_that_broke_off_is_known_by_its_missing_end() -> None:
    whole = HTML.format(meta="").encode()
    assert read_page(whole, "text/html", ADDRESS).complete
    assert not read_page(whole[:-40], "text/html", ADDRESS).complete
