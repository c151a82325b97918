"""One page → one article, with the rule that found each field."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.extraction import jsonld
from crawler.extraction.body import Body, caption, read_body
from crawler.extraction.dates import iso_date, written_date
from crawler.extraction.errors import NotAnArticle
from crawler.extraction.facets import NOTHING, FacetLinks, Found, authors, slugify
from crawler.extraction.inline import text_of
from crawler.extraction.page import Page
from crawler.extraction.phrases import is_date_line
from crawler.extraction.regions import Region, find_region
from crawler.urls import DEFAULT_RULES, UrlRules
from storage.article import Article, normalise
from storage.urls import canonical_url, same_host

EXTRACTOR_VERSION = 1


@dataclass(frozen=True)
class Signals:
    """What tells an article from a listing or a wall."""

    article_typed: bool
    body_chars: int
    paragraphs: int
    links: int
    link_share: float


@dataclass(frozen=True)
class Extraction:
    """`rules`: field → the rule that found it; `missing`: fields nobody found; `method`: profile or generic."""

    article: Article
    method: str
    rules: dict[str, str]
    missing: tuple[str, ...]
    canonical: str
    signals: Signals = field(default_factory=lambda: Signals(False, 0, 0, 0, 0.0))


def extract(page: Page, rules: UrlRules = DEFAULT_RULES) -> Extraction:
    """Raises NotAnArticle when the page has no article: no title, no body, a listing, a wall."""
    region = find_region(page)
    if region is None:
        raise NotAnArticle("no_body", "no box below the headline holds paragraphs")
    body = read_body(page, region, rules)
    url = page.canonical if page.canonical and same_host(page.canonical, page.url) else canonical_url(page.url)
    assert region.h1 is not None
    title = text_of(region.h1)
    node = jsonld.article_node(page.json_ld, (page.canonical, page.url), title)
    links = FacetLinks(page, region, rules)
    texts = _head_texts(region)
    found: dict[str, Found] = {"title": Found((title,), "h1")}
    found["authors"] = authors(page, node, links, texts)
    found["published"] = _published(page, node, texts)
    for kind in ("theme", "type"):
        slugs = links.slugs(kind)
        found[kind] = Found(slugs, f"{kind} link") if slugs else NOTHING
    tags = links.slugs("tag", many=True)
    found["tags"] = Found(tags, "tag links") if tags else NOTHING
    if not found["theme"].value:
        theme = (rules.match("article", url) or {}).get("theme", "")
        found["theme"] = Found((theme.lower(),), "URL") if theme else NOTHING
    article = Article(
        url=url,
        title=title,
        lead=body.lead,
        blocks=tuple(body.blocks),
        authors=found["authors"].value,
        published=found["published"].first,
        theme=found["theme"].first,
        type=found["type"].first,
        tags=found["tags"].value,
        caption=caption(page, region),
        related=tuple(body.related),
        language=page.language,
    )
    if body.chars < 40:
        raise NotAnArticle("no_body", "hardly any text below the headline")
    return Extraction(
        article=article,
        method="profile",
        rules={name: value.rule for name, value in found.items() if value.value},
        missing=tuple(name for name, value in found.items() if not value.value),
        canonical=page.canonical,
        signals=_signals(page, node, body),
    )


def _head_texts(region: Region) -> list[str]:
    """Short texts between the headline and the body."""
    assert region.h1 is not None
    return [
        text_of(box)
        for box in region.scope.descendants()
        if box.order > region.h1.end and box.order <= region.start + 12 and 0 < box.chars <= 120 and not box.block_children
    ]


def _published(page: Page, node: jsonld.Node | None, texts: list[str]) -> Found:
    if node is not None and (value := iso_date(jsonld.text(node.get("datePublished")))):
        return Found((value,), "JSON-LD datePublished")
    if value := iso_date(page.first_meta("article:published_time")):
        return Found((value,), "article:published_time")
    for text in texts:
        if is_date_line(text) and (value := written_date(text)):
            return Found((value,), "visible date")
    return NOTHING


def _signals(page: Page, node: jsonld.Node | None, body: Body) -> Signals:
    top = page.outline
    return Signals(
        article_typed=node is not None or "article:published_time" in page.meta or page.first_meta("og:type") == "article",
        body_chars=body.chars,
        paragraphs=sum(block.kind == "paragraph" for block in body.blocks),
        links=sum(box.tag == "a" for box in top.descendants()),
        link_share=top.link_chars / top.chars if top.chars else 0.0,
    )


__all__ = ["EXTRACTOR_VERSION", "Extraction", "Signals", "extract", "normalise", "slugify"]
