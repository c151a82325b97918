"""Backup, restore, prune, subscriptions: what is kept, and what is forgotten."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Archive, Run
from tests.databases import contents, execute, sqlite_only


def _rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@sqlite_only
def test_r84_a_backup_of_an_archive_in_use_holds_all_of_it(archive: Archive, run: Run) -> None:
    source, copy = archive.folder / "archive.db", archive.folder / "copy.db"
    with closing(sqlite3.connect(source, isolation_level=None)) as writer:
        writer.execute("INSERT INTO settings VALUES ('in the log', 'not in the file yet')")
        shutil.copy(source, archive.folder / "mere-copy.db")
        assert run("backup", "copy.db").code == 0
    assert _rows(archive.folder / "mere-copy.db", "settings") < _rows(copy, "settings"), "why `cp` is no backup"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT value FROM settings WHERE key = 'in the log'").fetchone()
    assert _rows(copy, "versions") == _rows(source, "versions") > 0
    assert run("backup", "copy.db").code == 8


@sqlite_only
def test_a_restored_archive_sends_nothing_until_it_is_told_to(archive: Archive, run: Run) -> None:
    run("backup", "copy.db")
    (archive.folder / "archive.db").write_bytes(b"spoiled" * 1000)
    assert run("articles").code == 8
    restored = run("restore", "copy.db")
    assert restored.code == 0
    assert list(archive.folder.glob("archive.db.before-restore-*"))
    assert run("digest", "--json").json["digests"][0]["state"] == "waiting"
    mails = len(list((archive.folder / "mails").glob("*.eml")))
    assert run("resume").code == 0
    assert run("digest").code == 0
    assert len(list((archive.folder / "mails").glob("*.eml"))) == mails + 1


@sqlite_only
def test_r84_restore_refuses_what_is_no_archive_and_leaves_what_is_there(archive: Archive, run: Run) -> None:
    (archive.folder / "note.txt").write_text("geen archief")
    before = (archive.folder / "archive.db").read_bytes()
    for file in ("note.txt", "missing.db"):
        assert run("restore", file).code == 8
    assert (archive.folder / "archive.db").read_bytes() == before


def test_r84_a_newer_schema_is_refused_and_left_alone(archive: Archive, run: Run) -> None:
    execute(archive.database, "UPDATE alembic_version SET version_num = '9999'")
    done = run("articles")
    assert done.code == 8
    assert "newer" in done.err
    assert run("restore", "archive.db").code == 8


def test_prune_forgets_no_article_version_or_told_row(archive: Archive, run: Run) -> None:
    run("digest")
    before = contents(archive.database)
    kept = {table: len(before[table]) for table in ("articles", "versions", "changes", "told")}
    execute(archive.database, "UPDATE mails SET sent_at = '2020-01-01 00:00:00.000000'")
    pruned = run("prune", "--json").json
    assert pruned["mail_bodies"] > 0
    assert pruned["mails"] > 0
    after = contents(archive.database)
    assert {table: len(after[table]) for table in kept} == kept
    assert run("digest", "--json").json == {"digests": []}


def test_an_erased_reader_is_nowhere_in_the_archive(archive: Archive, run: Run) -> None:
    exported = run("subscriptions", "export", "lezer@example.org").json
    assert exported["subscriptions"][0]["watch"] == "ai-coalitie"
    assert len(exported["mails"]) == 1
    assert run("subscriptions", "erase", "lezer@example.org").code == 0
    assert "lezer@example.org" not in repr(contents(archive.database))
    assert run("subscriptions", "--json").json == []
    assert run("digest", "--json").json == {"digests": []}
    assert run("subscriptions", "export", "lezer@example.org").code == 1


def test_subscribing_twice_changes_the_rhythm_and_bad_addresses_are_refused(run: Run) -> None:
    assert run("subscribe", "lezer@example.org", "--every", "weekly").code == 0
    assert [one["every"] for one in run("subscriptions", "--json").json] == ["weekly"]
    for address in ("geen-adres", "a@b\nBcc: c@d.nl", ""):
        assert run("subscribe", address).code == 2
    assert run("subscribe", "x@example.org", "--watch", "nergens").code == 2
    assert run("unsubscribe", "lezer@example.org").code == 0
    assert run("unsubscribe", "lezer@example.org").code == 1


def test_the_digest_tells_the_demo_edits_once(archive: Archive, run: Run) -> None:
    rehearsed = run("digest", "--dry-run", "--json").json["digests"]
    assert [(one["kind"], one["entries"], one["state"]) for one in rehearsed] == [
        ("digest", len(archive.edits), "dry-run")
    ]
    sent = run("digest", "--json").json["digests"]
    assert [(one["recipient"], one["entries"], one["state"]) for one in sent] == [
        ("lezer@example.org", len(archive.edits), "sent")
    ]
    assert run("digest", "--force", "--json").json == {"digests": []}
