from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from tests.delivery.builders import World
from tests.web.visiting import Visitor, site_of


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test works on a copy."""
    file = tmp_path_factory.mktemp("archive") / "empty.db"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def world(empty_archive: Path, tmp_path: Path) -> Iterator[World]:
    file = tmp_path / "archive.db"
    shutil.copy(empty_archive, file)
    database = open_database(f"sqlite:///{file}")
    yield World(database)
    database.close()


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(site_of(world))
