"""Whatever happens, in whatever order: each reader's mailbox holds what it should, and nothing else.

Editors, the site, the network, the process, the mail server, the clock and the readers act at random on a whole
monitor: crawls of a replica, an archive in a file, mails through a real server. A model, written from the promises and
fed by what the site served, says what each reader must have received.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from tests.databases import sqlite_only
from tests.delivery.machine.installation import Installation
from tests.delivery.machine.newsroom import AMOUNTS, PLACES, REDESIGNS, WALLS, YEARS, Said
from tests.delivery.machine.post import ANSWERS
from tests.delivery.machine.readers import Reader
from tests.delivery.machine.sightings import Sightings
from tests.delivery.machine.watched import Watched
from tests.delivery.smtp_server import ScriptedServer

ADDRESSES = ("een@example.org", "twee@example.org", "drie@example.org")
RHYTHMS = ("immediately", "daily", "weekly")
# Nights in which a Dutch hour comes twice, or not at all, and some that are like any other.
NIGHTS = tuple(
    datetime.fromisoformat(moment).astimezone(UTC)
    for moment in (
        "2025-10-26T00:30+00:00",
        "2025-10-26T01:30+00:00",
        "2026-03-29T00:30+00:00",
        "2026-03-29T01:10+00:00",
    )
)
which = st.integers(0, 17)

SETTINGS = settings(max_examples=200, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))


class Mailboxes(Watched):
    @initialize(watching=st.booleans(), subscribed=st.lists(st.sampled_from(RHYTHMS), min_size=1, max_size=3))
    def begins(self, watching: bool, subscribed: list[str]) -> None:
        self.monitor.begin(self.newsroom, self.post, watching=watching)
        self.begun = True
        if watching:
            self.seen = Sightings.after_the_first_crawl(self.newsroom, self.monitor.now)
        for address, rhythm in zip(ADDRESSES, subscribed, strict=False):
            self.subscribe(address, rhythm)

    # --- editors ---

    @rule()
    @precondition(lambda self: self.newsroom.later)
    def publish(self) -> None:
        event("publish")
        self.touched.add(self.newsroom.publish())

    @rule(which=which, facet=st.sampled_from(["headline", "amount", "year"]), how=st.integers(0, 2))
    def edit(self, which: int, facet: str, how: int) -> None:
        """With three wordings of each, half of all edits undo or repeat an earlier one."""
        name = self.piece(which)
        if name is not None:
            event(f"edit {facet}")
            before = self.newsroom.pieces[name].said
            values = {"headline": self.newsroom.headlines(name), "amount": AMOUNTS, "year": YEARS}[facet]
            self.newsroom.edit(name, Said(**(vars(before) | {facet: values[how]})))

    @rule(which=which)
    def revert(self, which: int) -> None:
        name = self.piece(which)
        if name is not None:
            event("revert")
            self.newsroom.edit(name, Said(self.newsroom.titles[name]))

    @rule(which=which, place=st.sampled_from(PLACES), redirect=st.booleans())
    def move(self, which: int, place: str, redirect: bool) -> None:
        name = self.piece(which)
        if name is not None:
            event("move")
            self.newsroom.move(name, place, redirect=redirect)

    @rule(which=which, status=st.sampled_from([404, 410]))
    @precondition(lambda self: self.seen.baseline == {False})
    def vanish(self, which: int, status: int) -> None:
        name = self.piece(which)
        if name is not None and len(self.away()) < 2:
            event(f"vanish {status}")
            self.newsroom.vanish(name, status)

    @rule()
    @precondition(lambda self: self.away())
    def return_(self) -> None:
        event("return")
        name = self.away()[0]
        self.touched.add(name)
        self.newsroom.bring_back(name)

    # --- the site ---

    @rule(what=st.sampled_from(REDESIGNS))
    def redesign(self, what: str) -> None:
        if what not in ("era", "addresses") or self.seen.baseline == {False}:
            # While few pieces are known yet, few can have moved.
            event(f"redesign: {what}")
            self.newsroom.redesign(what)

    @rule(kind=st.sampled_from(WALLS), which=which, everywhere=st.booleans(), times=st.sampled_from([None, 1]))
    def fail(self, kind: str, which: int, everywhere: bool, times: int | None) -> None:
        if everywhere:
            event("fails everywhere")
            self.stormy = True
            self.newsroom.replica.set_fault(kind)
        elif len(self.faulty) < 2:
            event("fails at one page")
            name = sorted(self.newsroom.pieces)[which % len(self.newsroom.pieces)]
            self.faulty.add(name)
            self.newsroom.replica.set_fault(kind, [self.newsroom.pieces[name].home], times=times)

    @rule()
    @precondition(lambda self: self.faulty or self.stormy)
    def recover(self) -> None:
        event("recovers")
        self.newsroom.replica.clear_faults()
        self.faulty.clear()
        self.stormy = False

    # --- crawls and digests, and the process that does them ---

    @rule(everything=st.booleans(), hours=st.sampled_from([0.5, 7]))
    def crawl(self, everything: bool, hours: float) -> None:
        self.later(hours)
        # Only a crawl can be a first crawl.
        self.crawls(everything=everything and self.seen.baseline == {False})

    @rule(everything=st.booleans(), at=st.integers(0, 250))
    def crash(self, everything: bool, at: int) -> None:
        self.later(0.5)
        self.crawls(everything=everything and self.seen.baseline == {False}, crash_at=at)

    @rule(after=st.integers(0, 17))
    def stop(self, after: int) -> None:
        self.later(0.5)
        self.crawls(everything=False, stop_after=after)

    @rule(
        hours=st.sampled_from([0.1, 23, 24 * 7]),
        force=st.booleans(),
        answers=st.lists(st.sampled_from(sorted(ANSWERS)), max_size=3),
    )
    def digest(self, hours: float, force: bool, answers: list[str]) -> None:
        self.later(hours)
        self.post.expect(answers)
        self.digests(force=force)

    @rule(hours=st.sampled_from([0.1, 23]), force=st.booleans(), at=st.integers(0, 80))
    def crash_in_a_digest(self, hours: float, force: bool, at: int) -> None:
        self.later(hours)
        self.digests(force=force, crash_at=at)

    # --- readers ---

    @rule(address=st.sampled_from(ADDRESSES), rhythm=st.sampled_from(RHYTHMS))
    def subscribe(self, address: str, rhythm: str) -> None:
        self.later(0)
        outcome = self.monitor.subscribe(address, rhythm)
        event(f"subscribe: {outcome}")
        if outcome in ("created", "again"):
            self.readers[address] = Reader.beginning(address, rhythm, self.seen.known)
        self.readers[address].rhythm = rhythm

    @rule(address=st.sampled_from(ADDRESSES))
    def unsubscribe(self, address: str) -> None:
        event("unsubscribe")
        self.monitor.unsubscribe(address)
        self.readers.pop(address, None)

    # --- the clock ---

    @rule(
        by=st.sampled_from([timedelta(days=3), timedelta(hours=-1), timedelta(days=-3), timedelta(days=-40), *NIGHTS])
    )
    def clock_change(self, by: timedelta | datetime) -> None:
        event(f"clock change: {by}")
        self.monitor.now = by if isinstance(by, datetime) else self.monitor.now + by
        self.later(0)


@sqlite_only
@pytest.mark.slow
@pytest.mark.timeout(900)  # two hundred lives of a monitor, on a machine that may be busy with others
def test_each_mailbox_agrees_with_its_model_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer() as server:
        around = {"server": server, "monitor": Installation(tmp_path, monkeypatch)}
        run_state_machine_as_test(type("Mailboxes", (Mailboxes,), around), settings=SETTINGS)
