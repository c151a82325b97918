"""`status` as its reader sees it: four answers, and exit code 1 exactly when a person is needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click.testing
import pytest

from alerts.notices import open_notice
from cli.app import App
from cli.main import cli
from cli.service.overview import NOTHING
from cli.service.turn import turn
from storage import tables
from storage.locks import held
from tests.databases import sqlite_only
from tests.delivery.builders import START, World, text
from tests.service.conftest import Installation

Install = Callable[..., Installation]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(installed: Install) -> Installation:
    return installed(schedule={"crawl": "every 10 minutes"})


@pytest.fixture
def world(place: Installation) -> World:
    """Crawled, with one reader who had his welcome: nothing to worry about."""
    world = World(place.database())
    world.publish(text("het begin"), tellable=False)
    crawl(world, world.now)
    world.subscribe()
    turn(place.app(world.now), {})
    return world


def crawl(world: World, at: datetime, outcome: str = "finished", state: str = "ok", reason: str = "") -> None:
    with world.database.write() as session:
        session.add(tables.Crawl(kind="crawl", started=at, finished=at, outcome=outcome, report={"requests": 12}))
        source = session.query(tables.Source).one()
        source.state, source.reason, source.state_since = state, reason, at
        source.last_good = at if state == "ok" else source.last_good


def status(place: Installation, at: datetime, *options: str) -> tuple[int, str]:
    app = App(config_file=str(place.config), clock=lambda: at)
    result = click.testing.CliRunner().invoke(cli, ["status", *options], obj=app, standalone_mode=False)
    app.close()
    return int(result.return_value), result.stdout


def document(place: Installation, at: datetime) -> dict[str, Any]:
    return dict(json.loads(status(place, at, "--json")[1]))


def test_when_all_is_well_it_says_so_and_ends_with_0(place: Installation, world: World) -> None:
    code, screen = status(place, world.now)
    assert code == 0
    for line in (
        "ibestuur: ok, last good 2025-01-08 10:10", "1 articles, 0 of them gone", "last digest: welcome,",
        "0 mails waiting, 0 failed", "the service is not running", "Nothing needs a person.",
    ):  # fmt: skip
        assert line in screen


def test_its_document_always_has_the_same_keys(place: Installation, world: World) -> None:
    def keys(part: object) -> object:
        return {name: keys(value) for name, value in part.items()} if isinstance(part, dict) else ...

    expected = keys({**NOTHING, "looked": {**NOTHING["looked"], "last_crawl": ...}})
    seen = document(place, world.now)
    seen["looked"]["last_crawl"] = seen["told"]["last_digest"] = ...
    assert keys(seen) == expected


@sqlite_only
def test_without_an_archive_it_says_what_to_do(place: Installation) -> None:
    (place.folder / "archive.db").unlink()
    code, screen = status(place, START)
    assert code == 1
    assert "run `nieuwswacht crawl` first" in screen
    assert document(place, START).keys() == NOTHING.keys()


def test_a_source_that_is_not_well_needs_a_person(place: Installation, world: World) -> None:
    crawl(world, world.now, "failed", "broken", "no seed could be read")
    code, screen = status(place, world.now)
    assert code == 1
    assert "Source ibestuur: no seed could be read." in screen


def test_a_source_that_rests_because_its_server_asked_for_it_says_until_when(place: Installation, world: World) -> None:
    with world.database.write() as session:
        session.query(tables.Source).one().not_before = world.now + timedelta(hours=1)
    assert "resting until 2025-01-08 11:20" in status(place, world.now)[1]
    assert "resting" not in status(place, world.now + timedelta(hours=2))[1]


def test_an_open_notice_needs_a_person_and_is_not_told_twice(place: Installation, world: World) -> None:
    crawl(world, world.now, "failed", "broken", "no seed could be read")
    with world.database.write() as session:
        open_notice(session, "source ibestuur", "ibestuur: no seed could be read", world.now)
    seen = document(place, world.now)
    assert seen["problems"] == ["ibestuur: no seed could be read"]
    assert [notice["key"] for notice in seen["notices"]] == ["source ibestuur"]


def test_quarantine_failed_mail_and_paused_sending_each_need_a_person(place: Installation, world: World) -> None:
    with world.database.write() as session:
        version = session.query(tables.Version).one()
        copied = {column.name: getattr(version, column.name) for column in tables.Version.__table__.columns}
        session.add(
            tables.Version(**(copied | {"id": 99, "number": None, "status": "quarantined", "reason": "twijfel"}))
        )
        session.query(tables.Mail).one().state = "failed"
        session.add(tables.Setting(key="sending_paused", value="1"))
    problems = " ".join(document(place, world.now)["problems"])
    for part in ("1 version(s) in quarantine", "1 mail(s) failed", "Sending is paused"):
        assert part in problems


def test_mail_may_wait_for_two_hours_and_no_longer(place: Installation, world: World) -> None:
    with world.database.write() as session:
        mail = session.query(tables.Mail).one()
        mail.state, mail.created = "pending", world.now
    crawl(world, world.now + timedelta(hours=2))
    assert status(place, world.now + timedelta(hours=2))[0] == 0
    code, screen = status(place, world.now + timedelta(hours=2) + MINUTE)
    assert code == 1
    assert "1 mail(s) wait, for more than two hours" in screen


def test_three_intervals_without_a_good_crawl_need_a_person_where_a_service_should_run(
    place: Installation, world: World
) -> None:
    last = world.now - 10 * MINUTE
    for minutes in (10, 20):
        crawl(world, last + minutes * MINUTE, "failed")
    assert status(place, last + 29 * MINUTE)[0] == 0
    code, screen = status(place, last + 30 * MINUTE)
    assert code == 1
    assert "No crawl could read its sources since 2025-01-08 09:10 UTC; the service is not running" in screen
    with held(world.database, "run"):
        assert document(place, last + 30 * MINUTE)["problems"] == [
            "No crawl could read its sources since 2025-01-08 09:10 UTC."
        ]


def test_a_crawl_may_take_longer_than_the_pause_between_two(place: Installation, world: World) -> None:
    place.configure(schedule={"crawl": "every 2 seconds"})
    last = world.now - 10 * MINUTE  # when the world's crawl was
    assert status(place, last + 9 * MINUTE)[0] == 0
    assert status(place, last + 10 * MINUTE)[0] == 1


def test_who_never_ran_a_service_is_not_told_to(place: Installation) -> None:
    world = World(place.database())
    world.publish(text("het begin"), tellable=False)
    crawl(world, world.now)
    assert status(place, world.now + timedelta(days=30))[0] == 0


def test_when_next_holds_while_the_service_runs(place: Installation, world: World) -> None:
    with held(world.database, "run"):
        coming = document(place, world.now)["next"]
    assert (coming["crawl"], coming["daily"], coming["weekly"]) == (
        "2025-01-08T09:20:00Z", "2025-01-09T06:30:00Z", "2025-01-13T06:30:00Z",
    )  # fmt: skip
    assert document(place, world.now)["next"]["crawl"] is None
