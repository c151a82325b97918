"""Log lines: one a happening, harmless, without secrets, and from whoever logs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from cli import logs
from tests.service.conftest import ROOT


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers
    logs._secrets.clear()


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_a_json_log_has_one_document_a_happening_with_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(0, "json")
    logging.getLogger("alerts.outbox").warning("mail not accepted", extra={"mail": 3, "cause": "greylisted"})
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        logging.getLogger("alerts").exception("the channel failed")
    first, second = map(json.loads, lines(capsys))
    assert first.pop("timestamp").endswith("Z")
    first.pop("message", None)  # left there by pytest's own handler
    assert first == {
        "event": "mail not accepted", "level": "warning", "logger": "alerts.outbox", "mail": 3, "cause": "greylisted",
    }  # fmt: skip
    assert "ValueError: first" in second["exception"]


@pytest.mark.parametrize(("verbosity", "said"), [(-1, 1), (0, 2), (1, 3), (2, 4), (9, 4)])
def test_quiet_says_errors_and_each_v_says_more(verbosity: int, said: int, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(verbosity, "text")
    # Scrapy sets a level on its own logger, which must not let everything through.
    scrapy = logging.getLogger("scrapy.core.engine")
    logging.getLogger("scrapy").setLevel(logging.DEBUG)
    for level in (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG):
        scrapy.log(level, "something")
    assert len(lines(capsys)) == said


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_a_page_says_cannot_forge_a_line_or_steer_a_terminal(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(0, log_format)
    logging.getLogger("x").warning("title %s", "a\nERROR forged\x1b[2J\u202e", extra={"urls": ["b\r\nc\x07"]})
    (line,) = lines(capsys)
    assert not {"\x1b", "\x07", "\u202e"} & set(line)
    assert "\\u001b" not in line


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_secret_is_shown_not_even_in_a_traceback(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(0, log_format)
    logs.hide("w8w00rd!", "")
    try:
        raise RuntimeError("login w8w00rd! at postgresql://me:s3cret@db/x")
    except RuntimeError:
        logging.getLogger("x").exception("could not log in with w8w00rd!", extra={"password": "w8w00rd!"})
    text = capsys.readouterr().err
    assert "w8w00rd!" not in text
    assert "s3cret" not in text
    assert "***" in text


def test_messages_to_people_are_log_lines_too_where_a_program_reads() -> None:
    command = [sys.executable, "-m", "cli.main", "show", "https://example.org/x", "--log-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
    assert [json.loads(line)["level"] for line in done.stderr.splitlines()] == ["error"]


def test_a_command_that_logs_nothing_does_not_load_structlog() -> None:
    code = "import sys; from cli.main import run; run(['--help']); print('structlog' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stderr.strip() == "False"
