"""Where a test's archive is: an SQLite file in its folder, or a database of its own on the server that is named.

NIEUWSWACHT_TEST_DATABASE=postgresql+psycopg://user@127.0.0.1:5432/postgres names one, whose user may make databases;
`.ci/postgresql COMMAND` starts one for a command. An archive is made from a template, which is migrated once a process.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import make_url, text

from storage.base import Base
from storage.database import Database, open_database
from storage.postgresql import address

if TYPE_CHECKING:
    import psycopg

SERVER = os.environ.get("NIEUWSWACHT_TEST_DATABASE", "")
_MADE: list[str] = []
_FILES: set[Path] = set()

# About what is peculiar to a file: damage, permissions, copies beside it.
sqlite_only = pytest.mark.skipif(bool(SERVER), reason="about SQLite's files")


def fresh_url(folder: Path, name: str = "archive") -> str:
    """An empty archive of this folder and name; asked for again, the same one with what it holds by now."""
    if not SERVER:
        file = folder / f"{name}.db"
        if file not in _FILES and not file.exists():
            file.write_bytes(_template_file())
        _FILES.add(file)
        return f"sqlite:///{file}"
    made = _name(folder, name)
    if made not in _MADE:
        _create(made, _template())
    return _url(made)


def copied_url(url: str, folder: Path, name: str = "archive") -> str:
    """A copy of the archive at `url`, which nobody has open."""
    if not SERVER:
        shutil.copy(url.removeprefix("sqlite:///"), folder / f"{name}.db")
        return fresh_url(folder, name)
    made = _name(folder, name)
    _create(made, make_url(url).database or "")
    return _url(made)


@contextmanager
def dropped_afterwards() -> Iterator[None]:
    """Databases that are made meanwhile last no longer."""
    before = len(_MADE)
    yield
    _drop(_MADE[before:])
    del _MADE[before:]


def answers(url: str, statement: str) -> list[tuple[Any, ...]]:
    """What an archive answers that other processes may be at work on."""
    with opened(url) as database, database.read() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def execute(url: str, statement: str) -> None:
    """Change an archive behind the back of its own code."""
    with opened(url) as database, database.write() as session:
        session.execute(text(statement))


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> rows, in order of their keys."""
    with opened(url) as database, database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(table.select().order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


def run_on_server(url: str, statement: str) -> list[tuple[Any, ...]]:
    """For tests of servers only: what a statement answers, outside of any archive's own session."""
    import psycopg

    with psycopg.connect(address(url), autocommit=True) as connection:
        answer = connection.execute(statement.encode())
        return answer.fetchall() if answer.description else []


@cache
def _template_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        open_database(f"sqlite:///{file}").close()
        return file.read_bytes()


@cache
def _template() -> str:
    """Migrated once; making a database from it takes a twentieth of a migration."""
    made = f"nieuwswacht_template_{os.getpid()}"
    with _server() as connection:
        connection.execute(f"CREATE DATABASE {made}".encode())
    atexit.register(_drop, [made])  # not by the test that was the first to need it
    open_database(_url(made)).close()
    return made


def _create(name: str, template: str) -> None:
    with _server() as connection:
        # Otherwise each page goes through the log, which takes twice as long. PostgreSQL 14 has the one way.
        how = "STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {how}".encode())
    _MADE.append(name)


def _drop(names: list[str]) -> None:
    if names:
        with _server() as connection:
            for name in names:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _name(folder: Path, name: str) -> str:
    return "nieuwswacht_" + hashlib.blake2b(f"{os.getpid()} {folder}/{name}".encode(), digest_size=8).hexdigest()


def _url(name: str) -> str:
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def _server() -> psycopg.Connection[Any]:
    import psycopg

    return psycopg.connect(address(SERVER), autocommit=True)
