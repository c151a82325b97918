"""Whether bytes are something we can read: decided by looking at them too, since servers mislabel."""

from __future__ import annotations

from scrapy.http import Response

_MARKUP_TYPES = (b"html", b"xml", b"rss", b"atom")
_START = 1024


def is_markup(response: Response) -> bool:
    """True for HTML, XHTML and XML (feeds, sitemaps); False for a PDF, an image or JSON, whatever its label says.

    An empty body counts as what its label says: "empty page" is another finding than "not a page".
    """
    label = (response.headers.get(b"Content-Type") or b"").split(b";")[0].strip().lower()
    start = response.body[:_START].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    labelled = any(word in label for word in _MARKUP_TYPES) and not label.startswith(b"image/")
    if not start:
        return labelled
    if start.startswith(b"<"):
        return labelled or label in {b"", b"text/plain", b"application/octet-stream"}
    # A page may begin with text, but not with the signature of another format.
    return (
        labelled
        and not start.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"PK\x03\x04", b"{", b"[", b"RIFF"))
        and (_looks_like_text(start))
    )


def _looks_like_text(start: bytes) -> bool:
    return not any(byte < 9 or 13 < byte < 27 for byte in start.replace(b"\x00", b""))
