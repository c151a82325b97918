"""Theme, type, tags and authors, from links inside the article: header and footer list them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from crawler.extraction import jsonld
from crawler.extraction.inline import text_of
from crawler.extraction.landmarks import under_bar
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from crawler.extraction.phrases import byline, is_name, opens_byline, person
from crawler.extraction.regions import Region
from crawler.urls import UrlRules
from storage.article import normalise
from storage.urls import url_key

FACET_KINDS = ("theme", "type", "tag", "author")
_MENU = 3
_NEAR = 12
_ABOVE = 48


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


Linked = tuple[Box, str]


class Anchors:
    """A page's links, each known for what its address says it leads to; read once, whatever region is tried."""

    def __init__(self, page: Page, rules: UrlRules) -> None:
        self.page, self.rules = page, rules
        self.all = [box for box in page.outline.descendants() if box.tag == "a" and box.attrs.get("href")]
        self.by_kind: dict[str, list[Linked]] = {kind: [] for kind in FACET_KINDS}
        known: dict[str, list[tuple[str, str]]] = {}
        for box in self.all:
            href = box.attr("href")
            href = href if href.startswith(("/", "http")) else page.absolute(href)
            if href not in known:
                known[href] = [(kind, url) for kind in FACET_KINDS if (url := self.target(kind, href))]
            for kind, url in known[href]:
                self.by_kind[kind].append((box, url))

    def target(self, kind: str, href: str) -> str:
        """The canonical address of a link of this kind, else empty."""
        return self.page.absolute(href) if self.rules.match(kind, href) is not None else ""


class FacetLinks:
    """The article's own links to its theme, type, tags and authors: nearest to the headline, up to the first card."""

    def __init__(self, anchors: Anchors, region: Region) -> None:
        self.page, self.rules, self.region = anchors.page, anchors.rules, region
        self.anchors, self.by_kind = anchors, anchors.by_kind
        self.last = self._first_card()

    def others_in_text(self) -> set[str]:
        """Keys of the other articles that the text's own boxes link to."""
        return self._others(box for box in self.anchors.all if self.region.start <= box.order <= self.region.end)

    def others_on_page(self) -> set[str]:
        """Keys of the other articles linked to outside navigation."""
        return self._others(box for box in self.anchors.all if not under_bar(box, None))

    def _others(self, anchors: Iterable[Box]) -> set[str]:
        return {url_key(url) for box in anchors if (url := self._other_article(box))}

    def _other_article(self, box: Box) -> str:
        url = self.anchors.target("article", box.attr("href"))
        return url if url and url_key(url) not in self._own else ""

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset((url_key(self.page.canonical), url_key(self.page.url)))

    def known(self, kind: str) -> frozenset[str]:
        """Every slug of a kind that the page links to, menus included."""
        return frozenset(self.rules.slug(kind, url) for _, url in self.by_kind[kind])

    def slugs(self, kind: str, *, many: bool = False) -> tuple[str, ...]:
        groups = self._groups(kind)
        slugs = dict.fromkeys(self.rules.slug(kind, url) for _, url in groups[0]) if groups else ()
        return tuple(slugs) if many else tuple(slugs)[:1]

    def names(self, kind: str) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for box, url in (linked for group in self._groups(kind) for linked in group):
            name = person(text_of(box)) or _image_name(box)
            slug = self.rules.slug(kind, url)
            if len(name) > len(names.get(slug, "")):
                names[slug] = name
        return tuple(names.values())

    def _groups(self, kind: str) -> list[list[Linked]]:
        """What stands together: below the headline or in the text, just above the headline, below the text."""
        end, top = self.region.end, self.region.h1.order
        own = [
            linked
            for linked in self.by_kind[kind]
            if linked[0].order < self.last and not self._in_menu(linked[0], kind)
        ]
        inside = [linked for linked in own if top < linked[0].order <= end]
        above = [linked for linked in own if top - _ABOVE <= linked[0].order < top]
        below = [linked for linked in own if linked[0].order > end]
        groups = [_same_place(inside), _same_place(above[::-1])[::-1], _same_place(below)]
        return [group for group in groups if group]

    def _first_card(self) -> int:
        """Where other articles are shown below the text; their links are not this article's."""
        below = (box for box in self.anchors.all if box.order > self.region.end)
        return next((box.order for box in below if self._other_article(box)), len(self.page.outline.page))

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
        return len({url for inner, url in self.by_kind[kind] if outer.contains(inner)}) >= _MENU


def _same_place(links: list[Linked]) -> list[Linked]:
    """The first links that stand together."""
    group: list[Linked] = []
    for box, url in links:
        if group and abs(box.order - group[-1][0].order) > _NEAR:
            break
        group.append((box, url))
    return group


def _image_name(box: Box) -> str:
    return next((person(normalise(inner.attr("alt"))) for inner in box.descendants() if inner.attr("alt")), "")


def authors(page: Page, node: jsonld.Node | None, links: FacetLinks, lines: list[Box]) -> Found:
    site = {name.casefold() for name in page.meta.get("og:site_name", [])}
    if node is not None:
        names = [name for name in jsonld.names(node.get("author"), page.json_ld) if name.casefold() not in site]
        if names:
            return Found(tuple(dict.fromkeys(names)), "JSON-LD author")
    named = links.names("author")
    if named:
        return Found(named, "author link")
    for line in lines:
        text = text_of(line)
        linked = [text_of(box) for box in line.descendants() if box.tag == "a"] if opens_byline(text) else []
        if names := [name for name in linked if is_name(name)] or byline(text):
            return Found(tuple(dict.fromkeys(names)), "byline")
    linked = [text_of(box) for box in links.anchors.all if "author" in box.attr("rel").split()]
    meta = page.meta.get("author", []) + [name for name in page.meta.get("article:author", []) if "://" not in name]
    for names, rule in ((linked, "rel=author"), (meta, "meta author")):
        kept = [person(name) for name in names if name and name.casefold() not in site]
        if kept:
            return Found(tuple(dict.fromkeys(kept)), rule)
    return NOTHING
