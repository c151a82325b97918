"""An archive as the crawler would leave it, in a few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from alerts.compose import DigestContext
from alerts.digest import Compiled, compile_due
from alerts.judge import judge
from alerts.posts import is_post
from alerts.subscriptions import Subscribed, subscribe
from alerts.watch import Term, Watch
from storage import tables
from storage.article import Article, Block, changed_facets
from storage.database import Database

COALITION = Watch(name="coalitie", title="De coalitie", any=(Term("AIC4NL"),))
SENDER = "Nieuwswacht <wacht@example.org>"
START = datetime(2025, 1, 8, 9, 0, tzinfo=UTC)


def text(about: str, coalition: bool = True) -> str:
    return f"Vandaag meldt AIC4NL dat {about}." if coalition else f"Vandaag meldt de gemeente dat {about}."


def context(*watches: Watch) -> DigestContext:
    return DigestContext(
        watches=watches or (COALITION,), sender=SENDER, source_title="iBestuur", unsubscribe_to="afmelden@example.org"
    )


@dataclass
class World:
    """One database and one clock. Every happening takes place `step` after the last."""

    database: Database
    now: datetime = START
    step: timedelta = timedelta(minutes=10)
    context: DigestContext = field(default_factory=context)

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span) if span else self.step
        return self.now

    def publish(self, body: str, *, tellable: bool = True, title: str = "") -> int:
        """A new article; returns its id. `tellable` False: found by the first crawl."""
        with self.database.write() as session:
            source = session.scalars(select(tables.Source)).first()
            if source is None:
                source = tables.Source(name="ibestuur")
                session.add(source)
                session.flush()
            row = tables.Article(source_id=source.id, url="", first_seen=self.later(), baseline=not tellable)
            session.add(row)
            session.flush()
            row.url = f"https://example.org/artikel-{row.id}"
            session.add(
                tables.ArticleUrl(
                    article_id=row.id, source_id=source.id, url_key=f"example.org/{row.id}", url=row.url, since=self.now
                )
            )
            version = self._version(row, body, title or f"Artikel {row.id}", "new")
            session.add(version)
            session.flush()
            self._accept(row, version)
            session.add(
                tables.Change(
                    article_id=row.id,
                    kind="new",
                    to_id=version.id,
                    detected=self.now,
                    significance="major",
                    tellable=tellable,
                )
            )
            return row.id

    def edit(self, article: int, body: str, *, title: str = "", tellable: bool = True, kind: str = "edited") -> int:
        """Another text at the same address; returns the id of the change."""
        with self.database.write() as session:
            row = session.get_one(tables.Article, article)
            before = session.get_one(tables.Version, row.current_id)
            self.later()
            version = self._version(row, body, title or before.title, kind)
            version.seen_after = row.last_checked
            version.fields = changed_facets(before.hashes, version.hashes)
            session.add(version)
            session.flush()
            self._accept(row, version)
            change = tables.Change(
                article_id=row.id,
                kind=kind,
                from_id=before.id,
                to_id=version.id,
                detected=self.now,
                fields=version.fields,
                tellable=tellable,
            )
            session.add(change)
            session.flush()
            return change.id

    def happen(self, article: int, kind: str, *, url: str = "", tellable: bool = True) -> int:
        """moved (to `url`), gone or returned; returns the id of the change."""
        with self.database.write() as session:
            row = session.get_one(tables.Article, article)
            change = tables.Change(
                article_id=row.id,
                kind=kind,
                from_id=row.current_id,
                to_id=row.current_id,
                detected=self.later(),
                former_url=row.url if kind == "moved" else "",
                tellable=tellable,
            )
            row.url = url or row.url
            row.state = {"gone": "gone", "returned": "live"}.get(kind, row.state)
            session.add(change)
            session.flush()
            return change.id

    def fail(self, *urls: str, cause: str = "timeout") -> None:
        """A crawl now in which these pages could not be read."""
        with self.database.write() as session:
            source = session.scalars(select(tables.Source)).one()
            crawl = tables.Crawl(kind="crawl", started=self.now, finished=self.now, outcome="partial", report={})
            session.add(crawl)
            session.flush()
            for url in urls:
                session.add(tables.Failure(crawl_id=crawl.id, source_id=source.id, url=url, cause=cause, at=self.now))

    def set_source(self, state: str, reason: str) -> None:
        """The source is in this state from now on."""
        with self.database.write() as session:
            source = session.scalars(select(tables.Source)).one()
            source.state, source.state_since, source.reason = state, self.now, reason

    def judge(self, *watches: Watch) -> int:
        with self.database.write() as session:
            return judge(session, watches or self.context.watches)

    def subscribe(
        self, address: str = "lezer@example.org", rhythm: str = "immediately", watch: str = "coalitie"
    ) -> Subscribed:
        with self.database.write() as session:
            post_url = address if is_post(address) else ""
            return subscribe(session, address, watch, rhythm, self.later(), post_url=post_url)

    def digest(self, *, force: bool = False, dry_run: bool = False) -> list[Compiled]:
        return compile_due(self.database, self.context, self.later(), force=force, dry_run=dry_run)

    def welcomed(self, address: str = "lezer@example.org", rhythm: str = "immediately") -> int:
        """A subscription that had its welcome, with that mail out of the way; returns its id."""
        subscription = self.subscribe(address, rhythm).subscription
        self.digest()
        with self.database.write() as session:
            for mail in session.scalars(select(tables.Mail)):
                mail.state, mail.sent_at = "sent", self.now
        return subscription.id

    def mails(self, recipient: str | None = None) -> list[tables.Mail]:
        with self.database.read() as session:
            query = select(tables.Mail).order_by(tables.Mail.id)
            return list(
                session.scalars(query if recipient is None else query.where(tables.Mail.recipient == recipient))
            )

    def told(self, subscription: int) -> list[int]:
        with self.database.read() as session:
            return sorted(
                session.scalars(select(tables.Told.change_id).where(tables.Told.subscription_id == subscription))
            )

    def notices(self) -> dict[str, bool]:
        """key → whether it is still open."""
        with self.database.read() as session:
            return {notice.key: notice.closed_at is None for notice in session.scalars(select(tables.Notice))}

    def _version(self, row: tables.Article, body: str, title: str, change: str) -> tables.Version:
        article = Article(
            url=row.url, title=title, lead="Een korte inleiding.", blocks=(Block("paragraph", body),),
            authors=("Redactie",), published="2025-01-08", theme="data-en-ai", type="nieuws",
        )  # fmt: skip
        return tables.Version(
            article_id=row.id, status="accepted", number=row.versions_count + 1 if row.versions_count else 1,
            change=change, seen_at=self.now, extractor="test", content_hash=article.content_hash(),
            hashes=article.facet_hashes(), title=title, text=article.text, data=article.to_dict(),
        )  # fmt: skip

    def _accept(self, row: tables.Article, version: tables.Version) -> None:
        row.current_id, row.last_checked, row.last_changed = version.id, self.now, self.now
        row.versions_count = version.number or 0
        row.content_hash, row.title, row.published_day = version.content_hash, version.title, "2025-01-08"
