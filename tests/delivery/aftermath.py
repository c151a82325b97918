"""What there is after a disturbance and a restart: the archive, and what each reader found in his mailbox."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import integrity, tables
from storage.locks import is_held
from storage.shelf import ends_well, read_snapshot
from tests.databases import SERVER, answers, opened
from tests.delivery.small_service import OPERATOR

_ENTRY = re.compile(r"^http\S+(?=\r?$)", re.MULTILINE)  # each entry has its address on a line of its own, not indented


@dataclass
class Mailboxes:
    """What arrived after the past that was prepared. `copies` counts each Message-ID."""

    copies: Counter[str] = field(default_factory=Counter)
    welcomes: Counter[str] = field(default_factory=Counter)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)  # (reader, address of an article)
    operator: Counter[str] = field(default_factory=Counter)  # subjects

    @property
    def repeated(self) -> int:
        return self.copies.total() - len(self.copies)

    def receive(self, message: bytes) -> None:
        mail = email.message_from_bytes(message, policy=email.policy.default)
        self.copies[mail["Message-ID"]] += 1
        if self.copies[mail["Message-ID"]] > 1:
            return
        if mail["To"] == OPERATOR:
            self.operator[mail["Subject"]] += 1
        elif mail["Subject"].startswith("Welkom"):
            self.welcomes[mail["To"]] += 1
        else:
            text = mail.get_body(("plain",))
            assert text is not None
            self.told.update((mail["To"], url) for url in _ENTRY.findall(text.get_content()))


def mailboxes(messages: list[bytes]) -> Mailboxes:
    found = Mailboxes()
    for message in messages:
        found.receive(message)
    return found


def damage(url: str) -> list[str]:
    """What a kill must never leave behind: a file that is not whole, or a lock that somebody still holds."""
    with opened(url) as database:
        found = [f"the lock of {job} is held" for job in ("run", "crawl", "digest") if is_held(database, job)]
        found += filter(None, [integrity.damage(database)])
    return found if SERVER or answers(url, "PRAGMA integrity_check") == [("ok",)] else [*found, "damaged"]


def archive(url: str) -> dict[str, list[Any]]:
    """All that is known, without the times and ids that a detour may shift; and what is unfinished."""
    with opened(url) as database, database.read() as session:
        return _held(session)


def _held(session: Session) -> dict[str, list[Any]]:
    urls = {row.id: row.url for row in session.scalars(select(tables.Article))}
    readers = {row.id: row.address for row in session.scalars(select(tables.Subscription))}
    versions = {row.id: row for row in session.scalars(select(tables.Version))}
    changes = {row.id: row for row in session.scalars(select(tables.Change))}
    return {
        "articles": sorted(
            (row.url, row.state, row.title, row.content_hash, row.versions_count, row.baseline,
             versions[row.current_id or 0].number, sorted(one.url for one in row.urls))
            for row in session.scalars(select(tables.Article))
        ),
        "versions": sorted(
            (urls[row.article_id], str(row.number), row.status, row.reason, row.change, row.cause, row.content_hash,
             row.fields, ends_well(read_snapshot(session, session.get_one(tables.Snapshot, row.snapshot_id))))
            for row in versions.values()
        ),
        "changes": sorted(
            (urls[row.article_id], row.kind, row.significance, row.summary, row.fields, row.tellable, row.former_url)
            for row in changes.values()
        ),
        "judgements": sorted(
            (row.watch, urls[versions[row.version_id].article_id], versions[row.version_id].content_hash, row.matches)
            for row in session.scalars(select(tables.Judgement))
        ),
        "told": sorted(
            (readers[row.subscription_id], changes[row.change_id].kind, urls[changes[row.change_id].article_id])
            for row in session.scalars(select(tables.Told))
        ),
        "sources": [(row.name, row.state, row.reason) for row in session.scalars(select(tables.Source))],
        "seeds": sorted((row.url_key, row.baseline_at is not None) for row in session.scalars(select(tables.Seed))),
        "boilerplate": sorted(row.text for row in session.scalars(select(tables.Boilerplate))),
        "mails": sorted({row.state for row in session.scalars(select(tables.Mail))}),
        "crawls at work": list(session.scalars(select(tables.Crawl.id).where(tables.Crawl.outcome == "running"))),
        "snapshots": sorted(urls[row.article_id] for row in session.scalars(select(tables.Snapshot))),
    }  # fmt: skip
