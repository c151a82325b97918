"""The archive's tables. One row of `articles` is one piece; everything else hangs from it or tells readers of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.base import Base, only_where


class Source(Base):
    __tablename__ = "sources"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="ok")  # ok | attention | broken
    state_since: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    last_good: Mapped[datetime | None]
    bad_crawls: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]  # a server's Retry-After that outlives the crawl


class Seed(Base):
    """A start URL that has been read; until `baseline_at` is set, what it lists is a starting point, not news."""

    __tablename__ = "seeds"
    __table_args__ = (UniqueConstraint("source_id", "url_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    url_key: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    baseline_at: Mapped[datetime | None]


class Crawl(Base):
    __tablename__ = "crawls"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # crawl | recrawl
    started: Mapped[datetime]
    finished: Mapped[datetime | None] = mapped_column(index=True)  # None while it runs
    outcome: Mapped[str] = mapped_column(String(12), default="running")
    pid: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Failure(Base):
    """A page that could not be read in one crawl, and why."""

    __tablename__ = "failures"
    id: Mapped[int] = mapped_column(primary_key=True)
    crawl_id: Mapped[int] = mapped_column(ForeignKey("crawls.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    url: Mapped[str]
    cause: Mapped[str] = mapped_column(String(30))
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(index=True)


class Article(Base):
    __tablename__ = "articles"
    __table_args__ = (
        Index("ix_articles_source_title", "source_id", "title_key"),
        Index("ix_articles_source_text", "source_id", "text_hash"),
        Index("ix_articles_source_published", "source_id", "published_day"),
        Index("ix_articles_source_post", "source_id", "post_id"),
        Index("ix_articles_due", "source_id", "next_due"),
        Index("ix_articles_state", "source_id", "state", "next_due"),
        Index("ix_articles_checked", "source_id", "last_checked"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    url: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="live")  # unread | pending | live | gone
    baseline: Mapped[bool] = mapped_column(default=False)
    first_seen: Mapped[datetime]
    last_checked: Mapped[datetime | None]
    last_changed: Mapped[datetime | None]
    next_due: Mapped[datetime | None]
    missed_since: Mapped[datetime | None]  # the first of an unbroken row of 404s
    misses: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str] = mapped_column(default="")
    behind: Mapped[str] = mapped_column(default="")  # what the site did to its pages since this one was seen
    last_full: Mapped[datetime | None]  # the last answer with a body, whatever the validators said since
    teaser: Mapped[str] = mapped_column(String(32), default="")  # hash of its card or feed item
    # No foreign keys here: they would close a circle with `versions` and `snapshots`, which SQLite cannot alter.
    current_id: Mapped[int | None]
    snapshot_id: Mapped[int | None]
    versions_count: Mapped[int] = mapped_column(default=0)
    # Copies of the current version's, so that an unchanged page costs one row read.
    content_hash: Mapped[str] = mapped_column(String(24), default="")
    extractor: Mapped[str] = mapped_column(String(40), default="")
    text_hash: Mapped[str] = mapped_column(String(24), default="")
    text_length: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(default="")
    title_key: Mapped[str] = mapped_column(default="")
    published_day: Mapped[str] = mapped_column(String(10), default="")
    post_id: Mapped[str] = mapped_column(default="")

    current: Mapped[Version | None] = relationship(
        primaryjoin="foreign(Article.current_id) == Version.id", viewonly=True
    )
    urls: Mapped[list[ArticleUrl]] = relationship(back_populates="article", order_by="ArticleUrl.id")


class ArticleUrl(Base):
    """Every address an article has had; the key belongs to one article at a time."""

    __tablename__ = "article_urls"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    url_key: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    since: Mapped[datetime]
    article: Mapped[Article] = relationship(back_populates="urls")


class Snapshot(Base):
    """The bytes as served. `codec` says how `body` is packed; `base_id` is the dictionary of zstd-with-dictionary."""

    __tablename__ = "snapshots"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), index=True)
    url: Mapped[str]
    fetched_at: Mapped[datetime]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    codec: Mapped[str] = mapped_column(String(10))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"), index=True)
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Version(Base):
    """What an article said from one moment to the next. Numbered once accepted."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index("ix_versions_article_hash", "article_id", "content_hash"),
        Index("ix_versions_crawl_status", "crawl_id", "status"),
        Index("ix_versions_open", "status", "article_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(12))  # pending | accepted | quarantined | rejected
    reason: Mapped[str] = mapped_column(default="")
    change: Mapped[str] = mapped_column(String(10))  # new | edited | reverted
    cause: Mapped[str] = mapped_column(String(10), default="publisher")  # publisher | extractor
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id"), index=True)
    seen_after: Mapped[datetime | None]  # the last look that still showed the version before
    seen_at: Mapped[datetime]
    extractor: Mapped[str] = mapped_column(String(40))
    content_hash: Mapped[str] = mapped_column(String(24))
    hashes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    title: Mapped[str]
    text: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    article: Mapped[Article] = relationship(foreign_keys=[article_id])


class Change(Base):
    """One thing that happened to an article. Ids follow the order of commits: readers' cursors rest on that."""

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_article", "article_id", "id"),
        Index("ix_changes_detected", "detected", "tellable"),
        Index("ix_changes_undecided", "id", **only_where("tellable IS NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    kind: Mapped[str] = mapped_column(String(10))
    crawl_id: Mapped[int | None] = mapped_column(ForeignKey("crawls.id"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"), index=True)
    detected: Mapped[datetime]
    fields: Mapped[list[Any]] = mapped_column(default=list)
    significance: Mapped[str] = mapped_column(String(10), default="")
    summary: Mapped[str] = mapped_column(default="")
    former_url: Mapped[str] = mapped_column(default="")
    # False for a baseline, a redesign or a better extractor: kept, shown in histories, never mailed.
    # None: undecided until the crawl is settled.
    tellable: Mapped[bool | None] = mapped_column(default=True)
    article: Mapped[Article] = relationship()


class Boilerplate(Base):
    """A block that many bodies of a source share: the site's text, not an editor's."""

    __tablename__ = "boilerplate"
    __table_args__ = (UniqueConstraint("source_id", "block_key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    block_key: Mapped[str] = mapped_column(String(24))
    text: Mapped[str]
    since: Mapped[datetime]


class Judgement(Base):
    """Whether one version matches one watch, judged once. `because`: what was found, or seen without counting."""

    __tablename__ = "judgements"
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    watch: Mapped[str] = mapped_column(String(100), primary_key=True)
    matches: Mapped[bool]
    because: Mapped[list[Any]] = mapped_column(default=list)


class Subscription(Base):
    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("address", "watch"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    post_url: Mapped[str] = mapped_column(default="")  # of a room or webhook, secrets and all; `address` is its name
    watch: Mapped[str] = mapped_column(String(100))
    rhythm: Mapped[str] = mapped_column(String(12))  # immediately | daily | weekly
    state: Mapped[str] = mapped_column(String(12), default="active")  # active | paused | ended
    created: Mapped[datetime]
    ended: Mapped[datetime | None]
    welcomed: Mapped[bool] = mapped_column(default=False)
    start_change_id: Mapped[int] = mapped_column(default=0)  # changes up to here were there before the reader was
    settled_change_id: Mapped[int] = mapped_column(default=0)  # and up to here nothing is still to be told
    last_digest: Mapped[datetime | None]
    bounces: Mapped[int] = mapped_column(default=0)


class Digest(Base):
    """One edition for one subscription. The window is unique: two runs at once cannot both write it."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("subscription_id", "window"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # welcome | digest | quiet
    window: Mapped[str] = mapped_column(String(80))
    created: Mapped[datetime]
    entries: Mapped[int] = mapped_column(default=0)


class Told(Base):
    """This subscription was told this change - or, with no digest, that A-B-A cancelled out before it could be."""

    __tablename__ = "told"
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"), primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("changes.id"), primary_key=True, index=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id"), index=True)


class Mail(Base):
    """The outbox: written in the transaction that told the reader, sent from here and nowhere else."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_waiting", "state", "next_attempt"),
        Index("ix_mails_kept", "state", "sent_at", **only_where("message IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id"), index=True)  # none: to the operator
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="pending")  # pending | sending | sent | failed | uncertain
    attempts: Mapped[int] = mapped_column(default=0)
    # Sent again after an answer was lost. Once is a promise kept, twice would be spam: a person decides then.
    repeats: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime]
    next_attempt: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")


class Notice(Base):
    """Trouble the operator is told of once when it begins and once when it ends."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_open", "key", "closed_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    told_opened: Mapped[bool] = mapped_column(default=False)
    told_closed: Mapped[bool] = mapped_column(default=False)


class Setting(Base):
    """Facts of this installation: its identity, whether sending is paused, when a job last ran."""

    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[str]
