"""What one crawl of one source asked, saw and missed: the one door from the crawler to the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.boilerplate import known_boilerplate
from storage.claims import Claim, resolve
from storage.database import Database
from storage.observation import Observation, Recorded
from storage.recorder import record
from storage.rereading import Read
from storage.revisit import after_failure
from storage.sources import SourceHealth, assess
from storage.standing import looked
from storage.urls import url_key

_GONE_MASS, _GONE_SHARE = 5, 0.5
_GONE_LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """An article as the crawler needs it to decide on a visit."""

    article_id: int
    url: str
    etag: str
    due: bool
    teaser: str
    state: str
    last_full: datetime | None
    extractor: str


@dataclass
class SourceLedger:
    """One source's part of a crawl. All methods are short transactions; none is open while the network is awaited."""

    database: Database
    crawl_id: int
    source_id: int
    clock: Callable[[], datetime]
    gone_after: timedelta
    read: Read | None = None  # the present extractor, for articles last read by an older one
    boilerplate: frozenset[str] = frozenset()
    home: set[int] = field(default_factory=set)  # seen at their own address
    unchanged: set[int] = field(default_factory=set)
    away: dict[int, str] = field(default_factory=dict)  # not seen there: missing | other | failed
    suspects: dict[int, str] = field(default_factory=dict)  # article id -> address to ask once more
    claims: list[Claim] = field(default_factory=list)
    news_keys: set[str] = field(default_factory=set)  # listed by a seed whose baseline is past
    failures: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str]] = field(default_factory=list)
    gone_candidates: set[int] = field(default_factory=set)
    attempted: int = 0
    followed: set[int] = field(default_factory=set)

    def open(self) -> None:
        with self.database.read() as session:
            self.boilerplate = known_boilerplate(session, self.source_id)

    # --- deciding what to visit ---

    def known(self, urls: Sequence[str]) -> dict[str, Known]:
        """Those of `urls` that are known, by URL key."""
        keys = [url_key(url) for url in urls]
        with self.database.read() as session:
            rows = session.execute(
                select(tables.ArticleUrl.url_key, tables.Article)
                .join(tables.Article, tables.Article.id == tables.ArticleUrl.article_id)
                .where(tables.ArticleUrl.url_key.in_(keys), tables.Article.source_id == self.source_id)
            ).all()
        now = self.clock()
        return {key: known_of(article, now) for key, article in rows}

    def due(self, *, every: bool = False, batch: int = 200) -> Iterator[Known]:
        """Known articles whose next look is due (all with `every`), a batch at a time so that none fills memory."""
        last, now = 0, self.clock()
        while True:
            query = select(tables.Article).where(tables.Article.source_id == self.source_id, tables.Article.id > last)
            if not every:
                query = query.where(tables.Article.next_due <= now)
            with self.database.read() as session:
                rows = session.scalars(query.order_by(tables.Article.id).limit(batch)).all()
            yield from (known_of(article, now) for article in rows)
            if len(rows) < batch:
                return
            last = rows[-1].id

    # --- what came back ---

    def see(self, seen: Observation, expected: int | None = None) -> Recorded:
        """A page that was read; `expected` is the known article whose address was asked for."""
        with self.database.write() as session:
            recorded = record(session, self.crawl_id, seen, self.boilerplate, self.read)
        self.attempted += 1
        if recorded.outcome == "claimed":
            self.claims.append(Claim(seen, recorded.article_id))
            return recorded
        if expected is not None and expected != recorded.article_id:
            self.attempted -= 1
            self.fail(seen.requested, "wrong_article", f"it leads to {seen.url}, another article", expected)
        self.home.add(recorded.article_id)
        self.away.pop(recorded.article_id, None)
        self.suspects.pop(recorded.article_id, None)
        if recorded.outcome == "unchanged":
            self.unchanged.add(recorded.article_id)
        else:
            self.unchanged.discard(recorded.article_id)
        if recorded.outcome == "suspect" and recorded.article_id not in self.followed:
            self.suspects[recorded.article_id] = seen.requested
        return recorded

    def not_modified(self, article_id: int) -> None:
        """The server says 304: the article is there, as it was."""
        with self.database.write() as session:
            looked(session, session.get_one(tables.Article, article_id), self.clock(), self.crawl_id)
        self.attempted += 1
        self.home.add(article_id)
        self.unchanged.add(article_id)

    def miss(self, article_id: int, url: str, status: int) -> None:
        """404 or 410 for a known article. Gone after one 410, or two 404s `gone_after` apart; settled at the end."""
        now = self.clock()
        self.away[article_id] = "missing"
        self.home.discard(article_id)
        with self.database.write() as session:
            article = session.get_one(tables.Article, article_id)
            article.misses += 1
            article.missed_since = article.missed_since or now
            long_enough = article.misses >= 2 and now - article.missed_since >= self.gone_after
            known = article.state == "live"
        if known and (status == 410 or long_enough):
            self.gone_candidates.add(article_id)
            return
        if known and self.gone_after == timedelta(0) and article_id not in self.followed:
            self.suspects[article_id] = url
            return
        if known:
            self.fail(url, "not_found" if status == 404 else "gone", f"HTTP {status}", article_id)

    def fail(self, url: str, cause: str, detail: str, article_id: int | None = None, *, title: str = "") -> None:
        """A page that could not be read. With its listed `title` an unknown one is kept, lest it be lost sight of."""
        now = self.clock()
        self.attempted += 1
        self.failures[cause] += 1
        self.failed.append((url, cause))
        with self.database.write() as session:
            session.add(
                tables.Failure(
                    crawl_id=self.crawl_id, source_id=self.source_id, url=url, cause=cause, detail=detail[:500], at=now
                )
            )
            if article_id is not None:
                self.away.setdefault(article_id, "failed")
                article = session.get_one(tables.Article, article_id)
                article.failures, article.etag = article.failures + 1, ""
                article.next_due = after_failure(now, article.failures)
            elif title:
                self._remember(session, url, title, now)

    def _remember(self, session: Session, url: str, title: str, now: datetime) -> None:
        key = url_key(url)
        if session.scalar(select(tables.ArticleUrl.id).where(tables.ArticleUrl.url_key == key)) is not None:
            return
        article = tables.Article(
            source_id=self.source_id, url=url, title=title, state="unread", first_seen=now,
            baseline=key not in self.news_keys, next_due=now, failures=1,
        )  # fmt: skip
        session.add(article)
        session.flush()
        session.add(tables.ArticleUrl(article_id=article.id, source_id=self.source_id, url_key=key, url=url, since=now))

    def followups(self) -> list[tuple[int, str]]:
        """Addresses to ask once more before settling: what looked wrong, and the homes of claimed pieces."""
        wanted = dict(self.suspects)
        claimed = {claim.twin_id for claim in self.claims} - self.home - set(self.away)
        if claimed:
            with self.database.read() as session:
                rows = session.execute(
                    select(tables.Article.id, tables.Article.url).where(tables.Article.id.in_(claimed))
                ).all()
            wanted.update({row.id: row.url for row in rows})
        fresh = [(article_id, url) for article_id, url in wanted.items() if article_id not in self.followed]
        self.followed.update(article_id for article_id, _ in fresh)
        return fresh

    # --- the end ---

    def finish(self, seeds: Iterable[SeedResult], *, whole: bool) -> SourceHealth:
        """Settle everything and judge the source's health. `whole`: this was a crawl of all its seeds."""
        now = self.clock()
        results = list(seeds)
        with self.database.write() as session:
            self._unbaseline(session)
            resolve(session, self, now)
            compared = len(self.home - self._new_ids(session)) + len(self.gone_candidates)
            health = assess(session, self, results, now, compared=compared, whole=whole)
            if whole:
                _finish_seeds(session, self.source_id, results, now)
        return health

    def _new_ids(self, session: Session) -> set[int]:
        return set(
            session.scalars(
                select(tables.Version.article_id).where(
                    tables.Version.crawl_id == self.crawl_id, tables.Version.change == "new"
                )
            )
        )

    def _unbaseline(self, session: Session) -> None:
        """A piece found on a first look at one seed is news all the same when a seed of old lists it too."""
        rows = session.execute(
            select(tables.Article, tables.ArticleUrl.url_key)
            .join(tables.ArticleUrl, tables.ArticleUrl.article_id == tables.Article.id)
            .where(
                tables.Article.source_id == self.source_id,
                tables.Article.state == "pending",
                tables.Article.baseline.is_(True),
            )
        )
        for article, key in rows:
            if key in self.news_keys:
                article.baseline = False

    def mark_gone(self, session: Session, now: datetime, compared: int) -> int:
        """Turn this crawl's candidates into `gone`, unless so many vanish at once that the site itself must be ill."""
        ids = self.gone_candidates - self.home
        if len(ids) >= _GONE_MASS and len(ids) >= _GONE_SHARE * max(compared, 1):
            return -len(ids)
        for article_id in ids:
            article = session.get_one(tables.Article, article_id)
            article.state, article.last_changed, article.last_checked = "gone", now, now
            article.next_due = now + _GONE_LOOK_AGAIN
            session.add(
                tables.Change(
                    article_id=article_id, kind="gone", crawl_id=self.crawl_id, detected=now,
                    from_id=article.current_id, to_id=article.current_id,
                )
            )  # fmt: skip
        return len(ids)


