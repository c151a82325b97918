"""Mails as files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from alerts.channels import FolderChannel, Unreachable
from alerts.outbox import send_waiting, waiting
from tests.delivery.builders import World

MAIL = b"From: a@example.org\r\nMessage-ID: <een@example.org>\r\n\r\nHallo\r\n"


def test_a_mail_becomes_one_file_named_after_its_message_id(tmp_path: Path) -> None:
    channel = FolderChannel(tmp_path / "uit")
    channel.send(MAIL, "lezer@example.org")
    channel.send(MAIL, "lezer@example.org")
    assert [file.name for file in (tmp_path / "uit").iterdir()] == ["een@example.org.eml"]
    assert (tmp_path / "uit" / "een@example.org.eml").read_bytes() == MAIL


def test_a_hostile_message_id_stays_inside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "uit"
    channel = FolderChannel(folder)
    channel.send(MAIL.replace(b"een@", b"../../een/.."), "lezer@example.org")
    channel.send(MAIL.replace(b"Message-ID: <een@example.org>\r\n", b""), "lezer@example.org")
    assert len(list(folder.glob("*.eml"))) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["uit"]


def test_a_reader_of_the_folder_never_meets_half_a_mail(tmp_path: Path) -> None:
    channel = FolderChannel(tmp_path)
    long = MAIL + b"x" * 500_000
    sizes: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            sizes.update(file.stat().st_size for file in tmp_path.glob("*.eml"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(10):
        channel.send(long, "lezer@example.org")
    done.set()
    watcher.join()
    assert sizes == {len(long)}


def test_a_folder_that_cannot_be_written_keeps_the_mails_and_calls_a_person(world: World, tmp_path: Path) -> None:
    (tmp_path / "uit").write_text("a file in the way")
    channel = FolderChannel(tmp_path / "uit")
    with pytest.raises(Unreachable, match="cannot be written"):
        channel.check()
    world.subscribe()
    world.digest()
    assert not send_waiting(world.database, channel, world.now).all_accepted
    assert world.notices() == {"outbox": True}
    (tmp_path / "uit").unlink()
    channel.check()
    assert send_waiting(world.database, channel, world.later()).sent == 1
    with world.database.read() as session:
        assert waiting(session) == []
