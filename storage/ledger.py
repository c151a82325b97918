"""What one crawl of one source asked, saw and missed: the one door from the crawler to the archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import tables
from storage.baseline import (
    SeedResult,
    finish_seeds,
    listings_are_due,
    note_listings,
    seeds_past_baseline,
    unbaseline,
)
from storage.boilerplate import known_boilerplate, strip
from storage.claims import Claim, resolve
from storage.database import Database
from storage.glance import still_there, unchanged
from storage.heard import Heard
from storage.known import Known, known_of
from storage.observation import Observation, Recorded
from storage.recorder import STANDING, record
from storage.rereading import Read
from storage.revisit import GONE_LOOK_AGAIN, after_failure
from storage.sources import SourceHealth, assess, settle_new
from storage.standing import looked
from storage.urls import url_key

# Few looks cannot tell an edit from a site's doing; where something differs, so many are taken at least.
_CONTROL = 12
# A piece under so many further addresses may be a wall; under one, it is an article in two themes.
_REPEATED = 2


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
    whole_listings: bool = True  # to be read on even where they hold nothing unknown
    home: set[int] = field(default_factory=set)  # seen at their own address
    unchanged: set[int] = field(default_factory=set)
    differing: set[int] = field(default_factory=set)  # edited, moved, perhaps gone: what controls are worth asking for
    away: dict[int, str] = field(default_factory=dict)  # not seen there: missing | failed
    suspects: dict[int, str] = field(default_factory=dict)  # article id -> address to ask once more
    claims: list[Claim] = field(default_factory=list)
    news_keys: set[str] = field(default_factory=set)  # listed by a seed whose baseline is past
    failures: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str]] = field(default_factory=list)
    methods: Counter[str] = field(default_factory=Counter)  # profile | generic -> pages read so
    gone_candidates: set[int] = field(default_factory=set)
    heard: Heard = field(default_factory=Heard)  # what listings say of known articles
    read_keys: set[str] = field(default_factory=set)  # addresses that showed an article, whosever
    strangers: int = 0  # failures of pages that may never have been articles
    attempted: int = 0
    followed: set[int] = field(default_factory=set)

    def open(self) -> None:
        with self.database.read() as session:
            self.boilerplate = known_boilerplate(session, self.source_id)
            self.whole_listings = listings_are_due(session, self.source_id, self.clock())

    # --- deciding what to visit ---

    def known(self, urls: Sequence[str]) -> dict[str, Known]:
        """Those of `urls` that are known, by URL key."""
        keys = [url_key(url) for url in urls]
        with self.database.read() as session:
            rows = session.execute(
                select(tables.ArticleUrl.url_key, tables.Article)
                .join(tables.Article, tables.Article.id == tables.ArticleUrl.article_id)
                .where(tables.ArticleUrl.url_key.in_(keys))
            ).all()
        now = self.clock()
        # Asked for the source too, a database may begin with that: with all of its articles.
        return {key: known_of(article, now) for key, article in rows if article.source_id == self.source_id}

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

    def rest_until(self, until: datetime) -> None:
        """The source's server wants no further crawl before this."""
        with self.database.write() as session:
            source = session.get_one(tables.Source, self.source_id)
            source.not_before = max(until, source.not_before or until)

    def see(self, seen: Observation, expected: int | None = None) -> Recorded:
        """A page that was read; `expected` is the known article whose address was asked for."""
        with self.database.write(relaxed=True) as session:
            recorded = unchanged(session, seen, strip(seen.article, self.boilerplate), expected)
            recorded = recorded or record(session, self.crawl_id, seen, self.boilerplate, self.read)
            # What was only an address may have turned out to be another article's.
            led_away = expected not in (None, recorded.article_id) and session.get(tables.Article, expected) is not None
        if recorded.outcome == "refused":
            return recorded
        self.attempted += 1
        self.read_keys.add(url_key(seen.requested))
        if recorded.outcome == "claimed":
            self.claims.append(Claim(seen, recorded.article_id))
            return recorded
        found = recorded.article_id
        if led_away:
            self.attempted -= 1
            self.fail(seen.requested, "wrong_article", f"it leads to {seen.url}, another article", expected)
        self.home.add(found)
        self.away.pop(found, None)
        self.suspects.pop(found, None)
        self.gone_candidates.discard(found)
        if recorded.outcome == "unchanged":
            self.unchanged.add(found)
        else:
            self.unchanged.discard(found)
        if recorded.outcome in ("edited", "suspect") or recorded.moved:
            self.differing.add(found)
        if recorded.outcome == "suspect" and recorded.reason != STANDING and found not in self.followed:
            self.suspects[found] = seen.requested
        return recorded

    def not_modified(self, article_id: int) -> None:
        """The server says 304: the article is there, as it was."""
        with self.database.write(relaxed=True) as session:
            if not still_there(session, article_id, self.clock()):
                looked(session, session.get_one(tables.Article, article_id), self.clock(), self.crawl_id)
        self.attempted += 1
        self.home.add(article_id)
        self.unchanged.add(article_id)

    def miss(self, article_id: int, url: str, status: int) -> None:
        """404 or 410 for a known article. Gone after one 410, or two 404s `gone_after` apart; settled at the end."""
        now = self.clock()
        with self.database.write(relaxed=True) as session:
            article = session.get(tables.Article, article_id)
            if article is None:
                return  # it was only an address, and turned out to be another article's
            article.misses += 1
            article.missed_since = article.missed_since or now
            long_enough = article.misses >= 2 and now - article.missed_since >= self.gone_after
            state = article.state
            if state == "gone":
                article.next_due = now + GONE_LOOK_AGAIN
        if state != "gone" and not (state == "live" and (status == 410 or long_enough)):
            if state == "live" and self.gone_after == timedelta(0) and article_id not in self.followed:
                self.suspects[article_id] = url  # asked once more before this crawl ends
            else:
                self.fail(url, "not_found" if status == 404 else "gone", f"HTTP {status}", article_id)
        elif state == "live":
            self.gone_candidates.add(article_id)
            self.differing.add(article_id)
        self.away[article_id] = "missing"
        self.home.discard(article_id)

    def fail(
        self,
        url: str,
        cause: str,
        detail: str,
        article_id: int | None = None,
        *,
        title: str | None = None,
        stranger: bool = False,
    ) -> None:
        """A page that could not be read. A listed one has a `title`, and is kept lest it be lost sight of.

        `stranger`: nothing in its address says that it should be an article, so it says nothing about the layout.
        """
        now = self.clock()
        self.attempted += 1
        self.strangers += stranger
        with self.database.write(relaxed=True) as session:
            self.note_failure(session, url, cause, detail, now)
            article = session.get(tables.Article, article_id) if article_id is not None else None
            if article is not None:
                # An address outside the source is out of reach for good: the source was moved to another host.
                self.away.setdefault(article.id, "missing" if cause == "offsite" else "failed")
                article.failures, article.etag = article.failures + 1, ""
                article.next_due = after_failure(now, article.failures)
            elif title is not None:
                self.remember(session, url, title, now)

    def note_failure(self, session: Session, url: str, cause: str, detail: str, now: datetime) -> None:
        self.failures[cause] += 1
        self.failed.append((url, cause))
        session.add(
            tables.Failure(
                crawl_id=self.crawl_id, source_id=self.source_id, url=url, cause=cause, detail=detail[:500], at=now
            )
        )

    def remember(self, session: Session, url: str, title: str, now: datetime) -> None:
        """Keep an address whose page is yet to be read, and whether its article will be news then."""
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

    def followups(self, *, controls: bool = True) -> list[tuple[int, str]]:
        """Addresses to ask before settling: once more what looked wrong, the homes of claimed pieces, and controls.

        Controls are known articles that were not due: only many looks together can tell what the site did.
        """
        wanted = dict(self.suspects)
        claimed = {claim.twin_id for claim in self.claims} - self.home - set(self.away)
        short = _CONTROL - len(self.home) - len(self.away) if controls and (self.differing or self.claims) else 0
        with self.database.read() as session:
            homes = select(tables.Article.id, tables.Article.url).where(tables.Article.source_id == self.source_id)
            if claimed:  # asked with none, a database may look for them among all of the source's
                wanted |= {row.id: row.url for row in session.execute(homes.where(tables.Article.id.in_(claimed)))}
            if short > 0:
                asked = self.home | set(self.away) | set(wanted) | self.followed
                newest = homes.where(tables.Article.state == "live", tables.Article.id.not_in(asked))
                newest = newest.order_by(tables.Article.published_day.desc(), tables.Article.id.desc()).limit(short)
                wanted |= {row.id: row.url for row in session.execute(newest)}
        fresh = [(article_id, url) for article_id, url in wanted.items() if article_id not in self.followed]
        self.followed.update(article_id for article_id, _ in fresh)
        return fresh

    # --- the end ---

    def _is_a_start(self) -> bool:
        """Whether a first crawl may count as one: most addresses showed a piece of their own.

        A wall may pose as a listing and as its articles; all of them then show nothing, or one and the same piece.
        """
        pieces = self.home | {claim.twin_id for claim in self.claims}
        repeated = len(self.read_keys) - len(pieces)
        return bool(self.home) and (repeated < _REPEATED or len(pieces) > repeated)

    def finish(
        self,
        seeds: Iterable[SeedResult],
        *,
        whole: bool,
        every: bool = False,
        stopped: bool = False,
        note: Callable[[Session, SourceHealth], None] = lambda _session, _health: None,
    ) -> SourceHealth:
        """Settle everything and judge the source's health. `whole`: this was a crawl of all its seeds;
        `every`: a recrawl of all that is known.

        One that was `stopped` early has seen too little to tell an edit from a redesign: the next one decides.
        `note` is to write down, in the same transaction, what no later crawl could find out again.
        """
        now = self.clock()
        results = list(seeds)
        with self.database.write() as session:
            unbaseline(session, self.crawl_id, self.source_id, self.news_keys)
            if stopped:
                return settle_new(session, self.crawl_id, self.source_id)
            start = self._is_a_start()
            begun = bool(seeds_past_baseline(session, self.source_id))
            resolve(session, self, now, doubtful=not (start or begun))
            self.heard.remember(session, self.unchanged, now)
            health = assess(session, self, results, now, whole=whole, every=every)
            if whole and start:
                finish_seeds(session, self.source_id, results, now)
                if self.whole_listings:
                    note_listings(session, self.source_id, results, now)
            note(session, health)
        return health
