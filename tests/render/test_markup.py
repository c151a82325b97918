"""The markup of mails, looked at by others' tools: html-validate, and what mail programs know by caniemail's tables."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from .cases import CASES

TOOLS = Path(__file__).parents[1] / "markup"
MAILS = [str(Path(__file__).parent / "golden" / f"{case}.html") for case in CASES]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("node") is None or not (TOOLS / "node_modules").exists():
        pytest.skip("the markup tools are not installed; with Node.js 20 or newer: npm ci --prefix tests/markup")
    return subprocess.run(["node", *arguments], cwd=TOOLS, capture_output=True, text=True, timeout=60, check=False)


def validate(*files: str) -> str:
    done = run("node_modules/html-validate/bin/html-validate.mjs", "--config", "mails.json", *files)
    return done.stdout + done.stderr if done.returncode else ""


def unknown(*files: str) -> dict[str, list[str]]:
    done = run("caniemail.mjs", *files)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_html_validate_finds_nothing_in_any_mail() -> None:
    assert validate(*MAILS) == ""


def test_html_validate_does_look(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.html"
    wrong.write_text(
        "<!doctype html><html lang='nl'><head><title>Mail</title></head><body><p><div>fout</p></body></html>"
    )
    assert "error" in validate(str(wrong))


def test_whatever_a_mail_program_does_not_know_is_known_to_be_harmless() -> None:
    harmless = tomllib.loads((TOOLS / "caniemail.toml").read_text("utf-8"))
    assert set(unknown(*MAILS)) == set(harmless)


def test_caniemail_does_look(tmp_path: Path) -> None:
    daring = tmp_path / "daring.html"
    daring.write_text("<!doctype html><html lang='nl'><body><p style='position:fixed'>tekst</p></body></html>")
    assert any("position" in feature for feature in unknown(str(daring)))
