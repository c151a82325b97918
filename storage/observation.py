"""One look at one page, as the crawler hands it over, and what the recorder made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from storage.article import Article


@dataclass(frozen=True)
class Observation:
    """A page that was fetched and read. `url` is where the redirects ended, `requested` where they began."""

    source_id: int
    requested: str
    url: str
    article: Article
    body: bytes
    fetched_at: datetime
    extractor: str
    canonical: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    baseline: bool = False  # listed only by seeds that are still a starting point
    teaser: str = ""
    complete: bool = True  # the page's end arrived


@dataclass(frozen=True)
class Recorded:
    """`outcome`: new | edited | unchanged | alias | claimed | suspect | refused.

    `refused`: an unknown page that cannot be believed; `article_id` is 0 then.
    `claimed`: the page shows article `article_id`, which is at home elsewhere; the end of the crawl decides.
    """

    outcome: str
    article_id: int
    reason: str = ""
    moved: bool = False
    returned: bool = False
