"""Sending by SMTP, against a server that misbehaves on cue. Numbers are rows of the table of faults."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from alerts.channels import SmtpChannel, Unreachable
from alerts.outbox import Sending, retry, send_waiting
from alerts.subscriptions import unsubscribe
from storage import tables
from tests.delivery.builders import World, text
from tests.delivery.smtp_server import ScriptedServer, self_signed

TIMEOUT = 5.0


def plain(server: ScriptedServer, timeout: float = TIMEOUT) -> SmtpChannel:
    return SmtpChannel("127.0.0.1", server.port, "none", timeout=timeout)


def send(world: World, channel: SmtpChannel) -> Sending:
    return send_waiting(world.database, channel, world.now)


@pytest.fixture
def waiting(world: World) -> World:
    """One welcome in the outbox."""
    world.subscribe()
    world.digest()
    return world


def only_mail(world: World) -> tables.Mail:
    [mail] = world.mails()
    return mail


def reader(world: World) -> tables.Subscription:
    with world.database.read() as session:
        return session.get_one(tables.Subscription, 1)


def test_a_mail_arrives_whole_and_is_sent_once(waiting: World) -> None:
    with ScriptedServer() as server:
        assert send(waiting, plain(server)).sent == 1
        assert send(waiting, plain(server)).sent == 0
        [one] = server.accepted
    mail = only_mail(waiting)
    assert (one.sender, one.recipient) == ("wacht@example.org", "lezer@example.org")
    assert one.message == mail.message
    assert (mail.state, mail.sent_at) == ("sent", waiting.now)


def test_many_mails_share_one_connection(world: World) -> None:
    for n in range(5):
        world.subscribe(f"lezer{n}@example.org")
    world.digest()
    with ScriptedServer() as server:
        assert send(world, plain(server)).sent == 5
        assert server.connections == 1


def test_a_connection_the_server_ends_between_mails_is_opened_again(world: World) -> None:
    for n in range(3):
        world.subscribe(f"lezer{n}@example.org")
    world.digest()
    with ScriptedServer({"MAIL": ["ok", "drop", "ok", "421 4.7.0 that was enough"]}) as server:
        assert send(world, plain(server)).sent == 3
        assert len(server.accepted) == 3


@pytest.mark.parametrize("fault", ["refused", "421 4.3.2 closing", "drop"])
def test_r69_a_server_that_is_away_leaves_the_mail_pending_with_growing_pauses(waiting: World, fault: str) -> None:
    with ScriptedServer({"CONNECT": [fault] * 9}) as server:
        port = server.port if fault != "refused" else dead_port()
        channel = SmtpChannel("127.0.0.1", port, "none", timeout=TIMEOUT)
        pauses = []
        for _ in range(5):
            assert not send(waiting, channel).all_accepted
            mail = only_mail(waiting)
            assert mail.state == "pending"
            pauses.append((mail.next_attempt - waiting.now) / timedelta(minutes=1))
            waiting.now = mail.next_attempt
        assert pauses == [1, 5, 15, 60, 60]
        assert server.accepted == []


def test_r69_the_operator_hears_after_two_hours_and_again_when_mail_flows(waiting: World) -> None:
    gone = SmtpChannel("127.0.0.1", dead_port(), "none")
    send(waiting, gone)
    assert waiting.notices() == {}
    waiting.later(minutes=110)
    send(waiting, gone)
    assert waiting.notices() == {}
    waiting.later(minutes=11)
    send(waiting, gone)
    assert waiting.notices() == {"outbox": True}
    waiting.later(hours=1)
    with ScriptedServer() as server:
        assert send(waiting, plain(server)).all_accepted
    assert waiting.notices() == {"outbox": False}


def test_r69_a_server_that_is_away_is_asked_once_a_turn(world: World) -> None:
    for n in range(4):
        world.subscribe(f"lezer{n}@example.org")
    world.digest()
    with ScriptedServer({"CONNECT": ["421 no"] * 9}) as server:
        send(world, plain(server))
        assert server.connections == 1


def test_r70_greylisting_is_tried_again(waiting: World) -> None:
    with ScriptedServer({"RCPT": ["450 4.2.0 greylisted, come back"]}) as server:
        assert not send(waiting, plain(server)).all_accepted
        assert only_mail(waiting).state == "pending"
        assert "450" in only_mail(waiting).last_error
        assert send(waiting, plain(server)).sent == 0
        waiting.later(minutes=1)
        assert send(waiting, plain(server)).sent == 1
    assert reader(waiting).bounces == 0


def test_r70_a_refusal_for_now_holds_up_nobody_else(world: World) -> None:
    world.subscribe("een@example.org")
    world.subscribe("twee@example.org")
    world.digest()
    with ScriptedServer({"RCPT": ["450 4.2.0 later"]}) as server:
        send(world, plain(server))
        assert [one.recipient for one in server.accepted] == ["twee@example.org"]


def test_r70_days_of_not_now_end_in_a_failure_that_is_told(waiting: World) -> None:
    with ScriptedServer({"RCPT": ["452 4.2.2 mailbox full"] * 2}) as server:
        send(waiting, plain(server))
        waiting.later(days=6)
        send(waiting, plain(server))
    assert only_mail(waiting).state == "failed"
    assert waiting.notices()["mail:1"]


def test_r71_a_refused_address_fails_the_mail_and_tells_the_operator(waiting: World) -> None:
    with ScriptedServer({"RCPT": ["550 5.7.1 not here"]}) as server:
        assert send(waiting, plain(server)).failed == 1
    assert only_mail(waiting).state == "failed"
    assert (reader(waiting).bounces, reader(waiting).state) == (1, "active")
    assert waiting.notices() == {"refused:1": True}


def test_r71_a_refusal_that_was_written_down_without_our_hearing_of_it_counts_once(waiting: World) -> None:
    written = []

    def note(session: Session, _context: object) -> None:
        written.extend(one for one in session.dirty if isinstance(one, tables.Subscription))

    def unheard(_session: Session) -> None:
        if written:
            event.remove(Session, "after_flush", note)
            event.remove(Session, "after_commit", unheard)
            raise OSError("the answer to COMMIT is lost")

    with ScriptedServer({"RCPT": ["550 5.7.1 not here"]}) as server:
        event.listen(Session, "after_flush", note)
        event.listen(Session, "after_commit", unheard)
        with pytest.raises(OSError, match="COMMIT is lost"):
            send(waiting, plain(server))
    assert only_mail(waiting).state == "failed"
    assert (reader(waiting).bounces, reader(waiting).state) == (1, "active")


def test_r71_three_refusals_in_a_row_pause_the_address(world: World) -> None:
    with ScriptedServer({"RCPT": ["550 5.7.1 not here"] * 3}) as server:
        world.subscribe()
        for n in range(4):
            world.publish(text(f"bericht {n}"))
            world.digest()
            send(world, plain(server))
        assert server.accepted == []
    assert (reader(world).bounces, reader(world).state) == (3, "paused")
    assert world.notices() == {"refused:1": True, "paused:1": True}


def test_r71_an_accepted_mail_forgets_earlier_refusals(world: World) -> None:
    with ScriptedServer({"RCPT": ["550 5.7.1 no", "550 5.7.1 no", "ok", "550 5.7.1 no"]}) as server:
        world.subscribe()
        for n in range(4):
            world.digest()
            send(world, plain(server))
            world.publish(text(f"bericht {n}"))
        assert len(server.accepted) == 1
    assert (reader(world).bounces, reader(world).state) == (1, "active")


def test_r71_an_unknown_mailbox_is_paused_at_once_and_retry_loses_nothing(waiting: World) -> None:
    with ScriptedServer({"RCPT": ["550 5.1.1 no such user"]}) as server:
        send(waiting, plain(server))
        assert reader(waiting).state == "paused"
        waiting.publish(text("dit intussen gebeurde"))
        assert waiting.digest() == []
        with waiting.database.write() as session:
            assert retry(session, None, waiting.now) == 1
        assert send(waiting, plain(server)).sent == 1
        assert (reader(waiting).state, reader(waiting).bounces) == ("active", 0)
        assert [mail.entries for mail in waiting.digest()] == [1]
        assert send(waiting, plain(server)).sent == 1
    assert not any(waiting.notices().values())


def test_r71_subscribing_again_sends_what_was_refused(waiting: World) -> None:
    with ScriptedServer({"RCPT": ["550 5.1.1 no such user"]}) as server:
        send(waiting, plain(server))
        assert waiting.subscribe().outcome == "resumed"
        assert send(waiting, plain(server)).sent == 1


def test_r72_a_text_refused_for_now_is_tried_again(waiting: World) -> None:
    with ScriptedServer({"END": ["451 4.3.0 try later"], "DATA": ["ok", "451 4.3.0 not yet"]}) as server:
        for state in ("pending", "pending", "sent"):
            send(waiting, plain(server))
            assert only_mail(waiting).state == state
            waiting.later(minutes=6)


def test_r72_a_text_refused_for_good_fails_and_is_told_but_is_not_the_address_s_fault(waiting: World) -> None:
    with ScriptedServer({"END": ["554 5.7.1 looks like spam"]}) as server:
        assert send(waiting, plain(server)).failed == 1
    assert reader(waiting).bounces == 0
    assert waiting.notices() == {"mail:1": True}


def test_r72_a_failed_mail_is_sent_by_retry_and_the_notice_closes(waiting: World) -> None:
    with ScriptedServer({"END": ["554 5.7.1 looks like spam"]}) as server:
        send(waiting, plain(server))
        waiting.later(days=1)
        assert send(waiting, plain(server)) == Sending()
        with waiting.database.write() as session:
            retry(session, [1], waiting.now)
        assert send(waiting, plain(server)).sent == 1
    assert waiting.notices() == {"mail:1": False}


@pytest.mark.parametrize("stage", ["MAIL", "END"])
def test_r72_a_mail_too_large_is_sent_once_more_without_its_html(waiting: World, stage: str) -> None:
    with ScriptedServer({stage: ["552 5.3.4 too big"]}) as server:
        whole = message_from_bytes(only_mail(waiting).message or b"", policy=default)
        assert send(waiting, plain(server)).sent == 1
        [one] = server.accepted
    short = message_from_bytes(one.message, policy=default)
    assert short.get_content_type() == "text/plain"
    assert short["Message-ID"] == whole["Message-ID"]
    assert short["List-Unsubscribe"] == whole["List-Unsubscribe"]
    text_part = whole.get_body(("plain",))
    assert text_part is not None
    assert short.get_content().split() == text_part.get_content().split()


def test_r72_a_mail_too_large_even_without_html_fails(waiting: World) -> None:
    with ScriptedServer({"END": ["552 5.3.4 too big", "552 5.3.4 still too big"]}) as server:
        assert send(waiting, plain(server)).failed == 1
        assert server.commands.count("END") == 2


@pytest.mark.parametrize(("fault", "copies"), [("drop", 1), ("store and drop", 2)])
def test_r73_a_connection_lost_after_the_final_dot_means_one_repeat(waiting: World, fault: str, copies: int) -> None:
    with ScriptedServer({"END": [fault]}) as server:
        assert not send(waiting, plain(server)).all_accepted
        assert only_mail(waiting).state == "uncertain"
        waiting.later(minutes=1)
        assert send(waiting, plain(server)).sent == 1
        assert server.message_ids == [only_mail(waiting).message_id] * copies


def test_r73_a_connection_lost_inside_the_text_is_uncertain_too(waiting: World) -> None:
    with ScriptedServer({"DATA": ["drop inside"]}) as server:
        send(waiting, plain(server))
        assert only_mail(waiting).state == "uncertain"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_r73_a_connection_lost_before_the_text_is_a_plain_no(waiting: World, stage: str) -> None:
    with ScriptedServer({stage: ["drop"]}) as server:
        send(waiting, plain(server))
        assert (only_mail(waiting).state, only_mail(waiting).repeats) == ("pending", 0)


def test_r73_an_answer_lost_twice_is_logged_and_left_to_a_person(
    waiting: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with ScriptedServer({"END": ["store and drop"] * 3}) as server:
        for _ in range(4):
            send(waiting, plain(server))
            waiting.later(hours=2)
        assert len(server.accepted) == 2
    assert only_mail(waiting).state == "failed"
    assert waiting.notices()["mail:1"]
    assert [record.message for record in caplog.records] == ["mail not accepted"] * 2


def test_r73_a_repeat_refused_for_now_is_still_to_be_made(waiting: World) -> None:
    with ScriptedServer({"END": ["store and drop"], "RCPT": ["ok", "450 4.2.0 later"]}) as server:
        for _ in range(5):
            send(waiting, plain(server))
            waiting.later(hours=2)
        assert len(server.accepted) == 2
    assert only_mail(waiting).state == "sent"


def test_r74_a_server_silent_after_the_final_dot_is_uncertain(waiting: World) -> None:
    with ScriptedServer({"END": ["store and hang"]}) as server:
        assert not send(waiting, plain(server, timeout=0.3)).all_accepted
        assert only_mail(waiting).state == "uncertain"
        waiting.later(minutes=1)
        assert send(waiting, plain(server)).sent == 1
        assert len(set(server.message_ids)) == 1


def test_r75_without_starttls_nothing_is_said_in_the_clear(waiting: World) -> None:
    with ScriptedServer(login=("wacht", "geheim")) as server:
        channel = SmtpChannel("127.0.0.1", server.port, "starttls", "wacht", "geheim", timeout=TIMEOUT)
        sending = send(waiting, channel)
        assert (server.logins, server.accepted, server.commands) == ([], [], ["CONNECT"])
    assert "STARTTLS" in sending.reason
    assert only_mail(waiting).state == "pending"
    assert waiting.notices() == {"outbox": True}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_r75_a_certificate_nobody_vouches_for_is_refused(waiting: World, tmp_path: Path, security: str) -> None:
    with ScriptedServer(tls=security, certificate=self_signed(tmp_path)) as server:
        channel = SmtpChannel("127.0.0.1", server.port, security, timeout=TIMEOUT)  # type: ignore[arg-type]
        assert "cannot be trusted" in send(waiting, channel).reason
        assert server.accepted == []
    assert waiting.notices() == {"outbox": True}


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_r75_with_a_trusted_certificate_log_in_and_mail_go_encrypted(
    waiting: World, tmp_path: Path, security: str
) -> None:
    pem = self_signed(tmp_path)
    with ScriptedServer(tls=security, certificate=pem, login=("wacht", "geheim")) as server:
        trusting = ssl.create_default_context(cafile=str(pem))
        channel = SmtpChannel(
            "127.0.0.1",
            server.port,
            security,
            "wacht",
            "geheim",
            TIMEOUT,
            context=trusting,  # type: ignore[arg-type]
        )
        channel.check()
        assert send(waiting, channel).sent == 1
        assert server.accepted[0].encrypted


def test_a_refused_log_in_is_told_at_once_and_keeps_the_mail(waiting: World, tmp_path: Path) -> None:
    pem = self_signed(tmp_path)
    with ScriptedServer(tls="starttls", certificate=pem, login=("wacht", "geheim")) as server:
        trusting = ssl.create_default_context(cafile=str(pem))
        channel = SmtpChannel("127.0.0.1", server.port, "starttls", "wacht", "fout", TIMEOUT, context=trusting)
        with pytest.raises(Unreachable, match="log-in") as caught:
            channel.check()
        assert "fout" not in str(caught.value)
        assert not send(waiting, channel).all_accepted
    assert only_mail(waiting).state == "pending"
    assert waiting.notices() == {"outbox": True}


def test_a_refused_sender_stops_the_turn_and_blames_no_reader(world: World) -> None:
    world.subscribe("een@example.org")
    world.subscribe("twee@example.org")
    world.digest()
    with ScriptedServer({"MAIL": ["550 5.7.1 you may not send as that"] * 2}) as server:
        send(world, plain(server))
        assert server.commands.count("MAIL") == 1
    assert [mail.state for mail in world.mails()] == ["pending", "pending"]
    assert reader(world).bounces == 0
    assert world.notices() == {"outbox": True}


_KILLED_AFTER_250 = """
import os, sys
from datetime import datetime
from alerts.channels import SmtpChannel
from alerts.outbox import send_waiting
from storage.database import open_database

