"""Promises about the checkout as a whole: sizes, names, what is shipped, what is pinned, what is never written down."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
MOST_LINES = 300

# Written in pieces, so that this file does not hold what it looks for.
UNWANTED = {
    "a registry's host": re.compile("py" + "pi" + r"\.|python" + r"hosted\.|registry\." + "npmjs"),
    "a path of one machine": re.compile(r"/wo" + r"rk/(main|shared|\.)|/fa" + "rm/|/ro" + "ot/"),
    "a note to self": re.compile(r"\bTO" + r"DO\b|\bFIX" + r"ME\b"),
}


def files_of(package: str) -> list[Path]:
    return [path for path in sorted((ROOT / package).rglob("*")) if path.is_file() and "__pycache__" not in path.parts]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nothing says which files belong to it")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def pins(lock: str) -> dict[str, str]:
    """Package name -> pinned version."""
    lines = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in lines}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a user would install it, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    unpacked = folder / "unpacked"
    with ZipFile(built) as archive:
        archive.extractall(unpacked)
    return unpacked


def test_no_file_of_the_packages_is_longer_than_300_lines() -> None:
    sources = [path for package in PACKAGES for path in files_of(package) if path.suffix == ".py"]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_installed_distribution_owns_this_package_name(package: str) -> None:
    owners = {canonicalize_name(name) for name in packages_distributions().get(package, [])}
    assert owners <= {"nieuwswacht"}


def test_every_package_is_checked_for_layers_and_types() -> None:
    with_code = {package for package in PACKAGES if len(files_of(package)) > 1 and package != "seeds"}
    assert with_code <= set(PROJECT["tool"]["importlinter"]["root_packages"])
    assert with_code <= set(PROJECT["tool"]["mypy"]["packages"])


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_holds_every_file_of_the_package(package: str, wheel: Path) -> None:
    expected = {path.relative_to(ROOT).as_posix() for path in files_of(package)}
    assert expected
    assert expected - {path.relative_to(wheel).as_posix() for path in wheel.rglob("*")} == set()


def test_the_wheel_holds_nothing_but_the_packages(wheel: Path) -> None:
    assert {path.name for path in wheel.iterdir() if path.suffix != ".dist-info"} == set(PACKAGES)


@pytest.mark.parametrize("command", [["watches", "--json"], ["init"], ["articles"], ["demo", "--help"]])
def test_a_command_runs_from_the_wheel_alone(command: list[str], wheel: Path, tmp_path: Path) -> None:
    code = f"import cli; assert cli.__file__.startswith({str(wheel)!r}); import cli.main; cli.main.main()"
    paths = os.pathsep.join([str(wheel), os.environ["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": paths, "XDG_DATA_HOME": str(tmp_path / "data")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_dependency_is_pinned() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = map(Requirement, [*PROJECT["project"]["dependencies"], *(one for extra in extras for one in extra)])
    pinned = pins("requirements.lock")
    assert [str(one) for one in wanted if canonicalize_name(one.name) not in pinned] == [], "run `make lock`"


def test_every_pin_is_one_that_pyproject_allows() -> None:
    wanted = map(Requirement, PROJECT["project"]["dependencies"])
    pinned = pins("requirements.lock")
    refused = [one for one in wanted if pinned.get(canonicalize_name(one.name)) not in one.specifier]
    assert [str(one) for one in refused] == [], "run `make lock`"


def test_what_runs_in_production_is_pinned_like_what_is_tested() -> None:
    assert pins("requirements.txt").items() <= pins("requirements.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements.txt"])
def test_every_pin_has_hashes_and_no_lock_names_a_place_to_get_it(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    unhashed = re.findall(r"^([\w.-]+)==(?![^\n]*\\\n    --hash=sha256:)", text, re.MULTILINE)
    assert unhashed == []
    assert re.findall(r"(?i)https?://|--(?:extra-)?index-url|--find-links|^-i\b|file:", text) == []


@pytest.mark.parametrize("what", UNWANTED)
def test_no_tracked_file_holds(what: str) -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in UNWANTED[what].finditer(text)]
    assert found == []
