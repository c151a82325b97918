"""One page of a source, fetched and read the way a crawl does, for `check`. A process of its own for each: Scrapy's
event loop runs once a process."""

from __future__ import annotations

from typing import Any

from crawler.extraction import NotAnArticle, extract, links, read_page
from crawler.feeds import FeedRefused, looks_like_feed, read_feed
from crawler.listing import candidates, may_be_article
from crawler.seeds import Source
from crawler.settings import FetchOptions
from crawler.single import PageUnread, fetch_page

# Without these a version is worth little; the rest a site may simply not publish.
FIELDS = ("title", "lead", "published", "authors", "theme", "type", "tags")
_OFFERED = 5


def inspect_seed(source: Source, url: str, options: FetchOptions) -> dict[str, Any]:
    """`trouble` in words or empty, and the first `articles` it lists; a sitemap of sitemaps lists none by itself."""
    try:
        body, final = fetch_page(url, options)
        if looks_like_feed(body, ""):
            feed = read_feed(body, final, options.max_page_bytes)
            found = [item.url for item in feed.pages if may_be_article(item.url, source.rules)]
            leads_on = bool(feed.feeds)
        else:
            found = [one.url for one in candidates(final, links(read_page(body, "text/html", final)), source.rules)]
            leads_on = source.rules.match("article", final) is not None
    except (PageUnread, FeedRefused, NotAnArticle) as error:
        return {"trouble": str(error), "articles": []}
    return {"trouble": "" if found or leads_on else "it lists no article", "articles": found[:_OFFERED]}


def inspect_article(source: Source, url: str, options: FetchOptions) -> dict[str, Any]:
    """`trouble` in words or empty, and the names of `found` and `missing` fields."""
    try:
        body, final = fetch_page(url, options)
        article = extract(read_page(body, "text/html", final), source.rules).article
    except (PageUnread, NotAnArticle) as error:
        return {"trouble": str(error), "found": [], "missing": []}
    found = [name for name in FIELDS if getattr(article, name)]
    return {"trouble": "", "found": found, "missing": [name for name in FIELDS if name not in found]}
