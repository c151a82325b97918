"""Articles from files: HTML pages and plain texts given on the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from storage.article import Article

if TYPE_CHECKING:
    from crawler.extraction import Extraction
    from crawler.urls import UrlRules

_HTML = re.compile(r"<(!doctype html|html|head|body|article|p|div|h1)\b", re.IGNORECASE)
NO_ADDRESS = "https://example.org/artikel/bestand/"


def looks_like_html(text: str) -> bool:
    return _HTML.search(text[:4000]) is not None


def extract_file(body: bytes, url: str, rules: UrlRules) -> Extraction:
    """Raises NotAnArticle."""
    from crawler.extraction import extract, read_page

    return extract(read_page(body, "text/html", url), rules)


def article_of_html(text: str, url: str = NO_ADDRESS) -> Article:
    """Raises NotAnArticle."""
    from crawler.urls import DEFAULT_RULES

    return extract_file(text.encode(), url, DEFAULT_RULES).article


def text_of_file(path: Path) -> str:
    """A plain text as it is; an HTML page as its article's blocks with blank lines between. Raises NotAnArticle."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    return "\n\n".join(article_of_html(text).text.split("\n")) if looks_like_html(text) else text
