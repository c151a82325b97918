"""Run the migrations that a database still lacks; imported only then, for Alembic is slow to start."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from storage.errors import DatabaseUnusable
from storage.migrations import HEAD
from storage.postgresql import prepare_upgrade

log = logging.getLogger(__name__)


def upgrade(engine: Engine, path: Path | None, revision: str | None) -> None:
    """Bring the schema to HEAD in one transaction; a populated SQLite file is copied beside itself first."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    if path is not None and revision is not None:
        _copy_before(engine, path, revision)
    with engine.execution_options(read_only=True).connect() as connection:  # it takes the lock itself, below
        if connection.dialect.name == "sqlite":
            # Rebuilding a parent table with foreign keys on deletes its children.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            prepare_upgrade(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
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


def _copy_before(engine: Engine, path: Path, revision: str) -> None:
    copy = path.with_name(f"{path.name}.before-{revision}-to-{HEAD}")
    copy.unlink(missing_ok=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(copy),))
