"""The operator hears of trouble once when it begins and once when it ends; and of sending that was paused."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import select

from alerts.channels import FolderChannel
from alerts.operator import close_notice, open_notice, open_notices, operator_mails
from alerts.outbox import send_waiting
from storage import tables
from tests.delivery.builders import SENDER, World


def tell(world: World, address: str = "beheer@example.org") -> list[str]:
    """The subjects of the mails that this turn wrote."""
    with world.database.write() as session:
        count = operator_mails(session, address, world.later(), sender=SENDER)
    return [mail.subject for mail in world.mails()][len(world.mails()) - count :]


def note(world: World, key: str, text: str) -> bool:
    with world.database.write() as session:
        return open_notice(session, key, text, world.later())


def over(world: World, key: str) -> bool:
    with world.database.write() as session:
        return close_notice(session, key, world.later())


def test_trouble_is_told_once_and_its_end_once(world: World) -> None:
    assert note(world, "source:ibestuur", "iBestuur does not answer")
    assert not note(world, "source:ibestuur", "iBestuur still does not answer")
    assert tell(world) == ["[storing] iBestuur still does not answer"]
    note(world, "source:ibestuur", "iBestuur does not answer at all")
    assert tell(world) == []
    assert over(world, "source:ibestuur")
    assert not over(world, "source:ibestuur")
    assert tell(world) == ["[hersteld] iBestuur still does not answer"]
    assert tell(world) == []


def test_the_same_trouble_later_is_new_trouble(world: World) -> None:
    for _ in range(2):
        note(world, "disk", "The disk is almost full")
        assert tell(world) == ["[storing] The disk is almost full"]
        over(world, "disk")
        assert tell(world) == ["[hersteld] The disk is almost full"]
    assert len({mail.message_id for mail in world.mails()}) == 4


def test_trouble_that_came_and_went_is_one_mail(world: World) -> None:
    note(world, "disk", "The disk is almost full")
    over(world, "disk")
    assert tell(world) == ["[hersteld] The disk is almost full"]


def test_without_an_address_nothing_is_written_and_old_trouble_is_not_dug_up(world: World) -> None:
    note(world, "disk", "The disk is almost full")
    over(world, "disk")
    note(world, "source:ibestuur", "iBestuur does not answer")
    assert tell(world, "") == []
    assert tell(world) == ["[storing] iBestuur does not answer"]
    with world.database.read() as session:
        assert [notice.key for notice in open_notices(session)] == ["source:ibestuur"]


def test_the_mail_says_when_in_local_time_and_what_to_do(world: World) -> None:
    note(world, "disk", "The disk is almost full\r\nBcc: evil@example.org")
    tell(world)
    message = message_from_bytes(world.mails()[0].message or b"", policy=default)
    assert message["Bcc"] is None
    content = message.get_content()
    assert "10:10" in content  # 09.10 UTC
    assert "nieuwswacht status" in content


def test_while_sending_is_paused_nothing_leaves(world: World, tmp_path: Path) -> None:
    world.subscribe()
    world.digest()
    with world.database.write() as session:
        session.add(tables.Setting(key="sending_paused", value="restored from a backup"))
    sending = send_waiting(world.database, FolderChannel(tmp_path), world.now)
    assert (sending.paused, sending.sent) == (True, 0)
    assert list(tmp_path.glob("*.eml")) == []
    with world.database.write() as session:
        session.delete(session.get_one(tables.Setting, "sending_paused"))
    assert send_waiting(world.database, FolderChannel(tmp_path), world.now).sent == 1


def test_the_bytes_of_old_mails_are_forgotten_but_not_that_they_were_sent(world: World, tmp_path: Path) -> None:
    world.subscribe()
    world.digest()
    send_waiting(world.database, FolderChannel(tmp_path), world.now)
    send_waiting(world.database, FolderChannel(tmp_path), world.later(days=31))
    with world.database.read() as session:
        [mail] = session.scalars(select(tables.Mail))
        assert (mail.state, mail.message, mail.recipient) == ("sent", None, "lezer@example.org")
