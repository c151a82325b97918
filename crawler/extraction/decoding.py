"""Bytes as served → text, so that one page never looks different for the way it was labelled."""

from __future__ import annotations

import codecs

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

from crawler.extraction.errors import NotAnArticle

_OTHER_FORMATS = (
    b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"{", b"[",
    b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex", b"<svg",
)  # fmt: skip
_HTML_TYPES = ("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", "application/xml")
_CP1252_ERRORS = "extraction-cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Reads what is not UTF-8 as browsers read unlabelled Western text; control characters go later."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "ignore") or bad.decode("latin-1"), error.end


codecs.register_error(_CP1252_ERRORS, _as_cp1252)


def decode(body: bytes, content_type: str) -> str:
    """The page's text. Raises NotAnArticle `type` or `empty`."""
    refuse_other_formats(body, content_type)
    bom, _ = read_bom(body)
    if bom:
        return body.decode(bom, "replace").removeprefix("\ufeff")
    declared = http_content_type_encoding(content_type) or html_body_declared_encoding(body) or "utf-8"
    declared = resolve_encoding(declared) or "utf-8"
    if declared.startswith("utf-16"):
        declared = "utf-8"  # without a byte order mark the declaration itself was read as ASCII
    if not body.isascii():
        try:
            # Western text is never valid UTF-8 by accident, while labels are often wrong.
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return body.decode(declared, _CP1252_ERRORS if declared == "utf-8" else "replace")


def refuse_other_formats(body: bytes, content_type: str) -> None:
    label = content_type.partition(";")[0].strip().lower()
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\x00", b"").lstrip()
    if not start:
        raise NotAnArticle("empty", "the page has no content")
    if label not in _HTML_TYPES:
        raise NotAnArticle("type", f"not a web page but {label}")
    if start.startswith(b"<?xml"):
        start = start.partition(b"?>")[2].lstrip()
    if start[:16].lower().startswith(tuple(sign.lower() for sign in _OTHER_FORMATS)):
        raise NotAnArticle("type", f"labelled {label or 'nothing'}, but the content is not HTML")
