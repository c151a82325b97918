"""The commands that the documentation shows are run, page by page, on a small archive of a site on this machine."""

from __future__ import annotations

import shlex
import shutil
from urllib.request import urlopen

import pytest

from tests.databases import SERVER
from tests.test_docs import shown_commands

from .conftest import Archive, Run

FETCHING = {"crawl", "recrawl", "extract", "check"}
# What runs until it is stopped, or needs a server of its own: by which test it is run instead.
ELSEWHERE = {
    ("run",): "tests/service",
    ("serve",): "tests/web/test_serve.py",
    ("copy",): "tests/storage",
    ("demo",): "tests/replica/test_demo.py",
    ("worker",): "tests/service",
    **({("restore",): "tests/cli/test_copy.py"} if SERVER else {}),  # there it goes into an empty database
}
# A page may show what only helps in trouble that this archive does not have.
IN_TROUBLE = {("quarantine", "accept"): {0, 1}, ("quarantine", "reject"): {0, 1}}


def pages() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for page, line in shown_commands():
        found.setdefault(page, []).append(shlex.split(line, comments=True)[1:])
    return found


def here(words: list[str], archive: Archive) -> list[str]:
    """A documented command with this archive's names: its folder, its site, its source."""
    names = {
        "https://ibestuur.nl/artikel/een-stuk/": archive.url("edited"),
        "https://news.example.org/2026/a-story/": archive.url("edited"),
        "example": "replica",
        "ibestuur": "replica",
    }
    folders = ("/etc/nieuwswacht/", "/etc/", "/var/backups/")
    for folder in folders:
        words = [word.replace(folder, f"{archive.folder}/kept/") for word in words]
    return [names.get(word, word) for word in words]


def test_the_documentation_shows_commands() -> None:
    assert sum(len(lines) for lines in pages().values()) > 15


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", pages())
def test_the_commands_of_a_page_work_one_after_the_other(page: str, archive: Archive, run: Run, child: Run) -> None:
    (archive.folder / "kept").mkdir()
    with urlopen(archive.url("edited")) as served, (archive.folder / "page.html").open("wb") as file:
        shutil.copyfileobj(served, file)
    for words in pages()[page]:
        if any(tuple(words[: len(start)]) == start for start in ELSEWHERE):
            continue
        if words == ["init"]:
            (archive.folder / "nieuwswacht.toml").rename(archive.folder / "kept" / "nieuwswacht.toml")
        done = (child if words[0] in FETCHING else run)(*here(words, archive))
        if words == ["init"]:
            (archive.folder / "kept" / "nieuwswacht.toml").rename(archive.folder / "nieuwswacht.toml")
        expected = next((codes for start, codes in IN_TROUBLE.items() if tuple(words[:2]) == start), {0})
        assert done.code in expected, f"nieuwswacht {' '.join(words)}: {done.err}"
