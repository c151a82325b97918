"""Row 82: a disk that is full, or nearly so. Its own limits are the test's: no machine's disk decides what it finds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.demo.content import articles
from cli.demo.model import Replica
from cli.demo.server import serve
from cli.jobs.trouble import NO_CRAWL
from cli.service.service import CRAWL_NOTE
from storage.errors import DatabaseUnusable
from tests.crawl.conftest import Watching
from tests.crawl.monitor import ROOT, Done, Monitor
from tests.databases import answers, sqlite_only

pytestmark = sqlite_only
MORE_THAN_THERE_IS = 10**18


@pytest.fixture
def replica() -> Replica:
    return Replica(articles(14))


@pytest.fixture
def site(replica: Replica) -> Iterator[str]:
    with serve(replica) as url:
        yield url


def _mails(folder: Path) -> int:
    return len(list((folder / "mails").glob("*.eml")))


def test_r82_below_the_limit_no_crawl_starts_and_what_was_found_still_reaches_readers(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/sitemap.xml", mails="mails")
    assert monitor.crawl().code == 0
    monitor.run("subscribe", "lezer@example.org")
    replica.edit(next(one for one in replica.articles() if one.coalition).slug, title="AIC4NL kreeg een andere kop")
    assert monitor.crawl().changes == {"edited": 1}
    full = Monitor(tmp_path, f"{site}/sitemap.xml", mails="mails", min_free=MORE_THAN_THERE_IS)
    replica.forget_requests()
    refused = full.crawl()
    assert (refused.code, refused.document) == (8, None)
    assert "MB are free" in refused.stderr
    assert "free some space, or lower [storage] min_free_bytes" in refused.stderr
    assert (replica.paths(), answers(full.url, "SELECT count(*) FROM crawls")) == ([], [(2,)])
    sent = full.run("digest", "--json").document["digests"]
    assert [(one["kind"], one["state"]) for one in sent] == [("welcome", "sent"), ("digest", "sent")]
    assert _mails(tmp_path) == 2


def test_r82_the_operator_hears_that_no_crawl_starts_and_when_they_start_again(watching: Watching) -> None:
    monitor = watching(8)
    monitor.min_free = MORE_THAN_THERE_IS
    for _ in range(2):
        with pytest.raises(DatabaseUnusable, match="min_free_bytes"):
            monitor.crawl()
    (text,) = monitor.open_notices().values()
    assert "No crawl was made: only" in text
    monitor.min_free = 0
    monitor.crawl()
    assert (monitor.open_notices(), monitor.notices()) == ({}, [NO_CRAWL])
    assert NO_CRAWL == CRAWL_NOTE, "the service's word on it is no second mail"


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[list[str]]:
    """What to put before a command that is to find a file system of that size at `folder`; skips where none may be made."""
    folder.mkdir()
    hold = f"mount -t tmpfs -o size={size} none '{folder}' && echo ready && exec sleep 100"
    try:
        holder = subprocess.Popen(["unshare", "-rm", "sh", "-c", hold], stdout=subprocess.PIPE, text=True)
    except FileNotFoundError:
        pytest.skip("there is no `unshare` to mount a small disk with")
    assert holder.stdout is not None
    try:
        if holder.stdout.readline() != "ready\n":
            pytest.skip("this user may not mount a small disk")
        yield ["nsenter", "-t", str(holder.pid), "-m", "-U", "--preserve-credentials"]
    finally:
        holder.kill()
        holder.communicate()


def test_r82_on_a_disk_that_really_is_small_mails_leave_and_a_full_one_loses_and_repeats_nothing(
    replica: Replica, site: str, tmp_path: Path
) -> None:
    monitor = Monitor(tmp_path, f"{site}/sitemap.xml", mails="mails")
    config = tmp_path / "nieuwswacht.toml"
    on_small_disk = config.read_text().replace(monitor.url, f"sqlite:///{tmp_path}/small/archive.db")
    config.write_text(on_small_disk)
    with _small_disk(tmp_path / "small", "4m") as inside:

        def run(*arguments: str) -> Done:
            command = [*inside, sys.executable, "-m", "cli.main", "--config", str(config), *arguments]
            done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
            return Done(done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr)

        assert run("crawl", "--json").changes == {"new": 14}
        assert run("subscribe", "lezer@example.org").code == 0
        config.write_text(on_small_disk.replace("min_free_bytes = 0\n", ""))
        refused = run("crawl", "--json")
        assert (refused.code, refused.document) == (8, None)
        assert "no crawl starts below 500 MB" in refused.stderr
        assert (run("digest", "--json").code, _mails(tmp_path)) == (0, 1), "the welcome leaves all the same"

        config.write_text(on_small_disk)
        slug = next(one for one in replica.articles() if one.coalition).slug
        replica.edit(slug, title="AIC4NL kreeg een andere kop")
        filler = f"{tmp_path}/small/filler"
        subprocess.run([*inside, "dd", "if=/dev/zero", f"of={filler}", "bs=4k"], capture_output=True, check=False)
        full = run("crawl", "--json")
        assert (full.code, full.document) == (8, None)
        assert "disk" in full.stderr
        subprocess.run([*inside, "rm", filler], check=True)
        assert run("crawl", "--json").changes == {"edited": 1}
        (digest,) = run("digest", "--json").document["digests"]
        assert (digest["entries"], digest["state"], _mails(tmp_path)) == (1, "sent", 2)
