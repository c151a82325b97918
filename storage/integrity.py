"""Whether the archive's file is whole, and has room to grow."""

from __future__ import annotations

import shutil

from sqlalchemy import text

from storage.database import Database

LOW_SPACE = 500_000_000  # bytes; a crawl of a redesigned site may need a good part of that


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
