"""Pages of real sites kept as tests: the bytes, their address, and what a person has checked should be read there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

FOLDER = Path("tests/sites")
_CASE = re.compile(r"[a-z0-9][a-z0-9-]*")
# How it was read may change with a better extractor; what was read may not.
_NOT_EXPECTED = ("rules", "method")


def save_fixture(source: str, case: str, url: str, body: bytes, reading: dict[str, Any]) -> Path:
    """Write tests/sites/SOURCE/CASE/{page.html,expected.json}; never over an existing case."""
    if not _CASE.fullmatch(case):
        raise click.UsageError(f"--save-as takes a short name such as 'interview-2026', not '{case}'.")
    folder = FOLDER / source / case
    if folder.exists():
        raise click.UsageError(f"{folder} exists already; name another case or remove it.")
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(body)
    expected = {"page_url": url, **{name: value for name, value in reading.items() if name not in _NOT_EXPECTED}}
    (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return folder
