"""docs/reliability.md is the table of faults: each of its rows has a test of its number, and each test it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
ROWS = {int(number): (fault, promise, shown) for number, fault, promise, shown in re.findall(
    r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE
)}  # fmt: skip
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
REASON = "not tried: "


def _tests(file: str) -> set[str]:
    path = ROOT / "tests" / file
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def _is_shown(number: int, shown: str) -> bool:
    """By a test that bears the number, or by a reason why there is none."""
    if shown.startswith(REASON) and len(shown) > len(REASON):
        return True
    return any(f"_r{number:02}_" in test for _, test in NAMED.findall(shown))


def test_the_table_has_all_84_rows_in_order() -> None:
    assert list(ROWS) == list(range(1, 85))


@pytest.mark.parametrize("number", ROWS)
def test_each_row_has_a_test_of_its_number_or_a_reason(number: int) -> None:
    assert _is_shown(number, ROWS[number][2])


@pytest.mark.parametrize(
    ("shown", "enough"),
    [
        ("`fetch/test_bombs.py::test_r13_r14_bombs`", True), ("`fetch/test_bombs.py::test_r131_other`", False),
        ("`fetch/test_bombs.py::test_bombs`", False), ("", False), (REASON, False), (f"{REASON}it takes a bomb", True),
    ],
)  # fmt: skip
def test_a_row_that_only_names_some_test_or_no_reason_would_be_noticed(shown: str, enough: bool) -> None:
    assert _is_shown(13, shown) is enough


def test_every_test_that_the_table_names_exists() -> None:
    named = {found for _, _, shown in ROWS.values() for found in NAMED.findall(shown)}
    assert len(named) > 100
    known = {file: _tests(file) for file in {file for file, _ in named}}
    assert sorted(f"{file}::{test}" for file, test in named if test not in known[file]) == []


def test_every_test_that_bears_a_number_stands_for_a_row_of_the_table() -> None:
    numbers = {
        int(number)
        for path in (ROOT / "tests").rglob("test_*.py")
        for test in _tests(path.relative_to(ROOT / "tests").as_posix())
        for number in re.findall(r"(?<=_r)\d+(?=_)", test)
    }
    assert numbers == set(ROWS)
