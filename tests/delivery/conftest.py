from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from tests.databases import copied_url, fresh_url
from tests.delivery.builders import World
from tests.delivery.small_service import SmallService, prepare
from tests.delivery.smtp_server import ScriptedServer
from tests.delivery.steps import Steps
from tests.delivery.trials import Trials


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-step", action="store_true", help="let each step fail once, instead of some of them")


@pytest.fixture(scope="session")
def small_service(tmp_path_factory: pytest.TempPathFactory) -> SmallService:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture(scope="module")
def trials(small_service: SmallService, server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Trials:
    return Trials(small_service, tmp_path_factory.mktemp("trials"), server)


@pytest.fixture
def every_step(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--every-step", default=False))


@pytest.fixture
def numbers(every_step: bool) -> Callable[[Steps, int], range]:
    """`numbers(steps, stride)`: which of the steps are to fail."""
    return lambda steps, stride: range(1, len(steps.names) + 1, 1 if every_step else stride)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Migrated once; each test works on a copy."""
    url = fresh_url(tmp_path_factory.mktemp("archive"), "empty")
    open_database(url).close()
    return url


@pytest.fixture
def open_copy(empty_database: str, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Opens an empty archive under a name; the same name twice is the same archive, as after a restart."""
    opened: list[Database] = []
    urls: dict[str, str] = {}

    def open_named(name: str) -> Database:
        if name not in urls:
            urls[name] = copied_url(empty_database, tmp_path, name)
        opened.append(open_database(urls[name]))
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
