"""The pass on which correctness rests: it finds what is owed, whichever timer did not fire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.subscriptions import subscribe, unsubscribe
from cli.service.plan import make_plan
from cli.service.turn import turn
from storage import tables
from storage.crawls import begin
from storage.locks import crawling
from tests.delivery.builders import START, World, text
from tests.service.conftest import Installation

Install = Callable[..., Installation]
DAY = timedelta(days=1)


@pytest.fixture
def place(installed: Install) -> Installation:
    return installed()


def outcomes(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(tables.Crawl.outcome).order_by(tables.Crawl.id)))


def test_r78_one_digest_makes_up_for_all_the_windows_that_a_sleeping_host_missed(place: Installation) -> None:
    world = World(place.database())
    world.welcomed(rhythm="daily")
    world.publish(text("het plan er is"), title="Plan gereed")
    code, _ = turn(place.app(world.now + 3 * DAY), {})
    assert code == 0
    turn(place.app(world.now + 3 * DAY), {})
    assert [mail.count("Subject: ") for mail in place.mails() if "Plan gereed" in mail] == [1]


@pytest.mark.parametrize("rhythm", ["immediately", "daily", "weekly"])
def test_r78_a_digest_that_never_came_into_being_is_made_up_for_a_week_later(place: Installation, rhythm: str) -> None:
    world = World(place.database())
    world.welcomed(rhythm=rhythm)
    world.publish(text("het plan er is"), title="Plan gereed")
    for _ in range(2):
        assert turn(place.app(world.now + 7 * DAY), {})[0] == 0
    assert ["Plan gereed" in mail for mail in place.mails()] == [True]


def test_r76_a_mail_whose_sender_was_killed_is_sent_once_more_by_the_next_turn(place: Installation) -> None:
    world = World(place.database())
    world.subscribe()
    world.digest()
    with world.database.write() as session:
        session.get_one(tables.Mail, 1).state = "sending"
    _, document = turn(place.app(world.now), {})
    assert document["sent"] == 1
    assert len(place.mails()) == 1


def test_a_change_of_rhythm_and_a_farewell_hold_at_the_very_next_turn(place: Installation) -> None:
    world = World(place.database())
    for reader in ("een@example.org", "twee@example.org", "drie@example.org"):
        world.welcomed(reader, "weekly")
    world.publish(text("het plan er is"), title="Plan gereed")
    turn(place.app(world.now), {})
    assert place.mails() == []
    with world.database.write() as session:
        subscribe(session, "een@example.org", "coalitie", "immediately", world.now)
        unsubscribe(session, "twee@example.org", None, world.now)
    turn(place.app(world.now), {})
    (mail,) = place.mails()
    assert "To: een@example.org" in mail
    turn(place.app(world.now + 7 * DAY), {})
    assert sorted(line for mail in place.mails() for line in mail.splitlines() if line.startswith("To: ")) == [
        "To: drie@example.org",
        "To: een@example.org",
    ]


def test_a_week_without_news_is_one_mail_that_says_so_for_who_asked_for_weekly_mails_alone(place: Installation) -> None:
    world = World(place.database())
    for reader, rhythm in (("dag@example.org", "daily"), ("week@example.org", "weekly")):
        world.welcomed(reader, rhythm)
    for hours in (0, 1, 24):
        turn(place.app(world.now + 7 * DAY + timedelta(hours=hours)), {})
    (mail,) = place.mails()
    assert "To: week@example.org" in mail
    assert "niets" in mail


def test_a_crawl_whose_process_died_is_settled(place: Installation) -> None:
    world = World(place.database())
    begin(world.database, "crawl", START, pid=1)
    _, document = turn(place.app(START + DAY), {})
    assert outcomes(world) == ["interrupted"]
    assert document["settled_crawls"] == [1]


def test_a_crawl_at_work_is_left_alone(place: Installation) -> None:
    world = World(place.database())
    with crawling(world.database, ["proef"]):
        begin(world.database, "crawl", START, 1, ["proef"])
        turn(place.app(START + DAY), {})
        assert outcomes(world) == ["running"]


def test_what_a_crash_left_is_settled_before_the_service_starts_to_crawl(place: Installation) -> None:
    world = World(place.database())
    begin(world.database, "crawl", START, pid=1)
    plan = make_plan(place.app(START + DAY))
    assert outcomes(world) == ["interrupted"]
    assert plan.last_crawl is None, "an interrupted crawl is not a crawl"


def test_the_last_crawl_that_came_to_its_end_survives_a_restart(place: Installation) -> None:
    world = World(place.database())
    with world.database.write() as session:
        session.add(tables.Crawl(kind="crawl", started=START, finished=START, outcome="partial"))
        session.add(tables.Crawl(kind="recrawl", started=START + DAY, finished=START + DAY, outcome="finished"))
    plan = make_plan(place.app(START + DAY))
    assert plan.last_crawl == START
    assert type(plan).from_json(plan.to_json()) == plan


def test_mail_that_was_not_accepted_says_when_it_is_offered_again_and_leaves_then(place: Installation) -> None:
    world = World(place.database())
    (place.folder / "outbox").write_text("in the way of the folder")
    world.subscribe()
    code, document = turn(place.app(world.now), {})
    assert code == 6
    assert document["waiting"] == 1
    assert document["next_attempt"] == place.app().utc(world.now + timedelta(minutes=1))
    (place.folder / "outbox").unlink()
    code, document = turn(place.app(world.now + timedelta(minutes=1)), {})
    assert (code, document["sent"], document["next_attempt"]) == (0, 1, None)
    assert len(place.mails()) == 1


def test_trouble_of_the_service_is_a_notice_until_it_is_over(place: Installation) -> None:
    world = World(place.database())
    turn(place.app(START), {"service crawl": "It crashed."})
    turn(place.app(START), {"service crawl": "It crashed."})
    assert world.notices() == {"service crawl": True}
    turn(place.app(START), {"service crawl": ""})
    assert world.notices() == {"service crawl": False}
