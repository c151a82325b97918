"""With `--log-format json` every line on stderr is one document, whoever has something to say, and whatever went wrong."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.service.conftest import ROOT, Installation

Install = Callable[..., Installation]


def documents(*command: str, code: str = "import cli.main; cli.main.main()") -> tuple[int, list[dict[str, Any]]]:
    """Exit code and what stderr said; fails when a line of it is no document."""
    done = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize(
    "mistake",
    [
        ["--log-format", "json", "crawl", "--sooner"],
        ["crawl", "--sooner", "--log-format=json"],
        ["crwl", "--log-format", "json"],
        ["--log-format", "json", "recrawl"],
    ],
)
def test_a_mistake_on_the_command_line_is_one_document_too(mistake: list[str]) -> None:
    code, said = documents(*mistake)
    assert (code, [one["level"] for one in said]) == (2, ["error"])


def test_an_unusable_configuration_is_one_document_too(installed: Install) -> None:
    place = installed(crawl={"delay": "long"})
    code, said = documents("run", "--log-format", "json", "--config", str(place.config))
    assert code == 3
    assert "[crawl] delay" in said[0]["event"]
    assert len(said) == 1


_TROUBLE = """
import cli.context, cli.main, threading, warnings
def broken(app):
    warnings.warn("this will go away")
    thread = threading.Thread(target=lambda: 1 / 0, name="aside")
    thread.start()
    thread.join()
    raise ValueError("first\\nsecond")
cli.context.digest_context = broken
cli.main.main()
"""


def test_a_warning_a_dead_thread_and_a_bug_of_ours_are_documents_too() -> None:
    code, said = documents("digest", "-v", "--log-format", "json", code=_TROUBLE)
    assert code == 1
    assert [one["level"] for one in said] == ["warning", "error", "error", "error"]
    assert "this will go away" in said[0]["event"]
    assert (said[1]["thread_name"], said[1]["exception"].splitlines()[-1]) == (
        "aside",
        "ZeroDivisionError: division by zero",
    )
    assert "in broken" in said[2]["exception"]
    assert "unexpected: ValueError: first second" in said[3]["event"]


def test_a_terminal_gets_no_progress_bar_between_the_documents(installed: Install, site: str) -> None:
    place = installed(site)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cli.main", "crawl", "-v", "--log-format", "json", "--config", str(place.config)]
    crawl = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT)
    os.close(theirs)
    said = b""
    with suppress(OSError):  # how a terminal says that nobody is there any more
        while part := os.read(ours, 65536):
            said += part
    os.close(ours)
    assert crawl.wait(60) == 0
    assert [json.loads(line)["level"] for line in said.decode().splitlines()]
