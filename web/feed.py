"""The Atom feed of a choice of changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from web.site import Site
from web.timeline import Item

_ATOM = "http://www.w3.org/2005/Atom"
register_namespace("", _ATOM)


def atom(items: Sequence[Item], site: Site, installation: str, self_url: str, page_url: str, base: str) -> bytes:
    """The feed document (RFC 4287). Ids follow from the installation, so that they outlive a change of address."""
    words = site.words
    feed = Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": site.language})
    title = words.feed_title.format(source=site.source_title)
    _text(feed, "title", title)
    _text(feed, "id", _identity(installation, f"feed {self_url.partition('?')[2]}"))
    newest = max((item.detected for item in items), default=datetime.fromtimestamp(0, UTC))
    _text(feed, "updated", _time(newest))
    SubElement(feed, f"{{{_ATOM}}}link", rel="self", type="application/atom+xml", href=self_url)
    SubElement(feed, f"{{{_ATOM}}}link", rel="alternate", type="text/html", href=page_url)
    author = SubElement(feed, f"{{{_ATOM}}}author")
    _text(author, "name", words.product)
    for item in items:
        entry = SubElement(feed, f"{{{_ATOM}}}entry")
        _text(entry, "title", f"{words.kinds[item.kind]}: {item.title}")
        _text(entry, "id", _identity(installation, f"change {item.id}"))
        _text(entry, "updated", _time(item.detected))
        SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", type="text/html", href=base + item.path)
        _text(entry, "summary", item.summary or words.kinds[item.kind])
        for watch in item.watches:
            SubElement(entry, f"{{{_ATOM}}}category", term=watch)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _text(parent: Element, name: str, value: str) -> None:
    SubElement(parent, f"{{{_ATOM}}}{name}").text = value


def _identity(installation: str, what: str) -> str:
    return uuid.uuid5(uuid.UUID(installation), what).urn


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
