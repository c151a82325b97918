"""Asked to stop, the service does so within ten seconds, at whatever moment and whatever its jobs wait for."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from cli.signals import StopSignals
from storage import tables
from tests.databases import sqlite_only
from tests.delivery.builders import World
from tests.delivery.smtp_server import ScriptedServer
from tests.service.conftest import PATIENCE, Installation, stop, wait_until

Install = Callable[..., Installation]


def test_a_mail_server_that_keeps_its_answer_to_itself_holds_up_no_stop(installed: Install) -> None:
    with ScriptedServer(seconds_before_answer=60) as server:
        place = installed(
            mail={"channel": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none"},
            schedule={"crawl": "0 4 * * *"},
        )
        world = World(place.database())
        world.subscribe()
        with world.database.write() as session:  # so that the service begins with the mail
            now = datetime.now(UTC)
            session.add(tables.Crawl(kind="crawl", started=now, finished=now, outcome="finished"))
        service = place.start("run", "--log-format", "json")
        wait_until(lambda: "END" in server.commands, "a mail on its way")
        assert stop(service) == 143
        assert [mail.state for mail in world.mails()] == ["sending"]
        server.seconds_before_answer = 0
        assert place.run("digest", "--log-format", "json")[0] == 0
        assert [mail.state for mail in world.mails()] == ["sent"]


@pytest.mark.parametrize("abstract", [False, True])
def test_systemd_hears_that_the_service_is_ready_and_that_it_stops_and_nothing_of_one_that_cannot_start(
    installed: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool
) -> None:
    name = f"@nieuwswacht-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(name.replace("@", "\0"))
        systemd.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        place = installed()
        service = place.start("run", "--log-format", "json")
        assert systemd.recv(64) == b"READY=1"
        assert place.log()[-1]["event"] == "on the timetable"
        assert stop(service) == 143
        assert systemd.recv(64) == b"STOPPING=1"
        place.configure(schedule={"crawl": "sometimes"})
        assert place.start("run").wait(PATIENCE) == 3
        systemd.setblocking(False)
        with pytest.raises(BlockingIOError):
            systemd.recv(64)


def test_a_signal_is_seen_at_once_whichever_thread_it_is_handed_to() -> None:
    """As when it comes in the instant before the main thread begins to wait, which cannot be hit on purpose."""
    with StopSignals() as signals:
        done = threading.Event()
        other = threading.Thread(target=done.wait)
        other.start()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        try:
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
            began = time.monotonic()
            assert signals.wait(20) == signal.SIGTERM
            assert time.monotonic() - began < 10
        finally:
            done.set()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


@sqlite_only
def test_asked_to_stop_while_it_starts_it_does_so_at_once(installed: Install) -> None:
    place = installed()
    with closing(sqlite3.connect(place.folder / "archive.db")) as somebody:
        somebody.execute("BEGIN EXCLUSIVE")  # the start has to wait for the archive
        service = place.start("run", "--log-format", "json")
        wait_until(lambda: psutil.Process(service.pid).children(), "its first child")
        assert stop(service) == 143
    assert place.log() == []
