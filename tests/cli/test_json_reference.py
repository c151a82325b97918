"""docs/reference/json.md says what `--json` prints; it is written by `make docs`, from what the commands really print."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.reference.make import NOTE
from docs.reference.shapes import shape

from .conftest import Archive, Run

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"
HEAD = f"""{NOTE}

# JSON documents

What `--json` prints: every key, with the kind of its value. A moment is ISO 8601 in UTC. A list is shown by one item that has every
key any of them has. Keys may be added in later versions; none goes without a word in the [changelog](../../CHANGELOG.md).
"""
# In an order in which each finds something to print. URL is an article that was edited once more.
COMMANDS = (
    "recrawl URL --dry-run",
    "recrawl URL UNREAD SUSPECT",
    "articles",
    "show URL",
    "history URL",
    "diff URL",
    "changes",
    "search coalitie*",
    "extract URL",
    "quarantine",
    "reextract",
    "watches",
    "watch test 'De Duitse AI-coalitie groeit, en AIC4NL ook.'",
    "subscriptions",
    "digest --force",
    "outbox",
    "status",
    "check",
    "config show",
    "prune",
)
FETCHING = ("recrawl", "extract", "check")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_reference_of_json_documents_is_what_the_commands_print(
    archive: Archive, run: Run, child: Run, edited: str, pytestconfig: pytest.Config
) -> None:
    unread, suspect = [edit.url for edit in archive.edits if edit.change == "edited" and edit.url != edited][:2]
    archive.replica.set_fault("login_wall", unread)
    archive.replica.set_fault("truncated", suspect)
    folder = archive.folder / "mails"
    shutil.rmtree(folder)
    folder.write_text("no folder, so that mails wait")
    parts = [HEAD]
    for line in COMMANDS:
        words = shlex.split(line.replace("URL", edited).replace("UNREAD", unread).replace("SUSPECT", suspect))
        done = (child if words[0] in FETCHING else run)(*words, "--json")
        parts.append(f"## {line.replace(' UNREAD SUSPECT', '')}\n\n```json\n{shape(done.json)}\n```\n")
    text = "\n".join(parts)
    if pytestconfig.getoption("--update-goldens"):
        PAGE.write_text(text, encoding="utf-8")
    assert text == PAGE.read_text("utf-8"), "json.md says something else; look, then `make docs`"


@pytest.fixture
def edited(archive: Archive) -> Iterator[str]:
    """An article that says something else for the time of the test."""
    url = archive.url("edited")
    slug = url.rstrip("/").rpartition("/")[2]
    was = archive.replica.article(slug)
    archive.replica.edit(slug, lambda article: article.replace_text("210 miljoen", "215 miljoen"), title="Een vervolg")
    yield url
    archive.replica.edit(slug, title=was.title, blocks=was.blocks)
    archive.replica.clear_faults()
