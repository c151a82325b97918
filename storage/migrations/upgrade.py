"""Run the migrations that a database still lacks; imported only then, for Alembic is slow to start."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from storage.errors import DatabaseUnusable
from storage.migrations import HEAD
from storage.migrations.search_index import SQLITE
from storage.postgresql import prepare_upgrade

log = logging.getLogger(__name__)


def upgrade(engine: Engine, path: Path | None, revision: str | None) -> None:
    """Bring the schema to HEAD in one transaction; a populated SQLite file is copied beside itself first.

    Two processes that find an old archive take turns: the second finds it upgraded, and leaves the copy alone.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with engine.execution_options(read_only=True).connect() as connection:  # it takes the lock itself, below
        if connection.dialect.name == "sqlite":
            # Rebuilding a parent table with foreign keys on deletes its children.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if path is not None and revision is not None and _stands_at(connection, revision):
                _copy_before(path, revision)
        else:
            prepare_upgrade(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _keep_search_in_step(connection)
        _check_foreign_keys(connection.dialect.name, connection)
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    engine.dispose()
    log.info("schema upgraded", extra={"from": revision, "to": HEAD})


def _check_foreign_keys(dialect: str, connection: object) -> None:
    if dialect == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()  # type: ignore[attr-defined]
        if orphans:
            raise DatabaseUnusable(
                f"the upgrade would lose {len(orphans)} rows; nothing was changed. Please report this."
            )


def _stands_at(connection: Connection, revision: str) -> bool:
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == revision


def _keep_search_in_step(connection: Connection) -> None:
    """A table that a migration rebuilds silently loses its triggers, and the index would no longer follow it."""
    if connection.dialect.name != "sqlite":
        return
    there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    lost = [
        statement
        for statement in SQLITE
        if statement.startswith("CREATE TRIGGER") and statement.split()[2] not in there
    ]
    for statement in lost:
        connection.exec_driver_sql(statement)
    if lost:
        connection.exec_driver_sql("INSERT INTO version_search(version_search) VALUES ('rebuild')")


def _copy_before(path: Path, revision: str) -> None:
    """By a connection of its own: VACUUM cannot be part of a transaction, and reads beside the one that is open."""
    copy = path.with_name(f"{path.name}.before-{revision}-to-{HEAD}")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
