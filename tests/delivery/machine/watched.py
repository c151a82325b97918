"""What every run of the machine rests on: one monitor, its readers with what they know, and what must always hold."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta

from hypothesis import event
from hypothesis.errors import StopTest
from hypothesis.stateful import RuleBasedStateMachine

from tests.delivery.machine.installation import OPERATOR, Installation
from tests.delivery.machine.letters import message_id, read
from tests.delivery.machine.newsroom import Newsroom
from tests.delivery.machine.post import Post
from tests.delivery.machine.readers import Reader
from tests.delivery.machine.sightings import Sightings
from tests.delivery.smtp_server import ScriptedServer

FEW = 5  # pieces that editors touch between two crawls: more at once would look like the site's doing


class Watched(RuleBasedStateMachine):
    server: ScriptedServer
    monitor: Installation

    def __init__(self) -> None:
        super().__init__()
        self.newsroom = Newsroom()
        self.post = Post(self.server)
        self.server.accepted.clear()
        self.seen = Sightings()
        self.readers: dict[str, Reader] = {}
        self.written: dict[str, Reader | None] = {}  # Message-ID -> the subscription it was for; None: the operator
        self.accepted = 0
        self.touched: set[str] = set()
        self.faulty: set[str] = set()
        self.stormy = False
        self.begun = False
        self.moments = 0

    # --- what these are made of ---

    def piece(self, which: int) -> str | None:
        """A piece on the site, now touched by an editor; none when that would be too many since the last crawl."""
        live = sorted(name for name, piece in self.newsroom.pieces.items() if piece.live)
        name = live[which % len(live)]
        if name not in self.touched and len(self.touched) >= FEW:
            return None
        self.touched.add(name)
        return name

    def away(self) -> list[str]:
        return sorted(name for name, piece in self.newsroom.pieces.items() if not piece.live)

    def later(self, hours: float) -> None:
        """No two moments are quite the same, however the clock is set."""
        self.moments += 1
        self.monitor.now = (self.monitor.now + timedelta(hours=hours)).replace(microsecond=self.moments)

    def crawls(self, *, everything: bool, crash_at: int | None = None, stop_after: int | None = None) -> None:
        served, end = self.monitor.crawl(everything=everything, crash_at=crash_at, stop_after=stop_after)
        event(f"crawl: {end}")
        before = dict(self.seen.known)
        for name in self.seen.crawled(self.newsroom, served, end):
            for reader in self.readers.values():
                piece, old = self.seen.known[name], before.get(name)
                if (old is None or False in old.met) and False in piece.news:
                    reader.takes_for_granted(name, piece)
                elif old is not None and old.site_moves != self.newsroom.site_moves:
                    reader.may_have_missed(name, piece)
        if end == "whole" and not self.stormy:
            self.touched.clear()

    def digests(self, *, force: bool = False, crash_at: int | None = None) -> bool:
        due = {address for address, reader in self.readers.items() if force or reader.rhythm == "immediately"}
        lived = self.monitor.digest(force=force, crash_at=crash_at)
        event("digest" if lived else "digest: crashed")
        if not lived:
            self.post.last_may_be_unanswered()
        self.they_read()
        self.server_accepted_only_what_it_should()
        if lived:
            for address in due - self.monitor.paused():
                self.readers[address].misses_nothing(self.seen, self.newsroom, besides=self.seen.may_swing())
        return lived

    # --- what must always hold ---

    def they_read(self) -> None:
        """In the order in which mails were written: what is in the outbox will arrive."""
        for mail in self.monitor.outbox(besides=self.written):
            assert mail.message is not None
            letter = read(mail.message)
            assert letter.recipient == mail.recipient
            reader = self.readers[mail.recipient] if mail.recipient != OPERATOR else None
            self.written[mail.message_id] = reader
            assert (letter.kind == "operator") == (reader is None)
            if reader is not None:
                reader.reads(letter, self.seen, self.newsroom)

    def server_accepted_only_what_it_should(self) -> None:
        fresh, self.accepted = self.server.accepted[self.accepted :], len(self.server.accepted)
        for one in fresh:
            identity = message_id(one.message)
            assert identity in self.written, "a mail that was never written"
            reader = self.written[identity]
            if reader is not None:
                assert self.readers.get(one.recipient) is reader, f"a mail to {one.recipient} after unsubscribing"
        copies = Counter(self.server.message_ids)
        for identity, count in copies.items():
            assert count <= 1 + self.post.unanswered[identity], f"{count} copies of one mail"

    # --- the end ---

    def teardown(self) -> None:
        if not self.begun:
            return
        try:
            # A life that Hypothesis breaks off in mid-step is not one of those it counts; it need not end well.
            if not isinstance(sys.exc_info()[1], StopTest):
                self.all_comes_to_rest()
        finally:
            self.monitor.close()

    def all_comes_to_rest(self) -> None:
        """The site and the server are well, a good week goes by, and a person sees to the mails that failed."""
        self.newsroom.replica.clear_faults()
        self.stormy = False
        self.post.be_well()
        letters = {address: reader.letters for address, reader in self.readers.items()}
        self.digests()
        for everything in (self.seen.baseline == {False}, False):
            self.later(7)
            self.crawls(everything=everything)
        self.a_week_goes_by()
        held_back = self.monitor.paused()
        for mail in self.monitor.outbox():
            if self.matters(mail.message_id) and mail.recipient not in held_back:
                assert mail.state in ("sent", "failed"), f"a mail to {mail.recipient} is {mail.state} for a week"
        if self.monitor.retry():
            self.digests()
        if held_back:
            self.a_week_goes_by()
        for address, reader in self.readers.items():
            reader.misses_nothing(self.seen, self.newsroom)
            assert reader.letters, f"{address} was never welcomed"
            assert reader.rhythm != "weekly" or reader.letters > letters[address], f"a week without a word to {address}"
        arrived = set(self.server.message_ids)
        for identity in filter(self.matters, self.written):
            assert identity in arrived, "a mail that was written never arrived"

    def a_week_goes_by(self) -> None:
        self.later(24 * 7)
        self.digests()

    def matters(self, identity: str) -> bool:
        """Whether a mail is for somebody who still follows, and is not held back."""
        reader = self.written[identity]
        return reader is None or self.readers.get(reader.address) is reader
