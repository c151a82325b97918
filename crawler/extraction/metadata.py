"""Title, dates, sections and identity, from whichever rule of the fixed order finds them first."""

from __future__ import annotations

import re
from typing import Any

from crawler.extraction import jsonld
from crawler.extraction.dates import iso_date, written_date
from crawler.extraction.facets import NOTHING, FacetLinks, Found, slugify
from crawler.extraction.inline import text_of
from crawler.extraction.landmarks import headline, under_bar
from crawler.extraction.outline import Box
from crawler.extraction.page import Page
from storage.article import title_key

_POST_ID = re.compile(r"\b(?:postid|post)-(\d+)\b")
# Boxes into the text: some pages put date and byline above the first paragraph.
_LINES = 12
_SHORTLINK = re.compile(r"[?&]p=(\d+)\b")
_SITE_SUFFIX = re.compile(r"\s+(?:[-–—|·•»]|::)\s+")


def title(page: Page, node: jsonld.Node | None) -> Found:
    h1 = headline(page)
    if h1 is not None:
        return Found((text_of(h1),), "h1")
    if node is not None and (said := jsonld.text(node.get("headline"))):
        return Found((said,), "JSON-LD headline")
    if said := page.first_meta("og:title"):
        return Found((without_site(said, page),), "og:title")
    if page.document_title:
        return Found((without_site(page.document_title, page),), "title")
    return NOTHING


def without_site(text: str, page: Page) -> str:
    """A title without the site's name behind it."""
    parts = _SITE_SUFFIX.split(text)
    rest = text.removesuffix(parts[-1]).rstrip(" -–—|·•»:")
    site = title_key(page.first_meta("og:site_name"))
    if len(parts) > 1 and (title_key(parts[-1]) == site if site else len(parts[-1]) < min(25, len(rest))):
        return rest
    return text


def published(page: Page, node: jsonld.Node | None, lines: list[Box], scope: Box) -> Found:
    if node is not None and (value := iso_date(jsonld.text(node.get("datePublished")))):
        return Found((value,), "JSON-LD datePublished")
    if value := iso_date(page.first_meta("article:published_time", "datepublished")):
        return Found((value,), "article:published_time")
    for line in lines:
        if value := written_date(text_of(line)):
            return Found((value,), "visible date")
    for box in scope.descendants():
        if box.tag == "time" and (value := iso_date(box.attr("datetime")) or written_date(text_of(box))):
            return Found((value,), "<time>")
    return NOTHING


def modified(page: Page, node: jsonld.Node | None) -> str:
    said = jsonld.text(node.get("dateModified")) if node else ""
    return iso_date(said) or iso_date(page.first_meta("article:modified_time", "og:updated_time", "datemodified"))


def sections(page: Page, node: jsonld.Node | None, links: FacetLinks, url: str) -> dict[str, Found]:
    """Theme and type: the article's links, then what its head says, then its own address."""
    found = {kind: Found(slugs, f"{kind} link") for kind in ("theme", "type") if (slugs := links.slugs(kind))}
    said = [slugify(text) for text in _list(node.get("articleSection") if node else None)]
    rule = "JSON-LD articleSection" if said else "article:section"
    for slug in filter(None, said or [slugify(text) for text in page.meta.get("article:section", [])]):
        # The site's own menus tell whether a name is that of a theme or of a type.
        kind = next((kind for kind in ("type", "theme") if slug in links.known(kind)), None)
        kind = kind or ("theme" if "theme" not in found else "type")
        found.setdefault(kind, Found((slug,), rule))
    from_url = (links.rules.match("article", url) or {}).get("theme", "").lower()
    if from_url and found.get("theme", NOTHING).rule != "theme link":
        found["theme"] = Found((from_url,), "URL")
    return {kind: found.get(kind, NOTHING) for kind in ("theme", "type")}


def tags(page: Page, node: jsonld.Node | None, links: FacetLinks) -> Found:
    if slugs := links.slugs("tag", many=True):
        return Found(slugs, "tag links")
    said = _list(node.get("keywords") if node else None)
    rule = "JSON-LD keywords" if said else "article:tag"
    slugs = tuple(dict.fromkeys(filter(None, map(slugify, said or page.meta.get("article:tag", [])))))
    return Found(slugs, rule) if slugs else NOTHING


def post_id(page: Page, node: jsonld.Node | None) -> str:
    body = page.tree.body
    if body is not None and (found := re.search(r"\bpostid-(\d+)\b", body.attributes.get("class") or "")):
        return found[1]
    article = page.tree.css_first("article[id^='post-']")
    if article is not None and (found := _POST_ID.fullmatch(article.attributes.get("id") or "")):
        return found[1]
    shortlink = page.tree.css_first("link[rel='shortlink'][href]")
    if shortlink is not None and (found := _SHORTLINK.search(shortlink.attributes.get("href") or "")):
        return found[1]
    identifier = node.get("identifier") if node else None
    if isinstance(identifier, dict):
        identifier = identifier.get("value")
    return str(identifier) if isinstance(identifier, (str, int)) and len(str(identifier)) <= 64 else ""


def is_typed(page: Page, node: jsonld.Node | None) -> bool:
    """The page calls itself an article."""
    return node is not None or "article:published_time" in page.meta or page.first_meta("og:type").lower() == "article"


def head_lines(scope: Box, h1: Box, start: int) -> list[Box]:
    """Short lines around the headline, nearest after it first: date, byline."""
    lines = [
        box
        for box in scope.descendants()
        if box.order <= start + _LINES and 0 < box.chars <= 160 and not box.block_children and box.tag != "h1"
        and not under_bar(box, h1)
    ]  # fmt: skip
    return [*(box for box in lines if box.order > h1.end), *(box for box in reversed(lines) if box.order < h1.order)]


def _list(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    texts = [jsonld.text(entry.get("name") if isinstance(entry, dict) else entry) for entry in entries]
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]
