"""Which links of a listing lead to articles, and which to its next pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from crawler.extraction import PageLink
from crawler.hosts import site_of
from crawler.urls import DEFAULT_RULES, LISTING_KINDS, UrlRules
from storage.teasers import wording
from storage.urls import url_key

_FILE = re.compile(r"\.(?!html?$|php$|aspx?$)[a-z0-9]{2,5}$", re.IGNORECASE)
_PAGE_PATH = re.compile(r"/(?:page|pagina|p)/(\d{1,4})/?$", re.IGNORECASE)
_PAGE_QUERY = frozenset({"page", "pagina", "paged", "pg", "p"})
_ENOUGH, _FAIR_SHARE = 3, 0.2


@dataclass(frozen=True)
class Candidate:
    """A page that may be an article. `teaser` is what the listing says of it, as `storage.teasers` has it."""

    url: str
    title: str
    teaser: str


def candidates(page_url: str, links: Sequence[PageLink], rules: UrlRules) -> list[Candidate]:
    """Links to article pages, each once, in reading order.

    By the source's article templates where its links fit them; else every page of the site that is no listing,
    file, log-in or search: the extractor then says which are articles.
    """
    own = [link for link in links if _eligible(page_url, link.url, rules)]
    fitting = [link for link in own if rules.match("article", link.url) is not None]
    content = [link for link in fitting if not link.in_navigation] or fitting
    others = [
        link for link in own if not link.in_navigation and link not in content and may_be_article(link.url, rules)
    ]
    grouped: dict[str, list[PageLink]] = {}
    for link in content if _trusted(content, others, rules) else content + others:
        grouped.setdefault(url_key(link.url), []).append(link)
    return [_candidate(group) for group in grouped.values()]


def _trusted(fitting: list[PageLink], others: list[PageLink], rules: UrlRules) -> bool:
    """Whether the templates tell articles from the rest here. Templates of the source's own are believed as soon as
    one link fits; the packaged habits only when they explain a fair part of the page."""
    if not fitting:
        return False
    own_templates = rules.patterns["article"] != DEFAULT_RULES.patterns["article"]
    return own_templates or len(fitting) >= _ENOUGH or len(fitting) >= _FAIR_SHARE * len(others)


def next_pages(page_url: str, links: Iterable[PageLink]) -> list[str]:
    """Later pages of the same listing, nearest first."""
    here, number = _listing_and_number(page_url)
    found: dict[int, str] = {}
    for link in links:
        listing, later = _listing_and_number(link.url)
        if listing == here and later > number:
            found.setdefault(later, link.url)
    if not found:
        following = [link.url for link in links if "next" in link.rel.split() and _same_site(page_url, link.url)]
        return following[:1]
    return [found[later] for later in sorted(found)]


def _candidate(group: list[PageLink]) -> Candidate:
    title = max((link.text for link in group), key=len)
    return Candidate(group[0].url, title, wording("\n".join(dict.fromkeys(link.context for link in group))))


def _eligible(page_url: str, url: str, rules: UrlRules) -> bool:
    return (
        _same_site(page_url, url)
        and not rules.ignored(url)
        and _listing_and_number(url)[0] != _listing_and_number(page_url)[0]
        and not any(rules.match(kind, url) is not None for kind in LISTING_KINDS)
    )


def may_be_article(url: str, rules: UrlRules) -> bool:
    """Whether a page named without context may be an article: no listing, file, log-in, search or front page."""
    if rules.ignored(url) or any(rules.match(kind, url) is not None for kind in LISTING_KINDS):
        return False
    path = urlsplit(url).path
    return path.strip("/") != "" and not _FILE.search(path) and not path.rstrip("/").endswith(("/feed", "/rss"))


def _listing_and_number(url: str) -> tuple[str, int]:
    """The listing a URL belongs to, without its page number, and that number (1 where there is none)."""
    parts = urlsplit(url)
    number = 1
    path = parts.path
    in_path = _PAGE_PATH.search(path)
    if in_path:
        number, path = int(in_path[1]), path[: in_path.start()]
    kept = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in _PAGE_QUERY and value.isdigit() and len(value) < 5:
            number = int(value)
        else:
            kept.append(f"{name}={value}")
    return url_key(f"http://{parts.netloc}{path}") + "?" + "&".join(sorted(kept)), number


def _same_site(page_url: str, url: str) -> bool:
    try:
        return site_of(page_url) == site_of(url)
    except ValueError:
        return False
