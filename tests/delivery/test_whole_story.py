"""Whatever happens, in whatever order: each reader hears of each matching change once, and misses nothing.

A machine of random happenings - on the site, to readers, to the process, to the mail server - with a model of what
each reader believes. The texts are few, so that articles often say again what they said before.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import select

from alerts.channels import Permanent, Temporary, Uncertain, Unreachable
from alerts.channels.channel import Channel
from alerts.digest import compile_due
from alerts.entries import Edition
from alerts.outbox import retry, send_waiting
from alerts.selection import pending_ids
from alerts.subscriptions import unsubscribe
from storage import tables
from storage.database import open_database
from tests.databases import SERVER, copied_url, dropped_afterwards, fresh_url
from tests.delivery.builders import World, text
from tests.delivery.reader_model import Piece, Reader, read_all, starting_with

BODIES = [
    text("er 204 miljoen is"),
    text("er 210 miljoen is"),
    text("het fietspad open is", coalition=False),
    text("het fietspad dicht is", coalition=False),
]
ADDRESSES = ["een@example.org", "twee@example.org"]
RHYTHMS = ["immediately", "daily", "weekly"]
FAULTS = ["ok", "later", "away", "refused", "lost, kept", "lost, not kept", "killed, kept", "killed, not kept"]


HAPPENINGS = st.tuples(
    st.sampled_from(["edit", "edit", "edit", "move", "vanish or return", "publish"]),
    st.integers(0, 3),
    st.sampled_from(BODIES),
    st.sampled_from(["a", "b"]),
)


class Killed(BaseException):
    """The process ends here; no handler of ours may catch it."""


class FakeChannel(Channel):
    """Does what it is told to, mail by mail; `received` is what the other side has."""

    name = "fake"

    def __init__(self) -> None:
        self.received: list[str] = []
        self.answers: list[str] = []
        self.lost: Counter[str] = Counter()

    def send(self, message: bytes, recipient: str) -> None:
        identity = message.decode().splitlines()[0].removeprefix("Message-ID: ")
        answer = self.answers.pop(0) if self.answers else "ok"
        if answer in ("ok", "lost, kept", "killed, kept"):
            self.received.append(identity)
        self.lost[identity] += answer.startswith(("lost", "killed"))
        if answer.startswith("killed"):
            raise Killed
        if answer.startswith("lost"):
            raise Uncertain(answer)
        errors = {"later": Temporary, "away": Unreachable, "refused": Permanent}
        if answer in errors:
            raise errors[answer](answer)

    def check(self) -> None:
        return None


@cache
def template() -> str:
    url = fresh_url(Path(tempfile.mkdtemp()), "empty")
    open_database(url).close()
    return url


class Story(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        template()
        self.databases = ExitStack()
        self.databases.enter_context(dropped_afterwards())
        self.world = World(open_database(copied_url(template(), self.folder)))
        self.truth: dict[int, Piece] = {}
        self.readers: dict[str, Reader] = {}
        self.editions: dict[str, Edition] = {}
        self.read: set[str] = set()
        self.channel = FakeChannel()
        self.crash_at: int | None = None
        self.retried = 0

    def teardown(self) -> None:
        self.world.database.close()
        self.databases.close()
        shutil.rmtree(self.folder)

    @initialize(rhythms=st.lists(st.sampled_from(RHYTHMS), min_size=2, max_size=2))
    def some_articles_and_readers(self, rhythms: list[str]) -> None:
        for body in (BODIES[0], BODIES[2]):
            self.publish(body)
        for address, rhythm in zip(ADDRESSES, rhythms, strict=True):
            self.subscribe(address, rhythm)

    # The site, and the digest that hears of it

    @rule(
        happenings=st.lists(HAPPENINGS, min_size=1, max_size=4),
        force=st.booleans(),
        hours=st.sampled_from([0, 24, 200]),
        crash_at=st.sampled_from([None, None, None, 0, 1]),
    )
    def time_passes(
        self, happenings: list[tuple[str, int, str, str]], force: bool, hours: int, crash_at: int | None
    ) -> None:
        for happening in happenings:
            self.something_happens(*happening)
        self.digest(force, hours, crash_at)

    def something_happens(self, what: str, which: int, body: str, place: str) -> None:
        article = sorted(self.truth)[which % len(self.truth)]
        piece = self.truth[article]
        if what == "publish" and len(self.truth) < 4:
            self.publish(body)
        elif what == "edit" and body != piece.body:
            self.edit(article, piece, body)
        elif what == "move" and piece.live and not piece.url.endswith(f"{place}-{article}"):
            url = f"https://example.org/{place}-{article}"
            self.world.happen(article, "moved", url=url)
            self.truth[article] = Piece(piece.body, url)
        elif what == "vanish or return":
            self.world.happen(article, "gone" if piece.live else "returned")
            self.truth[article] = Piece(piece.body, piece.url, not piece.live)

    def publish(self, body: str) -> None:
        article = self.world.publish(body)
        self.truth[article] = Piece(body, f"https://example.org/artikel-{article}")

    def edit(self, article: int, piece: Piece, body: str) -> None:
        self.world.edit(article, body)
        if not piece.live:
            self.world.happen(article, "returned")
        self.truth[article] = Piece(body, piece.url)

    # Readers

    @rule(address=st.sampled_from(ADDRESSES), rhythm=st.sampled_from([*RHYTHMS, "never again"]))
    def a_reader_decides(self, address: str, rhythm: str) -> None:
        if rhythm != "never again":
            self.subscribe(address, rhythm)
            return
        with self.world.database.write() as session:
            unsubscribe(session, address, None, self.world.later())
        self.readers.pop(address, None)

    def subscribe(self, address: str, rhythm: str) -> None:
        if self.world.subscribe(address, rhythm).outcome in ("created", "again"):
            self.readers[address] = starting_with(self.titles())

    # The process

    def digest(self, force: bool, hours: int, crash_at: int | None) -> None:
        self.crash_at = crash_at
        try:
            compile_due(
                self.world.database, self.world.context, self.world.later(hours=hours, seconds=1), force=force,
                render=self.render,
            )  # fmt: skip
        except Killed:
            return
        finally:
            self.crash_at = None
            self.let_them_read()
            self.every_mail_in_the_outbox_stands_for_changes_told_once()
        self.everybody_due_knows_everything(force)

    @rule(answers=st.lists(st.sampled_from(FAULTS), max_size=4), hours=st.sampled_from([0, 5]), again=st.booleans())
    def send(self, answers: list[str], hours: int, again: bool) -> None:
        if again:
            self.retried += 1
            with self.world.database.write() as session:
                retry(session, None, self.world.now)
        self.channel.answers = list(answers)
        with suppress(Killed):
            send_waiting(self.world.database, self.channel, self.world.later(hours=hours, seconds=1))
        self.channel.answers = []
        self.a_mail_is_repeated_only_when_its_answer_was_lost()

    # What must always hold

    def a_mail_is_repeated_only_when_its_answer_was_lost(self) -> None:
        for identity, copies in Counter(self.channel.received).items():
            assert copies <= 1 + self.channel.lost[identity]
            # A person may ask for more; of itself the outbox repeats once.
            assert copies <= 2 + self.retried

    def every_mail_in_the_outbox_stands_for_changes_told_once(self) -> None:
        with self.world.database.read() as session:
            digests = set(session.scalars(select(tables.Told.digest_id).where(tables.Told.digest_id.is_not(None))))
            news = select(tables.Digest.id).where(tables.Digest.kind == "digest")
            assert digests == set(session.scalars(news))
            mailed = Counter(session.scalars(select(tables.Mail.digest_id).where(tables.Mail.digest_id.is_not(None))))
            assert all(count == 1 for count in mailed.values())

    def everybody_due_knows_everything(self, force: bool) -> None:
        with self.world.database.read() as session:
            for subscription in session.scalars(
                select(tables.Subscription).where(tables.Subscription.state == "active")
            ):
                if force or subscription.rhythm == "immediately":
                    assert pending_ids(session, subscription) == []
                    self.readers[subscription.address].knows(self.titles())

    def let_them_read(self) -> None:
        """Only what was committed exists; readers read from the outbox, as what is in it will arrive."""
        by_reader: defaultdict[str, list[Edition]] = defaultdict(list)
        for mail in self.world.mails():
            if mail.message_id not in self.read:
                self.read.add(mail.message_id)
                by_reader[mail.recipient].append(self.editions[mail.message_id])
        for address, editions in by_reader.items():
            read_all(self.readers[address], editions)

    def render(self, edition: Edition, sender: str, recipient: str, message_id: str, date: datetime) -> bytes:
        if self.crash_at is not None:
            if self.crash_at == 0:
                raise Killed
            self.crash_at -= 1
        assert edition.kind != "digest" or edition.entries
        self.editions[message_id] = edition
        return f"Message-ID: {message_id}\r\nSubject: {edition.kind}\r\n\r\n".encode()

    def titles(self) -> dict[str, Piece]:
        return {f"Artikel {article}": piece for article, piece in self.truth.items()}


class StoryThatEndsWell(Story):
    """As `Story`; at its end the server is well again, and every mail that was written has arrived."""

    def teardown(self) -> None:
        try:
            self.outbox_empties()
        finally:
            super().teardown()

    def outbox_empties(self) -> None:
        for _ in range(4):
            send_waiting(self.world.database, self.channel, self.world.later(hours=2))
        with self.world.database.write() as session:
            retry(session, None, self.world.now)
        send_waiting(self.world.database, self.channel, self.world.later(hours=2))
        arrived = Counter(self.channel.received)
        for mail in self.world.mails():
            assert mail.state == "sent"
            assert arrived[mail.message_id] >= 1


TestStory = StoryThatEndsWell.TestCase
TestStory.settings = settings(
    max_examples=15 if SERVER else 60, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStory.pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # sixty lives, on a machine that may be busy
