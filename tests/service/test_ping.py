"""The dead-man's switch never does harm, and never gives itself away."""

from __future__ import annotations

import logging
import socket

import pytest

from cli.service.ping import ping, ping_address
from tests.service.ping_server import PingServer


def test_start_and_fail_come_behind_the_path_and_success_is_the_bare_address() -> None:
    assert ping_address("https://hc.example.org/a/b/", "start") == "https://hc.example.org/a/b/start"
    assert ping_address("https://hc.example.org/a?create=1", "fail") == "https://hc.example.org/a/fail?create=1"
    assert ping_address("https://hc.example.org/a?create=1", "success") == "https://hc.example.org/a?create=1"


def test_each_signal_is_one_get(switch: PingServer) -> None:
    ping(switch.url, "start")
    ping(switch.url, "success")
    ping(switch.url, "fail")
    assert switch.asked == ["/geheim-4711/start", "/geheim-4711", "/geheim-4711/fail"]


def test_no_address_is_no_ping_and_no_trouble() -> None:
    ping("", "start")


def test_a_switch_that_refuses_or_is_away_is_logged_without_its_address(
    switch: PingServer, caplog: pytest.LogCaptureFixture
) -> None:
    switch.status = 404
    with caplog.at_level(logging.WARNING):
        ping(switch.url, "start")
        ping("http://127.0.0.1:9/geheim-4711", "start")
    assert [record.__dict__["reason"] for record in caplog.records] == ["404", "URLError"]
    assert "geheim" not in caplog.text + repr([record.__dict__ for record in caplog.records])


def test_a_switch_that_never_answers_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.service.ping.TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ping(f"http://127.0.0.1:{silent.getsockname()[1]}/x", "start")
