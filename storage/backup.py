"""A consistent copy of an archive in one file while it is in use, and the way back."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from storage.copying import copy_archive, require_empty
from storage.database import Database, open_database
from storage.errors import DatabaseUnusable
from storage.migrations import KNOWN


def backup(database: Database, target: Path) -> int:
    """Write a copy and return its size in bytes. Raises DatabaseUnusable; an existing file is left as it is.

    Copying the file itself would lose what still stands in the write-ahead log; VACUUM INTO does not.
    """
    if target.exists():
        raise DatabaseUnusable(f"{target} exists already and is left as it is; name another file")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        if database.path is None:
            _write_file(database, part)
        else:
            with closing(sqlite3.connect(database.path, isolation_level=None)) as connection:
                connection.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        raise DatabaseUnusable(f"the copy {target} could not be written: {error}") from error
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(target)
    return target.stat().st_size


def _write_file(database: Database, path: Path) -> None:
    """An archive on a server as a file."""
    file = open_database(f"sqlite:///{path}")
    try:
        with database.read() as session:
            copy_archive(session, file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        file.close()  # which folds its log into it


def restore_to_server(source: Path, database: Database) -> None:
    """Put a copy into an empty database; the copy itself stays as it is, also when its schema is an older one."""
    _check(source)
    with database.read() as session:
        require_empty(session)
    with tempfile.TemporaryDirectory(prefix="nieuwswacht-") as folder:
        path = Path(folder) / "copy.db"
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            copy.execute("VACUUM INTO ?", (str(path),))
        file = open_database(f"sqlite:///{path}")
        try:
            with file.read() as session:
                copy_archive(session, database)
        finally:
            file.close()


def restore(source: Path, path: Path, now: datetime) -> Path | None:
    """Put a copy in the archive's place; what was there is kept beside it, and its new name returned.

    The copy is checked before anything is touched. The caller holds the locks and pauses sending afterwards.
    """
    _check(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = path.with_name(path.name + ".restoring")
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        arriving.unlink(missing_ok=True)
        copy.execute("VACUUM INTO ?", (str(arriving),))
    aside = None
    if path.exists():
        aside = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%S}")
        _fold_in_log(path)
        path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    arriving.rename(path)
    return aside


def _fold_in_log(path: Path) -> None:
    """Bring the write-ahead log into the file, so that the one file set aside is the whole archive."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError:
        pass  # it is damaged, which may be why a backup is restored; it is set aside as it is


def _check(source: Path) -> None:
    if not source.is_file():
        raise DatabaseUnusable(f"there is no file {source}")
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
            revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.DatabaseError, TypeError) as error:
        raise DatabaseUnusable(f"{source} is not a nieuwswacht archive, or it is damaged: {error}") from error
    if verdict != "ok":
        raise DatabaseUnusable(f"{source} is damaged ({verdict}); nothing was changed")
    if revision not in KNOWN:
        raise DatabaseUnusable(f"{source} was written by a newer nieuwswacht (schema {revision}); nothing was changed")
