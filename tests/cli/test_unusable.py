"""Row 84: an archive that is damaged or may not be written, and a log that has no room left."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Archive, Done, Run
from tests.databases import sqlite_only

# An administrator may write anywhere; without that right, a folder is as read-only as it says.
_AS_ANYBODY = """
import ctypes, sys
ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
from cli.main import run
sys.exit(run(sys.argv[1:]))
"""


@sqlite_only
@pytest.mark.parametrize("spoiled", [b"geen archief meer " * 500, b"SQLite format 3\x00" + b"\x55" * 8000])
def test_r84_a_damaged_archive_ends_every_command_with_8_and_is_never_made_anew(
    archive: Archive, run: Run, child: Run, spoiled: bytes
) -> None:
    file = archive.folder / "archive.db"
    file.write_bytes(spoiled)
    for done in (run("articles"), run("digest"), child("crawl", "--json")):
        assert (done.code, done.out) == (8, "")
        assert "restore a backup" in done.err
    status = run("status")
    assert status.code == 1
    assert "restore a backup" in status.out
    assert file.read_bytes() == spoiled


@sqlite_only
def test_r84_tables_that_are_not_ours_end_every_command_with_8(archive: Archive, run: Run, child: Run) -> None:
    with closing(sqlite3.connect(archive.folder / "archive.db", isolation_level=None)) as connection:
        connection.execute("ALTER TABLE articles DROP COLUMN behind")
    for done in (run("articles"), child("crawl", "--json")):
        assert (done.code, done.out) == (8, ""), done.err
        assert "its tables are not those of this nieuwswacht" in done.err
        assert "Traceback" not in done.err


def _as_anybody(folder: Path, *arguments: str) -> Done:
    done = subprocess.run([sys.executable, "-c", _AS_ANYBODY, *arguments], cwd=folder, capture_output=True, text=True)
    return Done(done.returncode, done.stdout, done.stderr)


@sqlite_only
@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
def test_r84_a_folder_that_may_not_be_written_is_exit_8_and_says_where_to_look(archive: Archive) -> None:
    file = archive.folder / "archive.db"
    before = file.read_bytes()
    file.chmod(0o444)
    archive.folder.chmod(0o555)
    try:
        for command in (["crawl", "--json"], ["digest", "--json"]):
            done = _as_anybody(archive.folder, *command)
            assert (done.code, done.out) == (8, ""), done.err
            assert "check" in done.err
    finally:
        archive.folder.chmod(0o755)
    assert file.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_r84_a_log_on_a_full_disk_stops_no_crawl(archive: Archive) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "-vv", "--log-format", "json", "crawl", "--json"],
            cwd=archive.folder, stdout=subprocess.PIPE, stderr=full, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["outcome"] == "finished"
