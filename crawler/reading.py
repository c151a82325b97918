"""From a response to what the archive records: one parse, and a word for each way it can fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from scrapy.http import Response

from crawler.extraction import EXTRACTOR_VERSION, Extraction, NotAnArticle, Page, extract, read_page
from crawler.listing import may_be_article
from crawler.urls import UrlRules
from storage.article import Article
from storage.observation import Observation
from storage.shelf import ends_well

_KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "server", "age", "cache-control", "content-language")


def extractor_id(rules: UrlRules) -> str:
    """Names the extractor and the templates it reads with: when either changes, stored pages are read again first."""
    templates = ";".join(f"{kind}={p.pattern}" for kind in sorted(rules.patterns) for p in rules.patterns[kind])
    return f"{EXTRACTOR_VERSION}.{hashlib.blake2b(templates.encode(), digest_size=4).hexdigest()}"


def reader(rules: UrlRules) -> Callable[[bytes, str, str], Article | None]:
    """The present extractor as the archive needs it to read a stored page again."""

    def read(body: bytes, content_type: str, url: str) -> Article | None:
        try:
            return extract(read_page(body, content_type, url), rules).article
        except NotAnArticle:
            return None

    return read


def page_of(response: Response) -> Page:
    """Raises NotAnArticle."""
    return read_page(response.body, header(response, "content-type"), response.url)


def text_at(url: str, page: Page, rules: UrlRules) -> str:
    """The text hash of the article that this page would be at another address; empty when it reads as none."""
    try:
        return extract(replace(page, url=url), rules).article.facet_hashes()["text"]
    except NotAnArticle:
        return ""


def observation(
    response: Response,
    extraction: Extraction,
    rules: UrlRules,
    *,
    source_id: int,
    requested: str,
    now: datetime,
    extractor: str,
    baseline: bool,
    teaser: str,
) -> Observation:
    return Observation(
        source_id=source_id,
        requested=requested,
        url=response.url,
        article=extraction.article,
        body=response.body,
        fetched_at=now,
        extractor=extractor,
        canonical=_believable(extraction.canonical, response.url, rules),
        status=response.status,
        headers={name: value for name in _KEPT_HEADERS if (value := header(response, name))},
        etag=header(response, "etag"),
        baseline=baseline,
        teaser=teaser,
        complete=ends_well(response.body),
    )


def _believable(canonical: str, url: str, rules: UrlRules) -> str:
    """The canonical link, unless it names a page that cannot be an article: some sites put their front page there."""
    if rules.match("article", canonical) is None and (
        rules.match("article", url) is not None or not may_be_article(canonical, rules)
    ):
        return ""
    return canonical


def header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()
