"""RSS, Atom and sitemaps: which pages they name. Refuses entities, so that no feed reads files or grows in memory."""

from __future__ import annotations

import gzip
import io
from dataclasses import dataclass, field

from lxml import etree

from storage.article import normalise
from storage.urls import canonical_url

_GZIP = b"\x1f\x8b"


class FeedRefused(ValueError):
    """Not a feed or sitemap that may be read; says why."""


@dataclass(frozen=True)
class FeedItem:
    """`teaser`: what the feed says of the page; a change of it makes the page worth another look."""

    url: str
    title: str = ""
    teaser: str = ""


@dataclass
class Feed:
    """`pages` are articles to be; `feeds` further sitemaps of an index."""

    pages: list[FeedItem] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)


def looks_like_feed(body: bytes, content_type: str) -> bool:
    """XML that is no XHTML page."""
    start = body[:600].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if body.startswith(_GZIP):
        return True
    if any(root in start for root in (b"<rss", b"<feed", b"<urlset", b"<sitemapindex", b"<rdf:rdf")):
        return b"<html" not in start
    return start.startswith(b"<?xml") and b"html" not in start and "html" not in content_type


def read_feed(body: bytes, base: str, limit: int) -> Feed:
    """The pages that a feed or sitemap names, absolute; `limit` bytes at most. Raises FeedRefused."""
    if body.startswith(_GZIP):
        body = _unzip(body, limit)
    root = _parse(body)
    feed = Feed()
    for element in root.iter():
        name = _name(element)
        if name in ("item", "entry", "url"):
            item = _item(element, base)
            if item is not None:
                feed.pages.append(item)
        elif name == "sitemap":
            address = canonical_url(_text(element, "loc"), base)
            if address:
                feed.feeds.append(address)
    if not feed.pages and not feed.feeds and _name(root) not in ("rss", "feed", "urlset", "sitemapindex", "rdf"):
        raise FeedRefused(f"<{_name(root)}> is neither a feed nor a sitemap")
    return feed


def _unzip(body: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as unpacked:
            plain = unpacked.read(limit + 1)
    except (OSError, EOFError) as error:
        raise FeedRefused(f"its compression is damaged: {error}") from error
    if len(plain) > limit:
        raise FeedRefused(f"it unpacks to more than {limit} bytes")
    return plain


def _parse(body: bytes) -> etree._Element:
    if b"<!ENTITY" in body or b"<!entity" in body or b"<!\x00E\x00N\x00T" in body:
        raise FeedRefused("it declares entities, which a feed has no need of")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise FeedRefused(f"it is not well-formed: {error.msg}") from error


def _item(element: etree._Element, base: str) -> FeedItem | None:
    address = _text(element, "loc") or _link(element)
    url = canonical_url(address, base)
    if not url:
        return None
    told = "\n".join(
        _text(element, name)
        for name in ("title", "description", "summary", "pubDate", "published", "updated", "lastmod")
    )
    return FeedItem(url, normalise(_text(element, "title")), told.strip())


def _link(element: etree._Element) -> str:
    """RSS: the text of <link>, or a permalink <guid>; Atom: the alternate <link href>."""
    guid = ""
    for child in element:
        name = _name(child)
        if name == "link" and child.get("href") and child.get("rel", "alternate") == "alternate":
            return str(child.get("href"))
        if name == "link" and child.text and child.text.strip():
            return child.text.strip()
        if name == "guid" and child.get("isPermaLink", "true") == "true" and child.text:
            guid = child.text.strip()
    return guid


def _text(element: etree._Element, name: str) -> str:
    return next(("".join(map(str, child.itertext())).strip() for child in element if _name(child) == name), "")


def _name(element: etree._Element) -> str:
    """The tag without its namespace, lower-case but for RSS's own camel case; empty for comments."""
    if not isinstance(element.tag, str):
        return ""
    local = element.tag.rpartition("}")[2]
    return local if local == "pubDate" else local.lower()
