"""Mails to readers: who is due, what each is told, and both written down together or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from alerts.channels.post import room
from alerts.compose import DigestContext, Telling, covered_since, edition
from alerts.due import Due
from alerts.entries import Edition, EditionKind, Entry
from alerts.installation import message_id
from alerts.judge import judge
from alerts.mails import new_mail
from alerts.notices import close_notices, open_notice
from alerts.permalinks import overview_url
from alerts.render import render_post
from alerts.tellings import Tellings
from storage.clock import put_mails_right
from storage.errors import DatabaseUnusable
from storage.tables import Digest, Subscription, Told

log = logging.getLogger(__name__)

_TOGETHER = 20  # mails a transaction: each has its share of what a transaction costs

Render = Callable[[Edition, str, str, str, datetime], bytes]
Unit = Callable[[], AbstractContextManager[Session]]
Taken = Collection[tuple[int, str]]


@dataclass(frozen=True)
class Compiled:
    """One mail that was written, or could not be. `message` is filled by a dry run, `error` by a failure."""

    watch: str
    recipient: str
    kind: EditionKind
    entries: int
    state: Literal["waiting", "failed", "dry-run"]
    message_id: str = ""
    message: bytes = b""
    error: str = ""


@dataclass(frozen=True)
class _Draft:
    """What one reader is to be told. The window is his, and unique: it stops a second run."""

    subscription: Subscription
    edition: Edition
    window: str
    tellings: Sequence[Telling] = ()


Write = Callable[[Session, Subscription, Taken], _Draft | None]


@dataclass
class Compiler:
    """One turn at `now`. Mails are written some at a time, and where that fails, each by itself."""

    unit: Unit
    context: DigestContext
    now: datetime
    force: bool
    render: Render
    dry_run: bool = False
    # A welcome says it all: no "nothing changed" right after it.
    just_welcomed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.due = Due(self.context, self.now, self.force)
        self.tellings = Tellings(self.now, self.context.base_url)

    def run(self) -> list[Compiled]:
        with self.unit() as session:
            put_mails_right(session, self.now)
            judge(session, self.context.watches, language=self.context.language)
            readers = self.due.readers(session)
        mails: dict[int, list[Compiled]] = {}
        for start in range(0, len(readers), _TOGETHER):
            mails |= self._mails(readers[start : start + _TOGETHER])
        return [mail for reader in sorted(mails) for mail in mails[reader]]

    def _mails(self, ids: Sequence[int]) -> dict[int, list[Compiled]]:
        """To each the welcome when it is still owed, and what is due besides, in a later transaction."""
        mails: dict[int, list[Compiled]] = {reader: [] for reader in ids}
        going_on = list(ids)
        for write in (self._welcome, self._digest):
            written = self._some(write, going_on)
            for reader, mail in written.items():
                mails[reader] += [mail] if mail is not None else []
            going_on = [reader for reader in going_on if reader in written and not _failed(written[reader])]
        return mails

    def _some(self, write: Write, ids: Sequence[int]) -> dict[int, Compiled | None]:
        """What became of each; nothing where another process was first."""
        if len(ids) > 1:
            try:
                return self._together(write, ids)
            except IntegrityError:
                log.info("these digests are written one by one", exc_info=True)
            except (DatabaseUnusable, SQLAlchemyError):
                raise
            except Exception:  # whatever is wrong with one mail, the others go
                log.info("these digests are written one by one", exc_info=True)
        return {reader: mail for one in ids for reader, mail in self._alone(write, one).items()}

    def _alone(self, write: Write, subscription_id: int) -> dict[int, Compiled | None]:
        try:
            return self._together(write, [subscription_id])
        except IntegrityError as error:
            if self._still_due(subscription_id):
                return {subscription_id: self._failure(subscription_id, error)}
            log.info("another process wrote this digest", extra={"subscription": subscription_id})
            return {}
        except (DatabaseUnusable, SQLAlchemyError):
            raise
        except Exception as error:
            return {subscription_id: self._failure(subscription_id, error)}

    def _together(self, write: Write, ids: Sequence[int]) -> dict[int, Compiled | None]:
        mails: dict[int, Compiled | None] = dict.fromkeys(ids)
        with self.unit() as session:
            readers = {one.id: one for one in session.scalars(select(Subscription).where(Subscription.id.in_(ids)))}
            taken = self._taken(session, ids)
            active = [readers[reader] for reader in ids if reader in readers and _active(readers[reader])]
            drafts = [write(session, reader, taken) for reader in active]
            return mails | self._store(session, [draft for draft in drafts if draft is not None])

    def _taken(self, session: Session, ids: Sequence[int]) -> Taken:
        """Slots that had their digest already: a day can come again after the clock was set back."""
        same = Digest.subscription_id.in_(ids), Digest.window.in_([slot.window for slot in self.due.slots.values()])
        return {
            (reader, window)
            for reader, window in session.execute(select(Digest.subscription_id, Digest.window).where(*same))
        }

    def _still_due(self, subscription_id: int) -> bool:
        with self.unit() as session:
            subscription = session.get_one(Subscription, subscription_id)
            return _active(subscription) and self.due.is_due(session, subscription)

    def _welcome(self, session: Session, subscription: Subscription, _taken: Taken) -> _Draft | None:
        if subscription.welcomed:
            return None
        self.just_welcomed.add(subscription.id)
        window = f"welcome {subscription.created.isoformat()}"
        return _Draft(subscription, self._edition(session, subscription, "welcome"), window)

    def _digest(self, session: Session, subscription: Subscription, taken: Taken) -> _Draft | None:
        slot = self.due.slot(subscription)
        if slot is None and not self.force and subscription.rhythm != "immediately":
            return None
        tellings = self.tellings.of(session, subscription)
        entries = [telling.entry for telling in tellings if telling.entry is not None]
        kind: EditionKind = "digest" if entries else "quiet"
        if not entries and not (subscription.rhythm == "weekly" and subscription.id not in self.just_welcomed):
            _tell(session, [(subscription.id, None, tellings)])
            if slot is not None:
                subscription.last_digest = self.now
            return None
        newest = max((change for telling in tellings for change in telling.change_ids), default=self.now.isoformat())
        window = f"{subscription.rhythm} {kind} {newest}"
        if slot is not None and (subscription.id, slot.window) not in taken:
            window = slot.window
        return _Draft(subscription, self._edition(session, subscription, kind, entries), window, tellings)

    def _edition(
        self, session: Session, subscription: Subscription, kind: EditionKind, entries: Sequence[Entry] = ()
    ) -> Edition:
        seen = self.tellings.health(session, covered_since(subscription))
        return edition(session, self.context, subscription, kind, self.now, seen, entries)

    def _store(self, session: Session, drafts: Sequence[_Draft]) -> dict[int, Compiled | None]:
        """Digests, told-rows and mails."""
        messages = [self._written(session, draft) for draft in drafts]
        digests = [
            Digest(
                subscription_id=draft.subscription.id, kind=draft.edition.kind, window=draft.window, created=self.now,
                entries=len(draft.edition.entries),
            )
            for draft in drafts
        ]  # fmt: skip
        session.add_all(digests)
        session.flush()
        drawn = list(zip(drafts, messages, digests, strict=True))
        _tell(session, [(draft.subscription.id, digest.id, draft.tellings) for draft, _, digest in drawn])
        for draft, (identity, message), digest in drawn:
            session.add(new_mail(identity, draft.subscription.address, message, self.now, digest.id))
            if draft.edition.kind == "welcome":
                draft.subscription.welcomed = True
            else:
                draft.subscription.last_digest = self.now
        close_notices(session, [_notice_key(draft.subscription.id) for draft in drafts], self.now)
        session.flush()
        return {draft.subscription.id: self._compiled(draft, *message) for draft, message, _ in drawn}

    def _written(self, session: Session, draft: _Draft) -> tuple[str, bytes]:
        """Message-ID and message."""
        subscription, told = draft.subscription, draft.edition
        identity = message_id(session, self.context.sender, subscription.id, draft.window)
        if subscription.post_url:
            pages = self.context.base_url and overview_url(self.context.base_url, subscription.watch)
            return identity, render_post(told, room(subscription.post_url), identity, self.now, pages)
        return identity, self.render(told, self.context.sender, subscription.address, identity, self.now)

    def _compiled(self, draft: _Draft, identity: str, message: bytes) -> Compiled:
        return Compiled(
            watch=draft.subscription.watch,
            recipient=draft.subscription.address,
            kind=draft.edition.kind,
            entries=len(draft.edition.entries),
            state="dry-run" if self.dry_run else "waiting",
            message_id=identity,
            message=message if self.dry_run else b"",
        )

    def _failure(self, subscription_id: int, error: Exception) -> Compiled:
        log.error("a digest could not be made", exc_info=error, extra={"subscription": subscription_id})
        cause = f"{type(error).__name__}: {error}"
        with self.unit() as session:
            subscription = session.get_one(Subscription, subscription_id)
            open_notice(
                session,
                _notice_key(subscription_id),
                f"The mail to {subscription.address} about {subscription.watch} could not be made ({cause})."
                " Nothing is lost: it is tried again at every digest.",
                self.now,
            )
            kind: EditionKind = "digest" if subscription.welcomed else "welcome"
            return Compiled(subscription.watch, subscription.address, kind, 0, "failed", error=cause)


def _active(subscription: Subscription) -> bool:
    return subscription.state == "active"


def _failed(mail: Compiled | None) -> bool:
    return mail is not None and mail.state == "failed"


def _tell(session: Session, told: Sequence[tuple[int, int | None, Sequence[Telling]]]) -> None:
    """Mark as told, for (subscription, digest); what cancelled out is in no digest, and never comes back either."""
    rows = [
        {
            "subscription_id": subscription_id,
            "change_id": change_id,
            "digest_id": digest_id if telling.entry is not None else None,
        }
        for subscription_id, digest_id, tellings in told
        for telling in tellings
        for change_id in telling.change_ids
    ]
    if rows:
        session.execute(insert(Told), rows)


def _notice_key(subscription_id: int) -> str:
    return f"digest:{subscription_id}"
