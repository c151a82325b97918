"""One page → one article, with the rule that found each field."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extraction import jsonld, metadata
from crawler.extraction.blocks import Draft
from crawler.extraction.body import Body, arrange, caption, read_body
from crawler.extraction.facets import FACET_KINDS, Anchors, FacetLinks, Found, authors
from crawler.extraction.generic import generic_drafts
from crawler.extraction.page import Page
from crawler.extraction.refusal import Signals, refuse
from crawler.extraction.regions import find_region, region_around
from crawler.urls import DEFAULT_RULES, UrlRules
from storage.article import Article, title_key
from storage.urls import canonical_url, same_host

# Raise it when the same bytes may give another article: stored snapshots are then read again, and nobody is mailed.
EXTRACTOR_VERSION = 1
# Prose of which a profile should not have missed most; less than this may be a site's own words.
_MUCH = 600


@dataclass(frozen=True)
class Extraction:
    """`rules`: field → the rule that found it; `missing`: fields nobody found; `method`: profile or generic."""

    article: Article
    method: str
    rules: dict[str, str]
    missing: tuple[str, ...]
    canonical: str
    signals: Signals


def extract(page: Page, rules: UrlRules = DEFAULT_RULES) -> Extraction:
    """Raises NotAnArticle when the page has no article: no title, no body, a listing, a wall."""
    method, links, body = _read(page, rules)
    region = links.region
    url = page.canonical if page.canonical and same_host(page.canonical, page.url) else canonical_url(page.url)
    node = jsonld.article_node(page.json_ld, (page.canonical, page.url), metadata.title(page, None).first)
    found = _fields(page, node, links, url)
    signals = Signals.of(page, node, body, found, links)
    refuse(page, rules, signals, links, found["title"].first)
    found |= {
        "lead": Found((body.lead,) if body.lead else (), "bold or styled first block"),
        "body": Found((str(body.chars),), "text's container" if method == "profile" else "densest prose"),
        "caption": Found(tuple(filter(None, (caption(region),))), "text at the picture"),
    }
    return Extraction(
        article=_article(url, page, node, found, body),
        method=method,
        rules={name: value.rule for name, value in found.items() if value.value},
        missing=tuple(name for name, value in found.items() if not value.value),
        canonical=page.canonical,
        signals=signals,
    )


def _read(page: Page, rules: UrlRules) -> tuple[str, FacetLinks, Body]:
    """The source's profile where it fits; the densest prose where it does not, or where the profile missed most."""
    found = generic_drafts(page)
    title = title_key(metadata.title(page, None).first)
    prose = arrange((draft for draft in found[1] if not _repeats(draft, title)), rules) if found else Body()
    anchors = Anchors(page, rules)
    region = find_region(page, rules)
    if region is not None:
        links = FacetLinks(anchors, region)
        if rules.match("article", page.url) is not None or any(links.slugs(kind) for kind in FACET_KINDS):
            body = read_body(page, region, rules)
            if prose.chars < _MUCH or 3 * body.shared_with(prose) >= prose.chars:
                return "profile", links, body
    return "generic", FacetLinks(anchors, region_around(page, found[0] if found else page.outline)), prose


def _repeats(draft: Draft, title: str) -> bool:
    return draft.block.kind == "heading" and title_key(draft.block.text) == title


def _fields(page: Page, node: jsonld.Node | None, links: FacetLinks, url: str) -> dict[str, Found]:
    region = links.region
    lines = metadata.head_lines(region.scope, region.h1, region.start)
    return {
        "title": metadata.title(page, node),
        "authors": authors(page, node, links, lines),
        "published": metadata.published(page, node, lines, region.scope),
        **metadata.sections(page, node, links, url),
        "tags": metadata.tags(page, node, links),
    }


def _article(url: str, page: Page, node: jsonld.Node | None, found: dict[str, Found], body: Body) -> Article:
    return Article(
        url=url,
        title=found["title"].first,
        lead=body.lead,
        blocks=tuple(body.blocks),
        authors=found["authors"].value,
        published=found["published"].first,
        theme=found["theme"].first,
        type=found["type"].first,
        tags=found["tags"].value,
        caption=found["caption"].first,
        related=tuple(body.related),
        post_id=metadata.post_id(page, node),
        modified=metadata.modified(page, node),
        language=page.language,
    )
