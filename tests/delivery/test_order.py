"""The order in which a reader's mails arrive, and what a sender that is asked to stop leaves behind."""

from __future__ import annotations

import signal
import socket
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from alerts.channels import SmtpChannel
from alerts.outbox import Sending, send_waiting
from storage import tables
from tests.delivery.builders import World, text
from tests.delivery.smtp_server import ScriptedServer
from tests.service.conftest import Installation, wait_until


def channel(port: int) -> SmtpChannel:
    return SmtpChannel("127.0.0.1", port, "none", timeout=5)


def subjects(server: ScriptedServer) -> list[str]:
    return [str(message_from_bytes(one.message, policy=default)["Subject"]) for one in server.accepted]


def nobody_answers() -> SmtpChannel:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return channel(int(probe.getsockname()[1]))


def _pause_first_mail(world: World) -> None:
    with world.database.write() as session:
        session.get_one(tables.Mail, 1).next_attempt = world.now + timedelta(hours=1)


def test_after_an_absence_of_the_server_a_reader_s_mails_arrive_in_the_order_they_were_written(world: World) -> None:
    world.subscribe()
    world.digest()
    send_waiting(world.database, nobody_answers(), world.now)
    world.publish(text("er een plan is"))
    world.digest()
    _pause_first_mail(world)
    with ScriptedServer() as server:
        assert send_waiting(world.database, channel(server.port), world.now).sent == 2
        assert [subject.startswith("Welkom") for subject in subjects(server)] == [True, False]


def test_a_mail_that_is_refused_for_now_holds_up_neither_its_reader_s_next_nor_anybody_else_s(world: World) -> None:
    for address in ("een@example.org", "twee@example.org"):
        world.subscribe(address)
    world.digest()
    world.publish(text("er een plan is"))
    world.digest()
    with ScriptedServer({"RCPT": ["450 4.2.0 later"]}) as server:
        assert send_waiting(world.database, channel(server.port), world.now) == Sending(
            sent=3, waiting=1, reason="450 4.2.0 later"
        )
        assert [one.recipient for one in server.accepted] == ["twee@example.org", "een@example.org", "twee@example.org"]


def test_the_pause_of_a_mail_is_kept_while_nothing_follows_it(world: World) -> None:
    world.subscribe("een@example.org")
    world.digest()
    send_waiting(world.database, nobody_answers(), world.now)
    world.subscribe("twee@example.org")
    world.digest()
    _pause_first_mail(world)
    with ScriptedServer() as server:
        send_waiting(world.database, channel(server.port), world.now)
        assert [one.recipient for one in server.accepted] == ["twee@example.org"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_digest_that_is_asked_to_stop_hears_the_answer_about_the_mail_on_its_way_and_sends_no_other(
    number: signal.Signals, tmp_path: Path
) -> None:
    with ScriptedServer(seconds_before_answer=1.0) as server:
        place = Installation(
            tmp_path, mail={"channel": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none"}
        )
        world = World(place.database())
        for address in ("een@example.org", "twee@example.org"):
            world.subscribe(address)
        sending = place.start("digest", "--json")
        wait_until(lambda: "DATA" in server.commands, "a mail on its way")
        time.sleep(0.2)
        sending.send_signal(number)
        assert sending.wait(10) == 128 + number
        assert [mail.state for mail in world.mails()] == ["sent", "pending"]
        assert place.run("digest")[0] == 0
        assert sorted(one.recipient for one in server.accepted) == ["een@example.org", "twee@example.org"]
        place.end()
