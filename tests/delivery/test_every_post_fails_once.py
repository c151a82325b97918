"""P2 for chat rooms: whichever post fails, each room is told each change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.channels import PostChannel
from alerts.outbox import Sending, send_waiting
from tests.delivery.builders import World, text
from tests.delivery.post_server import PostServer

# What each room is told of; the second one is told by a later digest.
TOLD = ("Het budget", "De planning")
POSTS = range(1, 5)


@pytest.fixture
def rooms() -> Iterator[PostServer]:
    with PostServer() as first:
        yield first


@pytest.fixture
def following(world: World, rooms: PostServer) -> World:
    for title in TOLD:
        world.publish(text("het nog niet zo ver is"), title=title, tellable=False)
    for number in (1, 2):
        world.subscribe(f"json://{rooms.host}/kamer-{number}")
    world.digest()
    send(world)
    rooms.accepted.clear()
    return world


def send(world: World) -> Sending:
    return send_waiting(world.database, PostChannel(timeout=5), world.later(), stopped=lambda: False)


def happen(world: World) -> None:
    """Two digests, each with a post for each room."""
    for article in (1, 2):
        world.edit(article, text("het zo ver is"))
        world.digest()
        send(world)


def settle(world: World) -> None:
    for _ in range(4):
        world.now += timedelta(hours=2)
        world.digest()
        send(world)


def told(rooms: PostServer) -> list[tuple[str, int]]:
    return [(title, sum(title in post["title"] for post in rooms.accepted)) for title in TOLD]


@pytest.mark.parametrize("number", POSTS)
@pytest.mark.parametrize("answer", [500, 503, 429, 408])
def test_a_post_that_is_put_off_is_made_once(answer: int, number: int, following: World, rooms: PostServer) -> None:
    rooms.script.extend([200] * (number - 1) + [answer])
    happen(following)
    settle(following)
    assert told(rooms) == [(title, 2) for title in TOLD]
    assert rooms.asked == len(POSTS) + 3


@pytest.mark.parametrize("number", POSTS)
def test_a_post_whose_answer_is_lost_is_made_at_most_twice(number: int, following: World, rooms: PostServer) -> None:
    rooms.script.extend([200] * (number - 1) + ["drop"])
    happen(following)
    settle(following)
    assert [times for _, times in told(rooms)] == ([3, 2] if number <= 2 else [2, 3])
