"""Opening the archive: the engine, its pragmas, its schema. The only place that knows a dialect."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from storage.causes import cause_of
from storage.errors import DatabaseUnusable
from storage.postgresql import is_server, server_engine

BUSY_TIMEOUT = 10  # seconds a writer waits for another writer
_VIEW = "REPEATABLE READ"  # so that a reader's statements all see the same moment, as they do on SQLite


class Database:
    """One archive. `write()` and `read()` are the units of work; no session is held across network I/O."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url = url
        self.engine = engine
        self._reader = engine.execution_options(
            read_only=True, **({"isolation_level": _VIEW} if is_server(url) else {})
        )
        self._relaxed = engine.execution_options(relaxed=True)

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None on a server."""
        return sqlite_path(self.url)

    @contextmanager
    def write(self, *, relaxed: bool = False) -> Iterator[Session]:
        """One transaction that holds the write lock from its start, so that it can never fail half-way for a lock.

        Writers take turns on every database: ids then follow the order of commits, and readers' cursors rest on that.
        What is committed outlives a power cut; with `relaxed`, for what can be looked up again, perhaps not the last
        of it. Neither is ever half-done.
        """
        engine = self._relaxed if relaxed else self.engine
        with _named_errors(self.url), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view; never writes."""
        with _named_errors(self.url), Session(self._reader, expire_on_commit=False) as session:
            # Closing ends the transaction and leaves what was read usable; a rollback would expire it.
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, *, create: bool = True) -> Database:
    """The archive at `url`, its schema brought up to date. Raises DatabaseUnusable with the cause and the next step.

    With `create` false a SQLite file that does not exist stays that way and is an error.
    """
    path = sqlite_path(url)
    if path is not None:
        if not path.exists() and not create:
            raise DatabaseUnusable(f"there is no database at {path} yet; run `nieuwswacht crawl` first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(f"the folder {path.parent} cannot be made: {error.strerror}") from error
    with _named_errors(url):
        engine = _engine(url)
        database = Database(url, engine)
        _bring_up_to_date(database)
    return database


def _engine(url: str) -> Engine:
    if is_server(url):
        return server_engine(url)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own BEGIN is too late and too weak; we say it ourselves, below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT * 1000}",
            "cache_size=-4000",  # kB, for each of two connections: enough for the indexes that a crawl asks
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if options.get("read_only", False):
            connection.exec_driver_sql("BEGIN")
            return
        # Waiting for the disk at each of a crawl's pages would cost more than the pages.
        wanted = "NORMAL" if options.get("relaxed", False) else "FULL"
        if connection.info.get("synchronous") != wanted:
            connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
            connection.info["synchronous"] = wanted
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _bring_up_to_date(database: Database) -> None:
    from storage.migrations import HEAD, KNOWN

    revision = current_revision(database)
    if revision == HEAD:
        return
    if revision is not None and revision not in KNOWN:
        raise DatabaseUnusable(
            f"{_shown(database.url)} was written by a newer nieuwswacht (schema {revision}, this one knows {HEAD});"
            " upgrade nieuwswacht, nothing was changed"
        )
    from storage.migrations.upgrade import upgrade

    upgrade(database.engine, database.path, revision)


def current_revision(database: Database) -> str | None:
    """The schema revision, or None where the database is empty."""
    with database.engine.execution_options(read_only=True).connect() as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@contextmanager
def _named_errors(url: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        cause = cause_of(error.orig)
        if cause is None:
            raise
        raise DatabaseUnusable(f"{_shown(url)}: {cause}") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseUnusable(f"{_shown(url)}: {cause_of(error) or error}") from error
    except SQLAlchemyError as error:
        if "Could not parse" in str(error) or "Can't load plugin" in str(error):
            raise DatabaseUnusable(f"[storage] url is not a database address: {error}") from error
        raise


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite archive; None on a server or in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _shown(url: str) -> str:
    path = sqlite_path(url)
    return f"database {path}" if path else f"database {make_url(url).render_as_string(hide_password=True)}"
