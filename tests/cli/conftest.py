"""One small archive for all command tests: a first crawl, the demo's edits, a second crawl, by the real commands."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cli.demo.content import articles
from cli.demo.edits import DemoEdit, demo_edits
from cli.demo.model import Replica
from cli.demo.server import serve
from tests.databases import copied_url, fresh_url
from tests.nursery import Child

CONFIG = """\
[storage]
url = "{url}"
min_free_bytes = 0
[crawl]
seeds = ["source.toml"]
delay = 0
allow_private_hosts = true
gone_after_hours = 0
[mail]
folder = "mails"
"""


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Archive:
    """A folder with a configuration and an archive, `archive`, that holds the demo's edits."""

    folder: Path
    replica: Replica
    edits: list[DemoEdit] = field(default_factory=list)

    @property
    def database(self) -> str:
        """Where the archive is."""
        return fresh_url(self.folder)

    def url(self, change: str) -> str:
        """The first article to which the demo did this."""
        return next(edit.url for edit in self.edits if edit.change == change)


Run = Callable[..., Done]


def command(folder: Path, *arguments: str) -> Done:
    child = Child(*arguments, cwd=folder)
    out, err = child.communicate(timeout=100)
    return Done(child.wait(0), out, err)


@pytest.fixture(scope="session")
def _crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("archive")
    replica = Replica(articles())
    replica.set_noise(1)
    with serve(replica) as url:
        (folder / "nieuwswacht.toml").write_text(CONFIG.format(url=fresh_url(folder)))
        seeds = json.dumps([f"{url}/thema/data-en-ai/", f"{url}/sitemap.xml"])
        (folder / "source.toml").write_text(f'name = "replica"\nstart_urls = {seeds}\n')
        assert command(folder, "crawl", "--json").json["baseline"] is True
        assert command(folder, "subscribe", "lezer@example.org").code == 0
        assert command(folder, "digest").code == 0
        archive = Archive(folder, replica, demo_edits(replica))
        assert command(folder, "crawl", "--json").code == 0
        yield archive


@pytest.fixture
def archive(_crawled: Archive, tmp_path: Path) -> Archive:
    """A copy for one test to read or spoil; the replica behind it is shared and still being served."""
    shutil.copytree(_crawled.folder, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("archive.db*"))
    url = copied_url(fresh_url(_crawled.folder), tmp_path)
    (tmp_path / "nieuwswacht.toml").write_text(CONFIG.format(url=url))
    return Archive(tmp_path, _crawled.replica, _crawled.edits)


@pytest.fixture
def run(archive: Archive, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, in the archive's folder: quick, and as the console script does it."""
    from cli.main import run as run_here

    monkeypatch.chdir(archive.folder)

    def here(*arguments: str) -> Done:
        capfd.readouterr()
        code = run_here(list(arguments))
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return here


@pytest.fixture
def child(archive: Archive) -> Run:
    """Run a command in a process of its own: what fetches must, for a reactor runs once a process."""
    return lambda *arguments: command(archive.folder, *arguments)


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}
