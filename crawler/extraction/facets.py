"""Theme, type, tags and authors, from links inside the article: header and footer list them all."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extraction import jsonld
from crawler.extraction.inline import text_of
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import byline, person
from crawler.extraction.landmarks import under_bar
from crawler.extraction.regions import Region
from crawler.urls import UrlRules
from storage.article import normalise
from storage.urls import canonical_url, url_key

_MENU = 3
_NEAR = 12


@dataclass(frozen=True)
class Found:
    value: tuple[str, ...]
    rule: str

    @property
    def first(self) -> str:
        return self.value[0] if self.value else ""


NOTHING = Found((), "")


def slugify(text: str) -> str:
    """As in the site's URLs: lower-case, hyphens for spaces."""
    return "-".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())


class FacetLinks:
    """The article's own links, nearest to the headline first: before the text, then after it up to the first card."""

    def __init__(self, page: Page, region: Region, rules: UrlRules) -> None:
        self.page, self.region, self.rules = page, region, rules
        self.own = url_key(page.canonical or page.url)
        self.anchors = [
            (box, canonical_url(box.attr("href"), page.base)) for box in page.outline.descendants() if box.tag == "a"
        ]

    def known(self, kind: str) -> frozenset[str]:
        """Every slug of a kind that the page links to, menus included."""
        return frozenset(self.rules.slug(kind, url) for _, url in self.anchors if url)

    def slugs(self, kind: str, *, many: bool = False) -> tuple[str, ...]:
        groups = self._groups(kind)
        if not groups:
            return ()
        slugs = dict.fromkeys(self.rules.slug(kind, url) for _, url in groups[0])
        return tuple(slugs) if many else tuple(slugs)[:1]

    def names(self, kind: str) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for group in self._groups(kind):
            for box, url in group:
                name = person(text_of(box)) or _image_name(box)
                slug = self.rules.slug(kind, url)
                if name and not (slug in names and len(names[slug]) >= len(name)):
                    names[slug] = name
        return tuple(names.values())

    def _groups(self, kind: str) -> list[list[tuple[Box, str]]]:
        before: list[tuple[Box, str]] = []
        inside: list[tuple[Box, str]] = []
        after: list[tuple[Box, str]] = []
        end, top = self.region.end, self.region.h1.order
        for box, url in self.anchors:
            if box.order > end and self._is_card(url):
                break
            if not url or self.rules.match(kind, url) is None or self._in_menu(box, kind):
                continue
            (before if box.order < top else inside if box.order <= end else after).append((box, url))
        before = [pair for pair in before if top - pair[0].order <= _NEAR * 4]
        groups = [_same_place(inside), _same_place(before[::-1])[::-1], _same_place(after)]
        return [group for group in groups if group]

    def _is_card(self, url: str) -> bool:
        return bool(url) and self.rules.match("article", url) is not None and url_key(url) != self.own

    def _in_menu(self, box: Box, kind: str) -> bool:
        """A list of everything there is, as in a header."""
        if under_bar(box, self.region.h1):
            return True
        if kind in ("tag", "author"):
            return False
        outer = box
        for _ in range(3):
            if outer.parent is None or outer.parent.contains(self.region.h1):
                break
            outer = outer.parent
        same = {url for inner, url in self.anchors if outer.contains(inner) and self.rules.match(kind, url) is not None}
        return len(same) >= _MENU


def _same_place(links: list[tuple[Box, str]]) -> list[tuple[Box, str]]:
    """The first links that stand together."""
    group: list[tuple[Box, str]] = []
    for box, url in links:
        if group and abs(box.order - group[-1][0].order) > _NEAR:
            break
        group.append((box, url))
    return group


def _image_name(box: Box) -> str:
    return next((person(normalise(inner.attr("alt"))) for inner in box.descendants() if inner.attr("alt")), "")


def authors(page: Page, node: jsonld.Node | None, links: FacetLinks, texts: list[str]) -> Found:
    site = {name.casefold() for name in page.meta.get("og:site_name", [])}
    if node is not None:
        names = [name for name in jsonld.names(node.get("author"), page.json_ld) if name.casefold() not in site]
        if names:
            return Found(tuple(dict.fromkeys(names)), "JSON-LD author")
    named = links.names("author")
    if named:
        return Found(named, "author link")
    for text in texts:
        if names := byline(text):
            return Found(tuple(names), "byline")
    linked = [text_of(box) for box, _ in links.anchors if "author" in box.attr("rel").split()]
    meta = page.meta.get("author", []) + [name for name in page.meta.get("article:author", []) if "://" not in name]
    for names, rule in ((linked, "rel=author"), (meta, "meta author")):
        kept = [person(name) for name in names if name and name.casefold() not in site]
        if kept:
            return Found(tuple(dict.fromkeys(kept)), rule)
    return NOTHING
