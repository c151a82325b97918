"""Many readers of one thing: each is told it once, by a mail of his own, and one more costs little."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import event

from alerts.channels import FolderChannel
from alerts.digest import compile_due
from alerts.entries import Edition
from alerts.outbox import send_waiting
from alerts.render import render
from tests.delivery.builders import World, text

READERS = 45  # more than are written in one transaction


def subscribe(world: World, first: int, last: int) -> None:
    for number in range(first, last):
        world.subscribe(f"lezer{number}@example.org")


@pytest.fixture
def crowd(world: World) -> World:
    """Forty-five readers with the same to hear, and the last of them with less."""
    for number in range(3):
        world.publish(text(f"dit al bekend is: {number}"), tellable=False)
    subscribe(world, 0, READERS - 1)
    world.publish(text("een ding gebeurt"), title="Een")
    subscribe(world, READERS - 1, READERS)
    world.digest()
    world.edit(1, text("iets gewijzigd is"))
    world.publish(text("een ander ding gebeurt"), title="Twee")
    return world


def told(world: World) -> list[int]:
    return [len(world.told(reader)) for reader in range(1, READERS + 1)]


def test_each_is_told_everything_once_in_a_mail_of_his_own(crowd: World) -> None:
    crowd.digest()
    assert told(crowd) == [3] * (READERS - 1) + [2]
    mails = crowd.mails()
    assert len({mail.message_id for mail in mails}) == len(mails)
    for mail in mails:
        message = message_from_bytes(mail.message or b"", policy=default)
        assert (message["To"], message["Message-ID"]) == (mail.recipient, mail.message_id)
    per_reader = Counter(mail.recipient for mail in mails)
    assert set(per_reader.values()) == {3, 2}  # a welcome, the first digest where one was due, and this one
    assert crowd.digest() == []


def test_one_among_them_whose_mail_cannot_be_made_is_the_only_one_without(crowd: World) -> None:
    def fails_for_one(edition: Edition, sender: str, recipient: str, message_id: str, date: datetime) -> bytes:
        if recipient == "lezer30@example.org":
            raise ValueError("no words for it")
        return render(edition, sender, recipient, message_id, date)

    before = told(crowd)
    compiled = compile_due(crowd.database, crowd.context, crowd.later(), render=fails_for_one)
    assert [one.recipient for one in compiled if one.state == "failed"] == ["lezer30@example.org"]
    assert [one.recipient for one in compiled] == [f"lezer{number}@example.org" for number in range(READERS)]
    after = told(crowd)
    assert [reader for reader, (was, now) in enumerate(zip(before, after, strict=True)) if was == now] == [30]
    assert [one.recipient for one in crowd.digest()] == ["lezer30@example.org"]


def test_another_reader_costs_a_handful_of_statements(world: World, tmp_path: Path) -> None:
    world.publish(text("dit al bekend is"), tellable=False)
    asked: list[str] = []

    @event.listens_for(world.database.engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def tell(articles: int) -> int:
        """Written and sent; how many statements it took."""
        for number in range(articles):
            world.publish(text(f"er iets gebeurt: {number}"))
        asked.clear()
        compiled = world.digest()
        with FolderChannel(tmp_path) as channel:
            assert send_waiting(world.database, channel, world.now).sent == len(compiled)
        return len(asked)

    spent = []
    for first, last in ((0, 20), (20, 60)):
        subscribe(world, first, last)
        tell(0)  # the welcomes
        tell(1)  # from now on all have been told up to the same moment
        spent.append(tell(10))
    assert (spent[1] - spent[0]) / 40 < 12
