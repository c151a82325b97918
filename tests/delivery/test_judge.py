"""Each version is judged once for each watch, and no rule makes old news."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select, update

from alerts.selection import matching, watches_of
from alerts.watch import Term, Watch, packaged_watches
from storage import tables
from storage.database import Database
from tests.delivery.builders import COALITION, World, context, text

ROADS = Watch(name="wegen", title="Wegen", any=(Term("fietspad"),))
OTHER = text("het fietspad open is", coalition=False)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_every_version_is_judged_once(world: World) -> None:
    article = world.publish(text("dit nieuw is"))
    world.publish(OTHER)
    assert world.judge(COALITION, ROADS) == 4
    assert world.judge(COALITION, ROADS) == 0
    world.edit(article, OTHER)
    assert world.judge(COALITION, ROADS) == 2


def test_a_verdict_keeps_its_reasons(world: World) -> None:
    world.publish(text("dit nieuw is"))
    world.judge()
    with world.database.read() as session:
        [verdict] = session.scalars(select(tables.Judgement))
    assert verdict.because[0]["term"] == "AIC4NL"
    assert verdict.because[0]["where"] == "body"


def test_a_verdict_against_keeps_what_was_seen_without_counting(world: World) -> None:
    world.publish("De Duitse kring komt bijeen.")
    world.judge(Watch(name="kring", title="De kring", any=(Term("kring", unless=("Duitse kring",)),)))
    with world.database.read() as session:
        [verdict] = session.scalars(select(tables.Judgement))
    assert not verdict.matches
    assert [(reason["term"], reason["why"]) for reason in verdict.because] == [("kring", '"Duitse kring" stands in it')]


def test_with_nothing_new_judging_reads_no_version(world: World) -> None:
    for n in range(30):
        world.publish(text(f"bericht {n}"))
    world.judge()
    with statements(world.database) as seen:
        world.judge()
    assert len(seen) <= 5
    assert not any("FROM versions WHERE" in statement or "FROM changes WHERE" in statement for statement in seen)


def test_a_version_taken_out_of_quarantine_is_judged(world: World) -> None:
    held = world.publish(text("dit verdacht was"))
    with world.database.write() as session:
        session.execute(update(tables.Version).values(status="quarantined", number=None))
        session.execute(update(tables.Change).values(to_id=None))
    world.publish(OTHER)
    assert world.judge() == 1
    with world.database.write() as session:
        session.execute(update(tables.Version).where(tables.Version.article_id == held).values(status="accepted"))
        version = session.scalar(select(tables.Version.id).where(tables.Version.article_id == held))
        session.add(tables.Change(article_id=held, kind="new", to_id=version, detected=world.later()))
    assert world.judge() == 1


def test_edits_get_their_significance_and_summary(world: World) -> None:
    article = world.publish(text("er 204 miljoen is"))
    world.edit(article, text("er 210 miljoen is"))
    world.edit(article, text("er 210 miljoen is!"))
    world.judge()
    with world.database.read() as session:
        changes = session.scalars(select(tables.Change).where(tables.Change.kind == "edited")).all()
    assert [change.significance for change in changes] == ["major", "minor"]
    assert all(change.summary for change in changes)


def test_a_pair_that_cannot_be_compared_ranks_high_and_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_articles: object) -> None:
        raise RuntimeError("no words")

    article = world.publish(text("er 204 miljoen is"))
    world.edit(article, text("er 210 miljoen is"))
    monkeypatch.setattr("alerts.summaries.diff_articles", fails)
    assert world.judge() == 2
    with world.database.read() as session:
        assert session.scalar(select(tables.Change.significance).where(tables.Change.kind == "edited")) == "major"


def test_a_new_watch_makes_no_news_of_the_past(world: World) -> None:
    """Its reader subscribed while it was not configured, long ago."""
    world.subscribe(watch="wegen")
    world.publish(OTHER)
    world.judge(COALITION)
    world.later(days=400)
    world.context = context(COALITION, ROADS)
    assert [(mail.kind, mail.entries) for mail in world.digest()] == [("welcome", 0)]
    world.publish(OTHER.replace("open", "dicht"))
    assert [(mail.kind, mail.entries) for mail in world.digest()] == [("digest", 1)]


def test_a_watch_that_was_away_makes_no_news_of_its_absence(world: World) -> None:
    world.context = context(COALITION, ROADS)
    world.subscribe(watch="wegen")
    world.digest()
    world.publish(OTHER)
    world.judge(COALITION)
    assert world.digest() == []


def test_a_new_watch_hears_of_the_crawl_that_follows_its_appearance(world: World) -> None:
    world.publish(text("dit oud is"))
    world.judge(COALITION)
    world.subscribe(watch="wegen")
    world.publish(OTHER)
    world.context = context(COALITION, ROADS)
    assert [mail.entries for mail in world.digest()] == [0, 1]


def test_a_widened_rule_mails_no_old_articles(world: World) -> None:
    article = world.publish(OTHER)
    world.welcomed()
    wider = Watch(name="coalitie", title="De coalitie", any=(Term("AIC4NL"), Term("fietspad")))
    world.context = context(wider)
    assert world.digest() == []
    world.edit(article, OTHER.replace("open", "dicht"))
    assert [mail.entries for mail in world.digest()] == [1]


def test_a_release_with_another_packaged_rule_mails_no_old_articles(world: World) -> None:
    (packaged,) = packaged_watches()
    world.context = context(Watch(packaged.name, packaged.title, any=(Term("iets heel anders"),)))
    world.subscribe(watch=packaged.name)
    article = world.publish(text("dit nieuw is"))
    assert [(mail.kind, mail.entries) for mail in world.digest()] == [("welcome", 0)]
    world.context = context(packaged)
    assert world.digest() == []
    world.edit(article, text("dit veranderd is"))
    assert [mail.entries for mail in world.digest()] == [1]


def test_a_narrowed_rule_still_tells_what_matched_when_it_was_judged(world: World) -> None:
    world.welcomed(rhythm="daily")
    world.publish(text("dit nieuw is"))
    world.judge()
    world.context = context(Watch(name="coalitie", title="De coalitie", any=(Term("iets heel anders"),)))
    world.later(days=1)
    assert [mail.entries for mail in world.digest()] == [1]


def test_matching_says_whom_a_change_concerns(world: World) -> None:
    article = world.publish(OTHER)
    into = world.edit(article, text("het fietspad open is"))
    out = world.edit(article, text("het dicht is", coalition=False))
    world.judge(COALITION, ROADS)
    with world.database.read() as session:
        changes = {change.id: change for change in session.scalars(select(tables.Change))}
        first = min(changes)
        assert watches_of(session, changes.values()) == {
            first: ["wegen"], into: ["coalitie", "wegen"], out: ["coalitie", "wegen"]
        }  # fmt: skip
        verdicts = [matching(session, "coalitie", changes[change]) for change in (first, into, out)]
    assert [(verdict.concerns, verdict.became_relevant) for verdict in verdicts] == [
        (False, False), (True, True), (True, False)
    ]  # fmt: skip


def test_many_versions_are_judged_in_one_go(world: World) -> None:
    with world.database.write() as session:
        session.add(tables.Source(name="ibestuur"))
    for n in range(250):
        world.publish(text(f"bericht {n}", coalition=n % 2 == 0))
    assert world.judge(COALITION, ROADS) == 500
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(tables.Judgement).where(tables.Judgement.matches)) == 125