class KilledAfterAccept(SmtpChannel):
    def send(self, message, recipient):
        super().send(message, recipient)
        os.kill(os.getpid(), 9)

url, port, now = sys.argv[1:]
send_waiting(open_database(url), KilledAfterAccept("127.0.0.1", int(port), "none"), datetime.fromisoformat(now))
"""


def test_r76_killed_between_acceptance_and_commit_means_exactly_one_repeat(waiting: World) -> None:
    with ScriptedServer() as server:
        arguments = [waiting.database.url, str(server.port), waiting.now.isoformat()]
        for attempt in range(3):
            killed = subprocess.run([sys.executable, "-c", _KILLED_AFTER_250, *arguments], check=False)
            # The third process finds a mail whose answer was lost twice: it sends nothing and lives.
            assert killed.returncode == (-9 if attempt < 2 else 0)
        assert server.message_ids == [only_mail(waiting).message_id] * 2
    assert only_mail(waiting).state == "failed"
    assert waiting.notices()["mail:1"]


def test_r76_a_mail_found_half_sent_is_repeated_once_and_then_done(waiting: World) -> None:
    with waiting.database.write() as session:
        session.get_one(tables.Mail, 1).state = "sending"
    with ScriptedServer() as server:
        for _ in range(3):
            send(waiting, plain(server))
        assert server.message_ids == [only_mail(waiting).message_id]
    assert only_mail(waiting).state == "sent"


def test_r79_a_mail_to_someone_who_unsubscribed_is_not_sent(waiting: World) -> None:
    waiting.subscribe("blijver@example.org")
    waiting.digest()
    with waiting.database.write() as session:
        assert len(unsubscribe(session, "Lezer@example.org", None, waiting.now)) == 1
    with ScriptedServer() as server:
        send(waiting, plain(server))
        assert [one.recipient for one in server.accepted] == ["blijver@example.org"]
    assert waiting.mails("lezer@example.org") == []


def test_r79_unsubscribed_while_the_server_said_not_now_is_not_tried_again(waiting: World) -> None:
    class LeavesMeanwhile(SmtpChannel):
        def send(self, message: bytes, recipient: str) -> None:
            with waiting.database.write() as session:
                unsubscribe(session, recipient, None, waiting.now)
            super().send(message, recipient)

    with ScriptedServer({"RCPT": ["450 4.2.0 later"]}) as server:
        send(waiting, LeavesMeanwhile("127.0.0.1", server.port, "none", timeout=TIMEOUT))
        waiting.later(hours=2)
        assert send(waiting, plain(server)) == Sending()
    assert waiting.mails() == []


def test_a_domain_with_accents_is_reached_by_its_ascii_name(world: World) -> None:
    world.subscribe("bestuur@gemeente-súdwest.example")
    world.digest()
    with ScriptedServer() as server:
        assert send(world, plain(server)).sent == 1
        assert server.accepted[0].recipient == "bestuur@xn--gemeente-sdwest-cvb.example"


def dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
