"""Digests that are due: chosen, written and put in the outbox, each in one transaction with what it tells."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from alerts.channels.post import room
from alerts.compose import DigestContext, Telling, covered_since, edition
from alerts.entries import Edition, EditionKind, Entry
from alerts.installation import message_id
from alerts.judge import judge
from alerts.mails import new_mail
from alerts.notices import close_notice, open_notice
from alerts.permalinks import overview_url
from alerts.render import Renderer, render_post
from alerts.selection import pending_ids, settle_past
from alerts.tellings import Tellings
from alerts.windows import Slot, latest_slot
from storage.clock import put_mails_right
from storage.database import Database
from storage.errors import DatabaseUnusable
from storage.tables import Digest, Mail, Subscription, Told

log = logging.getLogger(__name__)

Render = Callable[[Edition, str, str, str, datetime], bytes]
Unit = Callable[[], AbstractContextManager[Session]]


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


def compile_due(
    database: Database,
    context: DigestContext,
    now: datetime,
    *,
    force: bool = False,
    dry_run: bool = False,
    render: Render | None = None,
) -> list[Compiled]:
    """Write every mail that is due at `now` into the outbox; `force` takes each subscription as due.

    A subscription whose mail cannot be made hears nothing, keeps everything untold, and holds up nobody else.
    """
    render = render or Renderer()
    if not dry_run:
        return _Compiler(database.write, context, now, force, render).run()
    with database.write() as rehearsal:

        @contextmanager
        def part() -> Iterator[Session]:
            with rehearsal.begin_nested():
                yield rehearsal

        compiled = _Compiler(part, context, now, force, render, dry_run=True).run()
        rehearsal.rollback()
    return compiled


def outcomes(session: Session, compiled: list[Compiled]) -> list[dict[str, Any]]:
    """The `digests` document of the public interface, once the outbox had its turn."""
    states = {"sent": "sent", "failed": "failed"}
    mails = select(Mail.message_id, Mail.state).where(Mail.message_id.in_([one.message_id for one in compiled]))
    found = dict(session.execute(mails).all())
    return [
        {
            "watch": one.watch,
            "recipient": one.recipient,
            "entries": one.entries,
            "kind": one.kind,
            "state": states.get(found.get(one.message_id, ""), "waiting") if one.state == "waiting" else one.state,
            "message_id": one.message_id,
        }
        for one in compiled
    ]


@dataclass
class _Compiler:
    unit: Unit
    context: DigestContext
    now: datetime
    force: bool
    render: Render
    dry_run: bool = False
    # A welcome says it all: no "nothing changed" right after it.
    just_welcomed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tellings = Tellings(self.now, self.context.base_url)

    def run(self) -> list[Compiled]:
        with self.unit() as session:
            put_mails_right(session, self.now)
            judge(session, self.context.watches, language=self.context.language)
            followers = select(Subscription).where(Subscription.state == "active").order_by(Subscription.id)
            due = [follower.id for follower in session.scalars(followers).all() if self._is_due(session, follower)]
        return [mail for subscription_id in due for mail in self._mails(subscription_id)]

    def _is_due(self, session: Session, subscription: Subscription) -> bool:
        """Cheap enough to ask for everybody: most have nothing most of the time."""
        if not self._is_followed(session, subscription):
            return False
        settle_past(session, subscription)
        if not subscription.welcomed or self._slot(subscription) is not None:
            return True
        if self.force and subscription.rhythm == "weekly":
            return True
        return (self.force or subscription.rhythm == "immediately") and bool(pending_ids(session, subscription))

    def _is_followed(self, session: Session, subscription: Subscription) -> bool:
        """A subscription to a watch that left the configuration waits, and somebody should know."""
        key, name = f"watch:{subscription.watch}", subscription.watch
        if self.context.watch(name) is not None:
            close_notice(session, key, self.now)
            return True
        open_notice(session, key, f"There are subscriptions to the watch {name}, which is not configured.", self.now)
        return False

    def _slot(self, subscription: Subscription) -> Slot | None:
        """The slot of a daily or weekly rhythm that passed since this subscription was last considered."""
        if subscription.rhythm == "immediately":
            return None
        slot = latest_slot(subscription.rhythm, self.context.timetable, self.now)
        return slot if slot.at > (subscription.last_digest or subscription.created) else None

    def _mails(self, subscription_id: int) -> list[Compiled]:
        """The welcome when it is still owed, and what is due besides; each in a transaction of its own."""
        mails: list[Compiled] = []
        for write in (self._welcome, self._digest):
            try:
                with self.unit() as session:
                    subscription = session.get_one(Subscription, subscription_id)
                    mail = write(session, subscription) if _active(subscription) else None
            except IntegrityError as error:
                if self._still_due(subscription_id):
                    return [*mails, self._failed(subscription_id, error)]
                log.info("another process wrote this digest", extra={"subscription": subscription_id})
                return mails
            except (DatabaseUnusable, SQLAlchemyError):
                raise
            except Exception as error:  # whatever is wrong with one mail, the others go
                return [*mails, self._failed(subscription_id, error)]
            mails += [mail] if mail is not None else []
        return mails

    def _still_due(self, subscription_id: int) -> bool:
        with self.unit() as session:
            subscription = session.get_one(Subscription, subscription_id)
            return _active(subscription) and self._is_due(session, subscription)

    def _welcome(self, session: Session, subscription: Subscription) -> Compiled | None:
        if subscription.welcomed:
            return None
        subscription.welcomed = True
        self.just_welcomed.add(subscription.id)
        window = f"welcome {subscription.created.isoformat()}"
        return self._store(session, subscription, self._edition(session, subscription, "welcome"), window, [])

    def _digest(self, session: Session, subscription: Subscription) -> Compiled | None:
        slot = self._slot(subscription)
        if slot is None and not self.force and subscription.rhythm != "immediately":
            return None
        tellings = self.tellings.of(session, subscription)
        entries = [telling.entry for telling in tellings if telling.entry is not None]
        kind: EditionKind = "digest" if entries else "quiet"
        if not entries and not (subscription.rhythm == "weekly" and subscription.id not in self.just_welcomed):
            _tell(session, subscription, tellings, None)
            if slot is not None:
                subscription.last_digest = self.now
            return None
        newest = max((change for telling in tellings for change in telling.change_ids), default=self.now.isoformat())
        window = f"{subscription.rhythm} {kind} {newest}"
        if slot is not None and not _is_written(session, subscription, slot.window):
            window = slot.window
        compiled = self._edition(session, subscription, kind, entries)
        subscription.last_digest = self.now
        return self._store(session, subscription, compiled, window, tellings)

    def _edition(
        self, session: Session, subscription: Subscription, kind: EditionKind, entries: Sequence[Entry] = ()
    ) -> Edition:
        seen = self.tellings.health(session, covered_since(subscription))
        return edition(session, self.context, subscription, kind, self.now, seen, entries)

    def _store(
        self, session: Session, subscription: Subscription, told: Edition, window: str, tellings: Sequence[Telling]
    ) -> Compiled:
        """Digest, told-rows and mail together or not at all; the unique window stops a second run."""
        identity = message_id(session, self.context.sender, subscription.id, window)
        message = self._written(told, subscription, identity)
        digest = Digest(
            subscription_id=subscription.id, kind=told.kind, window=window, created=self.now, entries=len(told.entries)
        )
        session.add(digest)
        session.flush()
        _tell(session, subscription, tellings, digest.id)
        session.add(new_mail(identity, subscription.address, message, self.now, digest.id))
        close_notice(session, _notice_key(subscription), self.now)
        session.flush()
        return Compiled(
            watch=subscription.watch,
            recipient=subscription.address,
            kind=told.kind,
            entries=len(told.entries),
            state="dry-run" if self.dry_run else "waiting",
            message_id=identity,
            message=message if self.dry_run else b"",
        )

    def _written(self, told: Edition, subscription: Subscription, identity: str) -> bytes:
        if subscription.post_url:
            pages = self.context.base_url and overview_url(self.context.base_url, subscription.watch)
            return render_post(told, room(subscription.post_url), identity, self.now, pages)
        return self.render(told, self.context.sender, subscription.address, identity, self.now)

    def _failed(self, subscription_id: int, error: Exception) -> Compiled:
        log.error("a digest could not be made", exc_info=error, extra={"subscription": subscription_id})
        cause = f"{type(error).__name__}: {error}"
        with self.unit() as session:
            subscription = session.get_one(Subscription, subscription_id)
            open_notice(
                session,
                _notice_key(subscription),
                f"The mail to {subscription.address} about {subscription.watch} could not be made ({cause})."
                " Nothing is lost: it is tried again at every digest.",
                self.now,
            )
            kind: EditionKind = "digest" if subscription.welcomed else "welcome"
            return Compiled(subscription.watch, subscription.address, kind, 0, "failed", error=cause)


def _is_written(session: Session, subscription: Subscription, window: str) -> bool:
    """Whether this slot had its digest already: a day can come again after the clock was set back."""
    same = select(Digest.id).where(Digest.subscription_id == subscription.id, Digest.window == window)
    return session.scalar(same) is not None


def _active(subscription: Subscription) -> bool:
    return subscription.state == "active"


def _tell(session: Session, subscription: Subscription, tellings: Sequence[Telling], digest_id: int | None) -> None:
    """Mark as told; what cancelled out belongs to no digest, and never comes back either."""
    rows = [
        {
            "subscription_id": subscription.id,
            "change_id": change_id,
            "digest_id": digest_id if telling.entry is not None else None,
        }
        for telling in tellings
        for change_id in telling.change_ids
    ]
    if rows:
        session.execute(insert(Told), rows)


def _notice_key(subscription: Subscription) -> str:
    return f"digest:{subscription.id}"
