"""One fetched page, parsed once; what its head says is read only when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.extraction import jsonld
from crawler.extraction.decoding import decode
from crawler.extraction.errors import NotAnArticle
from crawler.extraction.nesting import refuse_bottomless
from crawler.extraction.outline import Box, outline
from storage.article import normalise
from storage.urls import canonical_url

_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_TAIL = 20_000
_MARKED = 100


@dataclass
class Page:
    """`url` is where the page was fetched, after redirects; `complete` when its end was among the bytes."""

    url: str
    tree: LexborHTMLParser
    complete: bool = True

    @cached_property
    def outline(self) -> Box:
        return outline(self.tree.root) if self.tree.root is not None else Box("html", {}, None, 0)

    @cached_property
    def headlines(self) -> list[Box]:
        return [box for box in self.outline.page if box.tag == "h1" and box.chars]

    @cached_property
    def marked_text(self) -> Box | None:
        """The box that the page itself marks, in microdata, as the article's text."""
        boxes = (box for box in self.outline.page if "articleBody" in (box.attrs.get("itemprop") or ""))
        return next((box for box in boxes if box.chars - box.link_chars >= _MARKED), None)

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        found = self.tree.css_first("base[href]")
        return canonical_url((found.attributes.get("href") or "") if found else "", self.url) or self.url

    @cached_property
    def _targets(self) -> dict[str, str]:
        return {}

    def absolute(self, href: str) -> str:
        """The canonical address a link leads to; empty for what is no page, or only another place on this one."""
        if href not in self._targets:
            elsewhere = href.strip() and not href.lstrip().startswith("#")
            self._targets[href] = canonical_url(href, self.base) if elsewhere else ""
        return self._targets[href]

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Lower-case name or property → its contents, in order."""
        values: dict[str, list[str]] = {}
        for node in self.tree.css("meta[content]"):
            attrs = node.attributes
            name = attrs.get("property") or attrs.get("name") or attrs.get("itemprop") or ""
            content = normalise(attrs.get("content") or "")
            if name and content:
                values.setdefault(name.lower(), []).append(content)
        return values

    def first_meta(self, *names: str) -> str:
        return next((self.meta[name][0] for name in names if name in self.meta), "")

    @cached_property
    def canonical(self) -> str:
        """The rel=canonical address, absolute and without tracking; empty when there is none."""
        found = self.tree.css_first("link[rel~='canonical'][href]")
        return canonical_url((found.attributes.get("href") or "") if found else "", self.base)

    @cached_property
    def document_title(self) -> str:
        found = self.tree.css_first("head title") or self.tree.css_first("title")
        return normalise(found.text()) if found else ""

    @cached_property
    def language(self) -> str:
        root = self.tree.root
        declared = (root.attributes.get("lang") if root else "") or self.first_meta("og:locale")
        return (declared or "").strip().replace("_", "-")

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """Every top-level JSON-LD node, graphs unfolded."""
        scripts = (node.text() for node in self.tree.css("script[type^='application/ld+json']"))
        return jsonld.read_nodes(scripts)


def read_page(body: bytes, content_type: str, url: str) -> Page:
    """Raises NotAnArticle: `type` not HTML, `empty` nothing to read, `layout` nested beyond reason."""
    text = decode(body, content_type)
    refuse_bottomless(text)
    page = Page(url, LexborHTMLParser(text), complete=_END.search(text, max(0, len(text) - _TAIL)) is not None)
    if not page.outline.chars:
        raise NotAnArticle("empty", "the page shows no text")
    return page
