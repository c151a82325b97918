"""Reads an article out of a page: pure, one parse per page.

`read_page` decodes and parses, `extract` finds the article, `links` lists what the page leads to.
"""

from crawler.extraction.engine import EXTRACTOR_VERSION, Extraction, extract
from crawler.extraction.errors import NotAnArticle
from crawler.extraction.links import PageLink, links
from crawler.extraction.page import Page, read_page
from crawler.extraction.refusal import Signals

__all__ = [
    "EXTRACTOR_VERSION",
    "Extraction",
    "NotAnArticle",
    "Page",
    "PageLink",
    "Signals",
    "extract",
    "links",
    "read_page",
]
