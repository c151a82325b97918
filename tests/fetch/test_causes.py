"""Every cause has a word, and every word an explanation with a next step."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from scrapy.exceptions import DownloadFailedError
from scrapy.http import HtmlResponse, Response
from twisted.internet.error import ConnectionRefusedError as RefusedError
from twisted.internet.error import NoRouteError, TCPTimedOutError
from twisted.python.failure import Failure

from crawler import causes
from crawler.causes import EXPLANATIONS, FetchRefused, cause_of, explain
from crawler.content import is_markup

PROMISED = (
    "refused reset dns timeout incomplete protocol encoding too_large redirects offsite private_host tls blocked "
    "rate_limited unavailable not_found gone robots robots_unavailable type"
)


def words_in_code() -> set[str]:
    """Causes as the code names them: given to FetchRefused, returned, or listed in the tables."""
    package = Path(causes.__file__).parent
    found = {word for _, word in causes._EXCEPTIONS} | set(causes._STATUS.values())
    for file in package.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FetchRefused":
                found |= {leaf.value for leaf in ast.walk(node.args[0]) if isinstance(leaf, ast.Constant)}
    return found


def test_every_cause_is_explained() -> None:
    assert set(PROMISED.split()) <= set(EXPLANATIONS)
    assert words_in_code() <= set(EXPLANATIONS)
    assert len(words_in_code()) > 15


@pytest.mark.parametrize("cause", [*EXPLANATIONS, "http_418"])
def test_an_explanation_is_one_line_of_sentences(cause: str) -> None:
    text = explain(cause)
    assert text.endswith(".")
    assert "\n" not in text
    assert 20 < len(text) < 120


def test_a_status_without_a_word_of_its_own_is_explained_by_number() -> None:
    assert "418" in explain("http_418")


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        *[(200, ""), (304, ""), (302, "http_302"), (400, "http_400"), (401, "blocked"), (403, "blocked")],
        *[(404, "not_found"), (410, "gone"), (418, "http_418"), (429, "rate_limited"), (500, "unavailable")],
        *[(503, "unavailable"), (522, "unavailable"), (999, "blocked")],
    ],
)
def test_a_status_has_one_cause(status: int, cause: str) -> None:
    assert cause_of(HtmlResponse("http://site.example/", status=status, body=b"<p>", headers=HTML)) == cause


def failed_with(reason: Exception) -> DownloadFailedError:
    wrapper = DownloadFailedError("it failed")
    wrapper.__cause__ = reason
    return wrapper


@pytest.mark.parametrize(
    ("exception", "cause"),
    [
        (RefusedError(), "refused"),
        (NoRouteError(), "refused"),
        (TCPTimedOutError(), "timeout"),
        (FetchRefused("robots", "forbidden"), "robots"),
        (KeyError("a fault of ours"), "error"),
    ],
)
def test_an_exception_has_the_same_cause_bare_wrapped_and_as_a_failure(exception: Exception, cause: str) -> None:
    assert cause_of(exception) == cause
    assert cause_of(Failure(exception)) == cause
    if not isinstance(exception, FetchRefused):
        assert cause_of(failed_with(exception)) == cause


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("label", "body", "readable"),
    [
        ("text/html; charset=utf-8", b"<!doctype html>", True),
        ("text/html", b"\xef\xbb\xbf\n <html>", True),
        ("text/html; charset=utf-16", "<html>".encode("utf-16"), True),
        ("text/html", b"Raad kiest nieuwe voorzitter", True),
        ("text/html", b"", True),
        ("application/rss+xml", b"<?xml version='1.0'?><rss>", True),
        ("application/xhtml+xml", b"<html>", True),
        ("", b"<html>", True),
        ("text/plain", b"<?xml version='1.0'?>", True),
        ("text/plain", b"Raad kiest", False),
        ("application/json", b"<p>", False),
        ("application/pdf", b"", False),
        ("image/svg+xml", b"<svg>", False),
        ("text/html", b"%PDF-1.7", False),
        ("text/html", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", False),
        ("text/html", b"GIF89a", False),
        ("text/html", b'[{"a": 1}]', False),
        ("text/html", b"\x1f\x8b\x08\x00", False),
    ],
)
def test_r42_r43_a_page_is_known_by_its_label_and_its_first_bytes(label: str, body: bytes, readable: bool) -> None:
    response = Response("http://site.example/", headers={"Content-Type": label} if label else {}, body=body)
    assert is_markup(response) is readable
