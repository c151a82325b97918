"""What one crawl's listings said of known articles, to be remembered once the crawl has settled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import tables
from storage.revisit import ANNOUNCED_LOOK_AGAIN
from storage.teasers import remember

_BATCH = 500  # rows read at once: most of a site may be listed


@dataclass
class Heard:
    """By article id. A wording that brings a look is remembered only once that look was had: till then it is new."""

    wordings: dict[int, list[str]] = field(default_factory=dict)  # of articles that are visited in this crawl
    overheard: dict[int, str] = field(default_factory=dict)  # of articles that need no look for it
    announced: set[int] = field(default_factory=set)  # those of which something new was said

    def visiting(self, article_id: int, teaser: str) -> None:
        """A further listing says this of an article that is visited anyway."""
        self.wordings.setdefault(article_id, []).append(teaser)

    def remember(self, session: Session, unchanged: Collection[int], now: datetime) -> None:
        """`unchanged`: the articles whose page said what it said before."""
        said = {article_id: list(self.wordings[article_id]) for article_id in self.wordings.keys() & set(unchanged)}
        for article_id, teaser in self.overheard.items():
            said.setdefault(article_id, []).append(teaser)
        ids = sorted(said)
        for at in range(0, len(ids), _BATCH):
            _remember(session, {article_id: said[article_id] for article_id in ids[at : at + _BATCH]})
        for article_id in self.announced & set(unchanged):
            article = session.get_one(tables.Article, article_id)
            article.next_due = min(article.next_due or now, now + ANNOUNCED_LOOK_AGAIN)


def _remember(session: Session, said: dict[int, list[str]]) -> None:
    """Those that are still there: what was only an address may have turned out to be another article's."""
    known = session.execute(select(tables.Article.id, tables.Article.teaser).where(tables.Article.id.in_(said)))
    heard = [(row.id, row.teaser, reduce(remember, said[row.id], row.teaser)) for row in known]
    if changed := [{"id": article_id, "teaser": after} for article_id, before, after in heard if after != before]:
        session.execute(update(tables.Article), changed)
