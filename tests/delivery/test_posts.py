"""Digests to chat rooms and webhooks: the outbox's promises hold for them as for mails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from alerts.channels import FolderChannel, PostChannel, SmtpChannel, Ways
from alerts.outbox import Sending, retry, send_waiting
from alerts.posts import reader_name
from alerts.subscriptions import unsubscribe
from storage import tables
from tests.delivery.builders import World, text
from tests.delivery.post_server import PostServer

SECRET = "geheim-4f2a"


@pytest.fixture
def server() -> Iterator[PostServer]:
    with PostServer() as made:
        yield made


def webhook(server: PostServer) -> str:
    return f"json://gebruiker:{SECRET}@{server.host}/haak/{SECRET}"


def topic(server: PostServer) -> str:
    return f"ntfy://{server.host}/onderwerp-{SECRET}"


@pytest.fixture
def send(world: World, tmp_path: Path) -> Iterator[object]:
    def now(mail: object = None) -> Sending:
        channel = Ways(mail or FolderChannel(tmp_path / "mails"), PostChannel(timeout=5))  # type: ignore[arg-type]
        return send_waiting(world.database, channel, world.later(), stopped=lambda: False)

    return now  # type: ignore[return-value]


@pytest.fixture
def following(world: World, server: PostServer, send) -> World:  # type: ignore[no-untyped-def]
    """A webhook that had its welcome."""
    world.publish(text("het budget 204 miljoen euro is"), title="Het budget", tellable=False)
    world.subscribe(webhook(server))
    world.digest()
    send()
    assert [post["title"] for post in server.accepted] == ["Welkom: u volgt De coalitie op iBestuur"]
    server.accepted.clear()
    return world


def mail(world: World) -> tables.Mail:
    return world.mails()[-1]


def reader(world: World) -> tables.Subscription:
    with world.database.read() as session:
        return session.get_one(tables.Subscription, 1)


def edit(world: World) -> None:
    world.edit(1, text("het budget 210 miljoen euro is"))
    world.digest()


def test_a_webhook_is_told_each_change_once(following: World, server: PostServer, send) -> None:  # type: ignore[no-untyped-def]
    edit(following)
    assert send().sent == 1
    following.digest()
    assert send() == Sending()
    (post,) = server.accepted
    assert "Het budget" in post["title"]
    assert "Was: Vandaag meldt AIC4NL dat het budget 204 miljoen euro is." in post["message"]
    assert "Nu: Vandaag meldt AIC4NL dat het budget 210 miljoen euro is." in post["message"]
    assert "https://example.org/artikel-1" in post["message"].splitlines()
    assert following.told(1) == [2]


def test_ntfy_gets_a_headline_and_a_text(world: World, server: PostServer, send) -> None:  # type: ignore[no-untyped-def]
    world.publish(text("het budget 204 miljoen euro is"), title="Het budget")
    world.judge()
    world.subscribe(topic(server))
    world.digest()
    assert send().sent == 1
    (post,) = server.accepted
    assert post["topic"] == f"onderwerp-{SECRET}"
    assert post["title"].startswith("Welkom")
    assert "Het budget" in post["message"]


def test_a_room_and_a_mailbox_that_follow_the_same_are_both_told(
    following: World,
    server: PostServer,
    send,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    following.welcomed("lezer@example.org")
    edit(following)
    assert send().sent == 2
    assert len(server.accepted) == 1
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 1


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_room_that_answers_later_gets_the_same_post_later(
    status: int,
    following: World,
    server: PostServer,
    send,  # type: ignore[no-untyped-def]
) -> None:
    server.script.append(status)
    edit(following)
    assert send().waiting == 1
    assert f"answered {status}" in mail(following).last_error
    following.now += timedelta(minutes=2)
    assert send().sent == 1
    assert send() == Sending()
    assert len(server.accepted) == 1


def test_a_server_that_is_away_holds_up_no_mail_and_loses_nothing(
    following: World,
    server: PostServer,
    send,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    following.subscribe("json://127.0.0.1:1/weg")
    following.welcomed("lezer@example.org")
    edit(following)
    turn = send()
    assert (turn.sent, turn.waiting, turn.failed) == (2, 1, 0)
    assert "cannot be reached" in turn.reason
    assert len(server.accepted) == len(list((tmp_path / "mails").glob("*.eml"))) == 1


def test_a_mail_server_that_is_away_holds_up_no_post(following: World, server: PostServer, send) -> None:  # type: ignore[no-untyped-def]
    following.welcomed("eerder@example.org")
    edit(following)
    turn = send(SmtpChannel("127.0.0.1", 1, "none", timeout=5))
    assert (turn.sent, turn.waiting) == (1, 1)
    assert len(server.accepted) == 1


def test_a_room_that_is_gone_is_left_alone_at_once_and_the_operator_hears(
    following: World,
    server: PostServer,
    send,  # type: ignore[no-untyped-def]
) -> None:
    server.script.append(404)
    edit(following)
    assert send().failed == 1
    assert reader(following).state == "paused"
    assert following.notices()["paused:1"]
    with following.database.write() as session:
        retry(session, None, following.now)
    assert send().sent == 1
    assert len(server.accepted) == 1


def test_a_room_that_refuses_three_times_is_left_alone(following: World, server: PostServer, send) -> None:  # type: ignore[no-untyped-def]
    server.script.extend([401, 403, 400])
    for words in ("een", "twee", "drie"):
        assert reader(following).state == "active"
        following.edit(1, text(words))
        following.digest()
        assert send().failed == 1
    assert reader(following).state == "paused"


def test_a_lost_answer_is_one_repeat_and_no_more(following: World, server: PostServer, send) -> None:  # type: ignore[no-untyped-def]
    server.script.extend(["drop", "drop"])
    edit(following)
    assert send().waiting == 1
    assert mail(following).state == "uncertain"
    following.now += timedelta(minutes=2)
    assert send().failed == 1
    for _ in range(3):
        following.now += timedelta(hours=1)
        assert send() == Sending()
    assert server.asked == 3
    assert [post["title"] for post in server.accepted] == [mail(following).subject] * 2


def test_who_left_before_it_was_posted_is_not_told_and_its_address_is_forgotten(
    following: World,
    server: PostServer,
    send,  # type: ignore[no-untyped-def]
) -> None:
    edit(following)
    with following.database.write() as session:
        assert len(unsubscribe(session, webhook(server), None, following.now)) == 1
    assert send() == Sending()
    assert server.accepted == []
    assert (reader(following).post_url, reader(following).address) == ("", reader_name(webhook(server)))


def test_the_name_of_a_room_ends_its_subscription_too(following: World, server: PostServer) -> None:
    with following.database.write() as session:
        assert len(unsubscribe(session, reader_name(webhook(server)), None, following.now)) == 1


@pytest.mark.parametrize("answer", [200, 503, 404, "drop"])
def test_p6_what_is_secret_in_an_address_is_in_no_mail_log_or_error(
    answer: int | str,
    following: World,
    server: PostServer,
    send,  # type: ignore[no-untyped-def]
) -> None:
    log = StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel("DEBUG")
    try:
        server.script.append(answer)
        edit(following)
        turn = send()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    with following.database.read() as session:
        rows = [
            {name: value for name, value in vars(row).items() if name != "post_url"}
            for table in (tables.Subscription, tables.Mail, tables.Notice)
            for row in session.query(table)
        ]
    assert SECRET not in f"{rows} {turn} {log.getvalue()}"
    assert server.asked == 2


def test_p6_a_headline_calls_nobody(world: World, server: PostServer, send) -> None:  # type: ignore[no-untyped-def]
    world.publish(text("iets is"), title="@everyone en @channel <!channel>")
    world.judge()
    world.subscribe(topic(server))
    world.digest()
    send()
    (post,) = server.accepted
    assert "everyone" in post["message"]
    assert "@everyone" not in post["message"] + post["title"]
