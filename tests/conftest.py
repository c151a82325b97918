"""What holds for every test: loopback is all the network there is, nothing of the user's leaks in, examples repeat."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.compiled import share_what_is_compiled
from tests.databases import dropped_afterwards

GUARD = Path(__file__).with_name("guard")
MEMORY = Path("/dev/shm")

# The same examples in every run, so that a red build is about the change at hand. `explore` looks for new ones:
# HYPOTHESIS_PROFILE=explore make test ARGS=tests/diff
_COMMON = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("repeatable", derandomize=True, max_examples=100, **_COMMON)
settings.register_profile("explore", max_examples=1000, phases=tuple(Phase), **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
share_what_is_compiled()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write what a person approved anew, not compare")


def pytest_configure() -> None:
    """Where there is room, tests and their children keep their files in memory: they wait for thousands of commits."""
    if (
        "TMPDIR" not in os.environ
        and os.access(MEMORY, os.W_OK)
        and shutil.disk_usage(MEMORY).free > 2_000_000_000
        and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    ):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays: looking through it for garbage, now and in each test, is in vain."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow ones first: begun last, one of them would keep one process busy alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session", autouse=True)
def _children_stay_on_this_machine() -> Iterator[None]:
    """The network guard of this process is pytest-socket's; what tests start gets one of its own.

    No child hears of the user's configuration either, nor of which database the tests are on. What one has compiled of
    ours, the next need not: a sixth of its start.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(GUARD), prepend=os.pathsep)
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        for variable in os.environ:
            if variable.startswith("NIEUWSWACHT_") and variable != "NIEUWSWACHT_DATA":
                patch.delenv(variable)
        yield


@pytest.fixture(scope="session", autouse=True)
def _databases_of_the_session() -> Iterator[None]:
    with dropped_afterwards():
        yield


@pytest.fixture(autouse=True)
def _databases_of_the_test(_databases_of_the_session: None) -> Iterator[None]:
    with dropped_afterwards():
        yield


@pytest.fixture(scope="session")
def _nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nowhere")


@pytest.fixture(autouse=True)
def _nothing_of_the_users(_nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration by file or working directory, and no data directory, but a test's own."""
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(_nowhere / kind.lower()))
    here = _nowhere / "here"
    here.mkdir(exist_ok=True)
    monkeypatch.chdir(here)
