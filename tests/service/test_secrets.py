"""A secret comes from the environment, a file or the configuration, and goes nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import sqlite_only
from tests.delivery.builders import World
from tests.delivery.smtp_server import ScriptedServer
from tests.nursery import Child
from tests.service.conftest import ROOT, Installation

Install = Callable[..., Installation]
PASSWORD, SWITCH, ARCHIVE = "w8woord-4711", "http://127.0.0.1:9/schakelaar-4712", "databank-4713"


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    """By file and by value."""
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    (tmp_path / "password").chmod(0o600)
    return {
        "NIEUWSWACHT_MAIL__PASSWORD_FILE": str(tmp_path / "password"),
        "NIEUWSWACHT_OPERATOR__PING_URL": SWITCH,
    }


def said(place: Installation, secrets: dict[str, str], *command: str, code: str = "") -> str:
    """Everything a command wrote, to either stream."""
    command, environment = (*command, "--config", str(place.config)), {**os.environ, **secrets}
    if not code:
        return "".join(Child(*command, cwd=ROOT, env=environment).communicate(60))
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        env=environment, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def shows_none(text: str) -> bool:
    return not any(secret in text for secret in (PASSWORD, SWITCH, "schakelaar", ARCHIVE))


def test_config_show_masks_each_secret_and_says_where_it_came_from(installed: Install, secrets: dict[str, str]) -> None:
    place = installed(storage={"url": f"postgresql://wacht:{ARCHIVE}@db.example.org/archief"})
    text = said(place, secrets, "config", "show", "--origin")
    assert shows_none(text)
    rows = {row["key"]: row for row in json.loads(said(place, secrets, "config", "show", "--json"))}
    for key, value, origin in (
        ("mail.password", "***", "$NIEUWSWACHT_MAIL__PASSWORD_FILE"),
        ("operator.ping_url", "***", "$NIEUWSWACHT_OPERATOR__PING_URL"),
        ("storage.url", "postgresql+psycopg://wacht:***@db.example.org/archief", str(place.config)),
    ):
        assert (rows[key]["value"], rows[key]["origin"]) == (value, origin)
        assert f"{key}\t{value}\t{origin}" in text


@sqlite_only
def test_a_refused_log_in_shows_the_password_nowhere(installed: Install, secrets: dict[str, str]) -> None:
    refusal = f"535 5.7.8 no, not with {PASSWORD}"  # some servers echo what they were given
    with ScriptedServer({"CONNECT": [refusal] * 9}) as server:
        place = installed(
            mail={"channel": "smtp", "host": "127.0.0.1", "port": server.port, "security": "none", "username": "wacht"},
            operator={"email": "beheer@example.org"},
        )
        World(place.database()).subscribe()
        for command in (["digest", "-vv"], ["check"], ["outbox", "--json"], ["status"]):
            text = said(place, secrets, *command)
            assert "not with ***" in text or command == ["status"]
            assert shows_none(text), command


_BUG = """
import cli.context, cli.main
def broken(app):
    password, url = app.config.mail.password, app.config.storage.url
    raise RuntimeError(f"could not use {password} for {url} or {app.config.operator.ping_url}")
cli.context.digest_context = broken
cli.main.main()
"""


@pytest.mark.parametrize("options", [[], ["-v"], ["-v", "--log-format", "json"]])
def test_a_bug_of_ours_shows_no_secret_in_its_message_or_traceback(
    installed: Install, secrets: dict[str, str], options: list[str]
) -> None:
    place = installed(storage={"url": f"postgresql://wacht:{ARCHIVE}@127.0.0.1:9/archief"})
    text = said(place, secrets, "digest", *options, code=_BUG)
    assert "RuntimeError" in text
    assert shows_none(text)


def test_a_server_that_cannot_be_reached_is_named_without_its_password(
    installed: Install, secrets: dict[str, str]
) -> None:
    place = installed(storage={"url": f"postgresql://wacht:{ARCHIVE}@127.0.0.1:9/archief"})
    for command in (["run"], ["status", "--json"]):
        text = said(place, secrets, *command)
        assert "127.0.0.1" in text
        assert shows_none(text), command
