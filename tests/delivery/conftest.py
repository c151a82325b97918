from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from tests.delivery.builders import World


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test works on a copy."""
    file = tmp_path_factory.mktemp("archive") / "empty.db"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def open_copy(empty_database: Path, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Opens an empty archive under a name; the same name twice is the same file, as after a restart."""
    opened: list[Database] = []

    def open_named(name: str) -> Database:
        file = tmp_path / f"{name}.db"
        if not file.exists():
            shutil.copy(empty_database, file)
        opened.append(open_database(f"sqlite:///{file}"))
        return opened[-1]

    yield open_named
    for database in opened:
        database.close()


@pytest.fixture
def database(open_copy: Callable[[str], Database]) -> Database:
    return open_copy("archive")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
