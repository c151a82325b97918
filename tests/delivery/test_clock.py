"""A clock that was wrong for a while and set right: nobody waits for the time it had shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.operator import open_notices
from alerts.outbox import send_waiting
from tests.delivery.builders import World, text
from tests.delivery.test_digest import kinds
from tests.delivery.test_whole_story import FakeChannel

RIGHT = datetime(2025, 1, 8, 9, tzinfo=UTC)


def test_a_mail_put_off_until_a_time_that_will_not_come_for_years_is_sent_now(world: World) -> None:
    channel = FakeChannel()
    channel.answers = ["away"]
    world.later(days=800)
    world.subscribe()
    world.digest()
    send_waiting(world.database, channel, world.now)
    world.now = RIGHT
    assert send_waiting(world.database, channel, world.now).sent == 1
    assert world.mails()[0].state == "sent"


def test_the_operator_hears_of_mail_that_waits_although_it_was_written_in_the_future(world: World) -> None:
    channel = FakeChannel()
    world.later(days=800)
    world.subscribe()
    world.digest()
    world.now = RIGHT
    for _ in range(3):
        channel.answers = ["away"]
        assert send_waiting(world.database, channel, world.later(hours=1.5)).waiting == 1
    with world.database.read() as session:
        assert [notice.key for notice in open_notices(session)] == ["outbox"]


@pytest.mark.parametrize("rhythm", ["daily", "weekly"])
def test_a_rhythm_goes_by_the_clock_as_it_was_set_right(world: World, rhythm: str) -> None:
    world.later(days=800)
    reader = world.welcomed(rhythm=rhythm)
    world.publish(text("de klok verkeerd stond"))
    world.later(days=8)
    assert kinds(world.digest()) == [("digest", 1)]
    world.now = RIGHT
    world.publish(text("de klok goed staat"))
    assert world.digest() == []
    world.later(days=8)
    assert kinds(world.digest()) == [("digest", 1)]
    assert len(world.told(reader)) == 2


def test_a_day_that_comes_again_has_a_digest_of_its_own(world: World) -> None:
    world.welcomed(rhythm="daily")
    for bulletin in ("eerste", "tweede"):
        world.now = RIGHT
        world.publish(text(f"dit het {bulletin} bericht is"))
        world.digest()
        world.later(days=1)
        assert kinds(world.digest()) == [("digest", 1)]
    assert len({mail.message_id for mail in world.mails()}) == 3
    assert world.notices() == {}
