from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import open_database
from tests.databases import copied_url, fresh_url
from tests.delivery.builders import World
from tests.web.visiting import Visitor, site_of


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Migrated once; each test works on a copy."""
    url = fresh_url(tmp_path_factory.mktemp("archive"), "empty")
    open_database(url).close()
    return url


@pytest.fixture
def world(empty_archive: str, tmp_path: Path) -> Iterator[World]:
    database = open_database(copied_url(empty_archive, tmp_path))
    yield World(database)
    database.close()


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(site_of(world))
