"""Whether the archive's file is whole, and has room to grow."""

from __future__ import annotations

import shutil

from sqlalchemy import text

from storage.database import Database
from storage.errors import DatabaseUnusable


def damage(database: Database) -> str:
    """The first thing wrong with the file, in SQLite's words; empty when all is well, or on a server."""
    if database.path is None:
        return ""
    with database.read() as session:
        said = session.execute(text("PRAGMA quick_check(1)")).scalar_one()
        if said != "ok":
            return str(said)
        orphan = session.execute(text("PRAGMA foreign_key_check")).first()
        return f"a row of {orphan[0]} hangs from nothing" if orphan else ""


def free_space(database: Database) -> int | None:
    """Bytes left where the archive's file is; None on a server."""
    return shutil.disk_usage(database.path.parent).free if database.path is not None else None


def require_space(database: Database, least: int) -> None:
    """Raise DatabaseUnusable when fewer than `least` bytes are left.

    A crawl that fills the disk takes the mails along: marking one as sent needs room too, and so does deleting.
    """
    free = free_space(database)
    if free is not None and free < least:
        raise DatabaseUnusable(
            f"only {free / 1e6:,.0f} MB are free where {database.path} is, and no crawl starts below"
            f" {least / 1e6:,.0f} MB; free some space, or lower [storage] min_free_bytes. Mails still leave."
        )