@dataclass
class SeedResult:
    """How one start URL fared: whether it could be read, and whether everything behind its pages could."""

    url: str
    read: bool = False
    complete: bool = True
    listed: int = 0
    cause: str = ""


def seeds_past_baseline(session: Session, source_id: int) -> set[str]:
    """The keys of the seeds whose first crawl is over: what they list now is news."""
    return set(
        session.scalars(
            select(tables.Seed.url_key).where(tables.Seed.source_id == source_id, tables.Seed.baseline_at.is_not(None))
        )
    )


def _finish_seeds(session: Session, source_id: int, results: list[SeedResult], now: datetime) -> None:
    """A seed's first crawl is over once everything behind it was read, or at the second attempt that read it at all."""
    rows = {
        seed.url_key: seed for seed in session.scalars(select(tables.Seed).where(tables.Seed.source_id == source_id))
    }
    for result in results:
        if not result.read:
            continue
        key = url_key(result.url)
        seed = rows.get(key)
        if seed is None:
            seed = rows[key] = tables.Seed(source_id=source_id, url_key=key, attempts=0)
            session.add(seed)
        seed.attempts += 1
        if seed.baseline_at is None and (result.complete or seed.attempts >= 2):
            seed.baseline_at = now


def known_of(article: tables.Article, now: datetime | None = None) -> Known:
    """What the crawler needs of this row; without `now` it is due in any case."""
    due = now is None or article.state in ("unread", "pending") or article.next_due is None or article.next_due <= now
    return Known(
        article.id, article.url, article.etag, due, article.teaser, article.state, article.last_full, article.extractor
    )
